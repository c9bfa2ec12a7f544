#include "host/plugins/control_thread.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <memory>
#include <thread>

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;

TEST(ControlThread, RunsStepsInOrderAndPassesTheirErrorsOn) {
  ControlThread control;
  std::thread::id first, second;
  EXPECT_TRUE(control
                  .run(
                      [&]() -> Result<void> {
                        first = std::this_thread::get_id();
                        return {};
                      },
                      10s)
                  ->ok());
  const auto failed = control.run(
      [&]() -> Result<void> {
        second = std::this_thread::get_id();
        return Error{Code::invalid, "no"};
      },
      10s);
  ASSERT_TRUE(failed.has_value());
  EXPECT_EQ(failed->error().message, "no");
  EXPECT_EQ(first, second);
  EXPECT_NE(first, std::this_thread::get_id());
}

TEST(ControlThread, LeavesAStuckStepBehindAndGoesOn) {
  auto release = std::make_shared<std::latch>(1);
  auto left = std::make_shared<std::latch>(1);
  {
    ControlThread control;
    const auto stuck = control.run(
        [release, left]() -> Result<void> {
          release->wait();
          left->count_down();
          return {};
        },
        5ms);
    EXPECT_FALSE(stuck.has_value());
    EXPECT_TRUE(control.run([]() -> Result<void> { return {}; }, 10s)->ok());
  }
  release->count_down();
  left->wait();
}

}  // namespace
}  // namespace tenon::plugins
