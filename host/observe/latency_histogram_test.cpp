#include "host/observe/latency_histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <thread>
#include <vector>

namespace tenon::observe {
namespace {

using std::chrono::nanoseconds;

// Latencies spread over all decades, as a random power of ten.
uint64_t random_latency(std::mt19937_64& random) {
  return static_cast<uint64_t>(std::pow(10.0, std::uniform_real_distribution<>(0, 10.7)(random)));
}

TEST(LatencyHistogram, EveryBucketHoldsItsFloorAndEndsBeforeTheNext) {
  for (size_t i = 0; i < latency::kBuckets; ++i) {
    const uint64_t floor = latency::bucket_floor_ns(i);
    EXPECT_EQ(latency::bucket_of(floor), i);
    if (i > 0) {
      EXPECT_EQ(latency::bucket_of(floor - 1), i - 1);
    }
  }
  EXPECT_EQ(latency::bucket_floor_ns(latency::kOverflow), latency::kMaxNs);
  EXPECT_EQ(latency::bucket_of(UINT64_MAX), latency::kOverflow);
}

TEST(LatencyHistogram, RandomLatenciesFallBetweenTheEdgesOfTheirBucket) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const uint64_t ns = random_latency(random);
    const size_t bucket = latency::bucket_of(ns);
    ASSERT_LE(latency::bucket_floor_ns(bucket), ns);
    if (bucket < latency::kOverflow) {
      ASSERT_GT(latency::bucket_floor_ns(bucket + 1), ns);
    }
  }
}

TEST(LatencyHistogram, PercentilesAreThoseOfTheSortedValuesToAnEighth) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 50; ++round) {
    LatencyHistogram histogram;
    std::vector<uint64_t> values;
    for (size_t i = 0, n = 1 + random() % 500; i < n; ++i) {
      values.push_back(std::min(random_latency(random), latency::kMaxNs - 1));
      histogram.record(nanoseconds(values.back()));
    }
    std::sort(values.begin(), values.end());
    const LatencySnapshot snapshot = histogram.snapshot();
    for (const double share : {0.0, 0.5, 0.9, 0.99, 1.0}) {
      const auto rank = std::max<size_t>(
          1, static_cast<size_t>(std::ceil(share * static_cast<double>(values.size()))));
      const auto expected = static_cast<double>(values[rank - 1]);
      EXPECT_NEAR(static_cast<double>(snapshot.percentile(share).count()), expected,
                  expected / 8 + 125);
    }
  }
}

TEST(LatencyHistogram, CountsAtTheUsualBoundsAreExact) {
  LatencyHistogram histogram;
  histogram.record(std::chrono::milliseconds(50) - nanoseconds(1));
  histogram.record(std::chrono::milliseconds(50));
  histogram.record(nanoseconds(-5));
  histogram.record(std::chrono::hours(1));

  const LatencySnapshot snapshot = histogram.snapshot();
  EXPECT_EQ(snapshot.count, 4u);
  EXPECT_EQ(snapshot.count_below(std::chrono::milliseconds(50)), 2u);
  EXPECT_EQ(snapshot.count_below(std::chrono::seconds(60)), 3u);
  EXPECT_EQ(snapshot.count_below(nanoseconds(0)), 0u);
  EXPECT_EQ(snapshot.percentile(1), std::chrono::seconds(60));
}

TEST(LatencyHistogram, SnapshotsAddUp) {
  LatencyHistogram a;
  LatencyHistogram b;
  LatencyHistogram both;
  std::mt19937_64 random(3);
  for (int i = 0; i < 1000; ++i) {
    const nanoseconds latency(random_latency(random));
    (i % 3 == 0 ? a : b).record(latency);
    both.record(latency);
  }
  LatencySnapshot sum = a.snapshot();
  sum.merge(b.snapshot());
  EXPECT_EQ(sum.counts, both.snapshot().counts);
  EXPECT_EQ(sum.count, 1000u);
  EXPECT_EQ(sum.sum_ns, both.snapshot().sum_ns);
}

TEST(LatencyHistogram, AnEmptyOneHasNoLatencies) {
  const LatencySnapshot snapshot = LatencyHistogram().snapshot();
  EXPECT_EQ(snapshot.count, 0u);
  EXPECT_EQ(snapshot.percentile(0.5).count(), 0);
}

TEST(LatencyHistogram, ThreadsLoseNothing) {
  LatencyHistogram histogram;
  ShardedCounter counter;
  Sharded<double> sum;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 12; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 5000; ++i) {
        histogram.record(nanoseconds(i));
        counter.add();
        sum.add(0.5);
        if (i % 1000 == 0) (void)histogram.snapshot();
      }
    });
  threads.clear();
  EXPECT_EQ(histogram.snapshot().count, 60'000u);
  EXPECT_EQ(counter.value(), 60'000u);
  EXPECT_EQ(sum.value(), 30'000.0);
}

}  // namespace
}  // namespace tenon::observe
