// Spreads counters over cache lines by thread, so that threads that count do not wait for each
// other.
#pragma once

#include <atomic>
#include <cstdint>

namespace tenon {

inline constexpr uint32_t kShards = 16;

// The shard of the calling thread: threads are dealt out in turn, and keep theirs for life.
inline uint32_t thread_shard() {
  static std::atomic<uint32_t> next{0};
  thread_local const uint32_t shard = next.fetch_add(1, std::memory_order_relaxed) % kShards;
  return shard;
}

}  // namespace tenon
