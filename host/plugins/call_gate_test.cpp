#include "host/plugins/call_gate.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <optional>
#include <vector>

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;

std::chrono::steady_clock::time_point in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

TEST(CallGate, CountsCallsErrorsAndThoseUnderWay) {
  CallGate gate;
  { CallGate::Pass done(gate); }
  {
    CallGate::Pass failed(gate);
    failed.failed();
  }
  CallGate::Pass running(gate);
  EXPECT_EQ(gate.counts().calls, 3u);
  EXPECT_EQ(gate.counts().errors, 1u);
  EXPECT_EQ(gate.counts().running, 1u);
}

TEST(CallGate, LetsNobodyInOnceItIsClosedAndEverybodyWhenItOpensAgain) {
  CallGate gate;
  gate.close();
  EXPECT_FALSE(CallGate::Pass(gate));
  gate.open();
  EXPECT_TRUE(CallGate::Pass(gate));
}

TEST(CallGate, DrainsWhenTheLastCallHasLeftAndGivesUpAtTheDeadline) {
  CallGate gate;
  std::optional<CallGate::Pass> running(std::in_place, gate);
  gate.close();
  EXPECT_FALSE(gate.drain(in(5ms)));
  running.reset();
  EXPECT_TRUE(gate.drain(in(10s)));
}

// What the gate guards is gone after drain(): no call that got in may still see it.
TEST(CallGate, NoCallIsInsideAfterADrainWhateverTheTiming) {
  for (int round = 0; round < 200; ++round) {
    CallGate gate;
    std::atomic<bool> alive = true, seen_dead = false;
    std::latch ready(3);
    std::vector<std::jthread> callers;
    for (int i = 0; i < 2; ++i)
      callers.emplace_back([&] {
        ready.arrive_and_wait();
        for (int call = 0; call < 200; ++call) {
          CallGate::Pass pass(gate);
          if (pass && !alive) seen_dead = true;
        }
      });
    ready.arrive_and_wait();
    gate.close();
    ASSERT_TRUE(gate.drain(in(20s)));
    alive = false;
    callers.clear();
    ASSERT_FALSE(seen_dead) << "round " << round;
  }
}

}  // namespace
}  // namespace tenon::plugins
