// Counts the calls into one instance and closes it: after close() no call begins, and drain() waits
// for those under way. A call costs two uncontended atomic additions.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include "host/observe/sharded_counter.hpp"

namespace tenon::plugins {

class CallGate {
  struct alignas(observe::kCacheLine) Shard {
    std::atomic<uint64_t> entered{0};
    std::atomic<uint64_t> left{0};
    std::atomic<uint64_t> errors{0};
  };

 public:
  // A call's stay inside. Test it: false means that the gate was closed.
  class Pass {
   public:
    explicit Pass(CallGate& gate)
        : shard_(gate.shards_[observe::this_thread_number() % observe::kCounterShards]) {
      // Sequentially consistent: either close() sees this call, or this call sees the closed gate.
      shard_.entered.fetch_add(1, std::memory_order_seq_cst);
      open_ = !gate.closed_.load(std::memory_order_seq_cst);
    }
    ~Pass() { shard_.left.fetch_add(1, std::memory_order_release); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

    explicit operator bool() const { return open_; }
    void failed() { shard_.errors.fetch_add(1, std::memory_order_relaxed); }

   private:
    Shard& shard_;
    bool open_;
  };

  struct Counts {
    uint64_t calls = 0;
    uint64_t errors = 0;
    uint64_t running = 0;
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

  // Waits until no call is under way; false when `deadline` passes first. Only after close().
  bool drain(std::chrono::steady_clock::time_point deadline) const {
    while (counts().running != 0) {
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
