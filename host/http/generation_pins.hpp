// Tells when nobody uses what was replaced, at the price of one uncontended atomic on each side of
// a use. Users pin; a writer that has made the old thing unreachable waits until every pin taken
// before has been released.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace tenon::http {

class GenerationPins {
 public:
  // Where a pin was counted; given back to release().
  struct Pin {
    std::uint32_t shard = 0;
    std::uint32_t parity = 0;
  };

  // `worker` spreads threads over the counters; any number will do. [thread-safe, wait-free]
  // Read the pinned pointer after this call, with memory_order_seq_cst.
  Pin pin(std::uint32_t worker) {
    const Pin pin{worker % kShards, parity_.load(std::memory_order_relaxed) & 1U};
    counters_[pin.shard].held[pin.parity].fetch_add(1, std::memory_order_seq_cst);
    return pin;
  }
  void release(Pin pin) {
    counters_[pin.shard].held[pin.parity].fetch_sub(1, std::memory_order_release);
  }

  // True when every pin taken before this call is released, false at the deadline. New pins do not
  // delay it. `own` is a pin held by the caller itself, not waited for. [thread-safe, blocks]
  bool wait(std::chrono::steady_clock::time_point deadline, const Pin* own = nullptr);

 private:
  static constexpr std::uint32_t kShards = 64;
  struct alignas(64) Counters {
    std::array<std::atomic<std::int64_t>, 2> held{};
  };

  bool wait_for_parity(std::uint32_t parity, std::chrono::steady_clock::time_point deadline,
                       const Pin* own) const;

  std::array<Counters, kShards> counters_{};
  std::atomic<std::uint32_t> parity_{0};
  std::mutex writer_;  // one wait at a time
};

}  // namespace tenon::http
