#include "host/plugins/trial.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr TrialOptions kOptions{100, 1000ms, 50, 2, 2};

TEST(Judge, CondemnsPromotesOrGoesOn) {
  const struct {
    const char* what;
    Observed old, fresh;
    std::chrono::milliseconds elapsed;
    Verdict::Kind expected;
    const char* reason;
  } table[] = {
      {"healthy and early", {500, 0, 1ms}, {50, 0, 1ms}, 10ms, Verdict::go_on, "50 calls"},
      {"healthy to the end", {500, 0, 1ms}, {60, 1, 1ms}, 1000ms, Verdict::promote, "1 of its 60"},
      {"5 % fail", {500, 0, 1ms}, {60, 3, 1ms}, 10ms, Verdict::roll_back, "3 of its 60 calls"},
      {"5 % fail, as before", {500, 25, 1ms}, {60, 3, 1ms}, 10ms, Verdict::go_on, ""},
      {"too few to tell", {500, 0, 1ms}, {49, 49, 1ms}, 10ms, Verdict::go_on, ""},
      {"3 times slower", {500, 0, 1ms}, {50, 0, 3ms}, 10ms, Verdict::roll_back, "3.00 ms"},
      {"slower within noise", {500, 0, 10us}, {50, 0, 90us}, 10ms, Verdict::go_on, ""},
      {"nothing to compare with", {10, 0, 1ms}, {50, 0, 9ms}, 10ms, Verdict::go_on, ""},
      {"nobody called", {0, 0, 0ms}, {0, 0, 0ms}, 1000ms, Verdict::promote, "too few"},
  };
  for (const auto& row : table) {
    const auto verdict = judge(kOptions, row.old, row.fresh, row.elapsed);
    EXPECT_EQ(verdict.kind, row.expected) << row.what;
    EXPECT_THAT(verdict.reason, HasSubstr(row.reason)) << row.what;
  }
}

TEST(Since, LeavesWhatCameAfter) {
  observe::LatencyHistogram histogram;
  histogram.record(1ms);
  const auto before = histogram.snapshot();
  histogram.record(30ms);
  const auto after = since(before, histogram.snapshot());
  EXPECT_EQ(after.count, 1u);
  EXPECT_GT(after.percentile(0.5), 20ms);
}

}  // namespace
}  // namespace tenon::plugins
