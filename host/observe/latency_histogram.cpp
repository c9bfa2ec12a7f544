#include "host/observe/latency_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <new>

namespace tenon::observe {

void LatencySnapshot::merge(const LatencySnapshot& other) {
  for (size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  count += other.count;
  sum_ns += other.sum_ns;
}

std::chrono::nanoseconds LatencySnapshot::percentile(double share) const {
  if (count == 0) return std::chrono::nanoseconds(0);
  const auto wanted = static_cast<uint64_t>(
      std::max(1.0, std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count))));
  uint64_t seen = 0;
  size_t bucket = 0;
  for (; bucket < latency::kOverflow; ++bucket) {
    seen += counts[bucket];
    if (seen >= wanted) break;
  }
  if (bucket == latency::kOverflow) return std::chrono::nanoseconds(latency::kMaxNs);
  const uint64_t middle =
      (latency::bucket_floor_ns(bucket) + latency::bucket_floor_ns(bucket + 1)) / 2;
  return std::chrono::nanoseconds(middle);
}

uint64_t LatencySnapshot::count_below(std::chrono::nanoseconds bound) const {
  if (bound.count() <= 0) return 0;
  const size_t end = latency::bucket_of(static_cast<uint64_t>(bound.count()));
  uint64_t sum = 0;
  for (size_t i = 0; i < end; ++i) sum += counts[i];
  return sum;
}

LatencyHistogram::~LatencyHistogram() {
  for (auto& slot : shards_) std::unique_ptr<Shard>(slot.load(std::memory_order_acquire)).reset();
}

LatencyHistogram::Shard* LatencyHistogram::make_shard(std::atomic<Shard*>& slot) noexcept {
  std::unique_ptr<Shard> made(new (std::nothrow) Shard);
  if (!made) return nullptr;
  Shard* present = nullptr;
  if (slot.compare_exchange_strong(present, made.get(), std::memory_order_acq_rel))
    return made.release();
  return present;
}

LatencySnapshot LatencyHistogram::snapshot() const {
  LatencySnapshot out;
  for (const auto& slot : shards_) {
    const Shard* shard = slot.load(std::memory_order_acquire);
    if (!shard) continue;
    for (size_t i = 0; i < out.counts.size(); ++i)
      out.counts[i] += shard->counts[i].load(std::memory_order_relaxed);
    out.sum_ns += shard->sum_ns.load(std::memory_order_relaxed);
  }
  // The count is that of the buckets, so that the two always agree in the exposition.
  for (const uint64_t n : out.counts) out.count += n;
  return out;
}

}  // namespace tenon::observe
