#include "host/plugins/timers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;

TEST(Timers, FireOnceAfterTheDelay) {
  Timers timers(1);
  std::latch fired(1);
  timers.start("a", 1ms, 0ns, [&] { fired.count_down(); });
  fired.wait();
}

TEST(Timers, FirePeriodicallyUntilStopped) {
  Timers timers(2);
  std::latch three(3);
  std::atomic<int> count = 0;
  const auto timer = timers.start("a", 0ns, 1ms, [&] {
    if (++count <= 3) three.count_down();
  });
  three.wait();
  timers.stop("a", timer);
  const int after = count;
  std::this_thread::sleep_for(10ms);
  EXPECT_EQ(count, after);
}

TEST(Timers, RunsOfOneTimerNeverOverlap) {
  Timers timers(4);
  std::atomic<int> inside = 0, overlaps = 0, runs = 0;
  timers.start("a", 0ns, 1ms, [&] {
    if (++inside > 1) ++overlaps;
    std::this_thread::sleep_for(3ms);
    --inside;
    ++runs;
  });
  while (runs < 5) std::this_thread::sleep_for(1ms);
  EXPECT_TRUE(timers.stop_all("a", Timers::Clock::now() + 10s));
  EXPECT_EQ(overlaps, 0);
}

TEST(Timers, StopWaitsForTheRunUnderWay) {
  Timers timers(2);
  std::latch started(1);
  std::atomic<bool> done = false;
  const auto timer = timers.start("a", 0ns, 0ns, [&] {
    started.count_down();
    std::this_thread::sleep_for(20ms);
    done = true;
  });
  started.wait();
  timers.stop("a", timer);
  EXPECT_TRUE(done);
}

TEST(Timers, CanStopItselfAndNotThoseOfOthers) {
  Timers timers(2);
  std::latch stopped(1), other(1);
  std::atomic<uint64_t> id = 0;
  id = timers.start("a", 5ms, 1ms, [&] {
    timers.stop("a", id);
    stopped.count_down();
  });
  const auto foreign = timers.start("b", 10ms, 0ns, [&] { other.count_down(); });
  timers.stop("a", foreign);
  stopped.wait();
  other.wait();
}

TEST(Timers, StopAllGivesUpOnARunThatDoesNotEnd) {
  Timers timers(2);
  std::latch running(1), go_on(1);
  timers.start("a", 0ns, 0ns, [&] {
    running.count_down();
    go_on.wait();
  });
  running.wait();
  EXPECT_FALSE(timers.stop_all("a", Timers::Clock::now() + 5ms));
  EXPECT_TRUE(timers.stop_all("b", Timers::Clock::now())) << "the timers of others do not count";
  go_on.count_down();
}

}  // namespace
}  // namespace tenon::plugins
