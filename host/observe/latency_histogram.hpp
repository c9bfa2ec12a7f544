// Latencies counted in fixed buckets: linear steps of a quarter of each decade from 1 µs to 60 s
// (250 ns below 10 µs), so that the usual bounds (0.05 s, 0.1 s, 0.5 s) are edges and counts at
// them are exact.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "host/observe/sharded_counter.hpp"

namespace tenon::observe {

namespace latency {
inline constexpr size_t kLinearBuckets = 40;  // up to 10 µs
inline constexpr size_t kPerDecade = 36;
inline constexpr uint64_t kMaxNs = 60'000'000'000;
inline constexpr size_t kOverflow = kLinearBuckets + 6 * kPerDecade + 20;  // 60 s and more
inline constexpr size_t kBuckets = kOverflow + 1;

inline constexpr std::array<uint64_t, 12> kPowersOfTen = {
    1,         10,         100,         1'000,         10'000,         100'000,
    1'000'000, 10'000'000, 100'000'000, 1'000'000'000, 10'000'000'000, 100'000'000'000};

// The bucket of a latency: bucket_floor_ns(i) <= ns < bucket_floor_ns(i + 1).
inline size_t bucket_of(uint64_t ns) noexcept {
  if (ns < 10'000) return ns / 250;
  if (ns >= kMaxNs) return kOverflow;
  const auto guess = static_cast<size_t>(std::bit_width(ns)) * 1233 >> 12;
  const size_t decade = guess - (ns < kPowersOfTen[guess]);
  return kLinearBuckets + (decade - 4) * kPerDecade + ns * 4 / kPowersOfTen[decade] - 4;
}

constexpr uint64_t bucket_floor_ns(size_t bucket) {
  if (bucket <= kLinearBuckets) return bucket * 250;
  const size_t above = bucket - kLinearBuckets;
  return (above % kPerDecade + 4) * (kPowersOfTen[above / kPerDecade + 4] / 4);
}
}  // namespace latency

// What a histogram held at one moment; snapshots of several histograms add up.
struct LatencySnapshot {
  std::array<uint64_t, latency::kBuckets> counts{};
  uint64_t count = 0;
  uint64_t sum_ns = 0;

  void merge(const LatencySnapshot& other);
  // The latency that `share` (0..1) of the observations do not exceed, to within an eighth; 60 s
  // stands for all above, 0 for an empty snapshot.
  std::chrono::nanoseconds percentile(double share) const;
  // How many were below `bound`; exact when it is the edge of a bucket.
  uint64_t count_below(std::chrono::nanoseconds bound) const;
};

// [any thread] throughout. A shard (2.2 KB) is allocated when a thread first records into it, so
// an unused histogram costs 64 bytes; recording blocks on nothing and never fails: without memory
// an observation is dropped.
class LatencyHistogram {
 public:
  LatencyHistogram() = default;
  ~LatencyHistogram();
  LatencyHistogram(const LatencyHistogram&) = delete;
  LatencyHistogram& operator=(const LatencyHistogram&) = delete;

  // A negative latency counts as 0.
  void record(std::chrono::nanoseconds latency) noexcept {
    const auto ns = latency.count() < 0 ? 0 : static_cast<uint64_t>(latency.count());
    auto& slot = shards_[this_thread_number() % kShards];
    Shard* shard = slot.load(std::memory_order_acquire);
    if (!shard) [[unlikely]] {
      shard = make_shard(slot);
      if (!shard) return;
    }
    shard->counts[latency::bucket_of(ns)].fetch_add(1, std::memory_order_relaxed);
    shard->sum_ns.fetch_add(ns, std::memory_order_relaxed);
  }

  LatencySnapshot snapshot() const;

 private:
  static constexpr size_t kShards = 8;
  struct alignas(kCacheLine) Shard {
    std::array<std::atomic<uint64_t>, latency::kBuckets> counts{};
    std::atomic<uint64_t> sum_ns{0};
  };
  static Shard* make_shard(std::atomic<Shard*>& slot) noexcept;

  std::array<std::atomic<Shard*>, kShards> shards_{};
};

}  // namespace tenon::observe
