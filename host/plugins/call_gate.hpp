// Counts the calls into one generation and closes it: after close() no call begins, and drain()
// waits for those under way and for the chains that keep it. A call costs two uncontended atomic
// additions.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include "host/observe/sharded_counter.hpp"

namespace tenon::plugins {

class CallGate {
  struct alignas(observe::kCacheLine) Shard {
    std::atomic<uint64_t> entered{0};
    std::atomic<uint64_t> left{0};
    std::atomic<uint64_t> errors{0};
    std::atomic<int64_t> holds{0};
  };
  Shard& mine() { return shards_[observe::this_thread_number() % observe::kCounterShards]; }

 public:
  // Keeps the gate from being drained; taken by whoever is inside.
  class Hold {
   public:
    Hold() = default;
    explicit Hold(CallGate& gate) : shard_(&gate.mine()) {
      shard_->holds.fetch_add(1, std::memory_order_relaxed);
    }
    Hold(Hold&& other) noexcept : shard_(std::exchange(other.shard_, nullptr)) {}
    Hold& operator=(Hold&& other) noexcept {
      std::swap(shard_, other.shard_);
      return *this;
    }
    ~Hold() {
      if (shard_) shard_->holds.fetch_sub(1, std::memory_order_release);
    }

   private:
    Shard* shard_ = nullptr;
  };

  // A call's stay inside. Test it: false means that the gate was closed.
  class Pass {
   public:
    Pass() = default;
    explicit Pass(CallGate& gate) : shard_(&gate.mine()) {
      // Sequentially consistent: either close() sees this call, or this call sees the closed gate.
      shard_->entered.fetch_add(1, std::memory_order_seq_cst);
      open_ = !gate.closed_.load(std::memory_order_seq_cst);
    }
    // Goes in although the gate is closed: for callers that hold it.
    static Pass held(CallGate& gate) {
      Pass pass;
      pass.shard_ = &gate.mine();
      pass.shard_->entered.fetch_add(1, std::memory_order_relaxed);
      pass.open_ = true;
      return pass;
    }
    ~Pass() {
      if (shard_) shard_->left.fetch_add(1, std::memory_order_release);
    }
    Pass(Pass&& other) noexcept
        : shard_(std::exchange(other.shard_, nullptr)), open_(std::exchange(other.open_, false)) {}
    Pass& operator=(Pass&& other) noexcept {
      std::swap(shard_, other.shard_);
      std::swap(open_, other.open_);
      return *this;
    }

    explicit operator bool() const { return open_; }
    void failed() { shard_->errors.fetch_add(1, std::memory_order_relaxed); }

   private:
    Shard* shard_ = nullptr;
    bool open_ = false;
  };

  struct Counts {
    uint64_t calls = 0;
    uint64_t errors = 0;
    uint64_t running = 0;

    Counts& operator+=(const Counts& other) {
      calls += other.calls;
      errors += other.errors;
      running += other.running;
      return *this;
    }
  };
  // A snapshot; exact when nothing runs. [any-thread]
  Counts counts() const {
    Counts out;
    uint64_t left = 0;
    for (const auto& shard : shards_) left += shard.left.load(std::memory_order_acquire);
    for (const auto& shard : shards_) {
      out.calls += shard.entered.load(std::memory_order_seq_cst);
      out.errors += shard.errors.load(std::memory_order_relaxed);
    }
    out.running = out.calls - left;
    return out;
  }

  void open() { closed_.store(false, std::memory_order_seq_cst); }
  void close() { closed_.store(true, std::memory_order_seq_cst); }
  bool is_closed() const { return closed_.load(std::memory_order_relaxed); }

  // Nobody is inside and nobody holds it. Meaningful only after close().
  bool is_empty() const {
    // Holds are taken by those inside: whoever left before this counted them has been counted here.
    if (counts().running != 0) return false;
    int64_t holds = 0;
    for (const auto& shard : shards_) holds += shard.holds.load(std::memory_order_acquire);
    return holds == 0 && counts().running == 0;
  }

  // Waits until it is empty; false when `deadline` passes first. Only after close().
  bool drain(std::chrono::steady_clock::time_point deadline) const {
    while (!is_empty()) {
      if (std::chrono::steady_clock::now() >= deadline) return false;
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    return true;
  }

 private:
  std::array<Shard, observe::kCounterShards> shards_;
  std::atomic<bool> closed_{false};
};

}  // namespace tenon::plugins
