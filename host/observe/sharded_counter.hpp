// Counters that many threads add to without sharing a cache line.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tenon::observe {

inline constexpr size_t kCacheLine = 64;
inline constexpr size_t kCounterShards = 16;  // a power of two

namespace detail {
uint32_t next_thread_number();
// 0: this thread has no number yet.
inline thread_local constinit uint32_t thread_number = 0;
}  // namespace detail

// A small number of this thread, dealt in turn: threads differ until there are more than 2^32.
// [any thread]
inline uint32_t this_thread_number() {
  if (detail::thread_number == 0) [[unlikely]]
    detail::thread_number = detail::next_thread_number();
  return detail::thread_number;
}

// A sum of T (uint64_t or double). [any thread] throughout; nothing blocks or allocates. A reader
// that runs beside writers sees some of what they add, and all that happened before.
template <class T>
class Sharded {
 public:
  void add(T amount = 1) noexcept {
    shards_[this_thread_number() % kCounterShards].value.fetch_add(amount,
                                                                   std::memory_order_relaxed);
  }

  T value() const noexcept {
    T sum = 0;
    for (const Shard& shard : shards_) sum += shard.value.load(std::memory_order_relaxed);
    return sum;
  }

 private:
  struct alignas(kCacheLine) Shard {
    std::atomic<T> value{0};
  };
  std::array<Shard, kCounterShards> shards_;
};

using ShardedCounter = Sharded<uint64_t>;

}  // namespace tenon::observe
