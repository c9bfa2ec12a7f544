// What happens in the middle of a plugin's call: its caller gives up, its deadline passes, the
// world around it changes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "subject_test.hpp"

namespace tenon::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class Middle : public SubjectTest {};

TEST_F(Middle, ACallerGivesUpBetweenTwoCallsOfTheHost) {
  size_t cancelled = 0;
  host_.during(
      "state.put", [&] { cancelled = host_.cancel(); }, 1);
  const auto ended = call<Count>("three_writes", kNothing);
  EXPECT_EQ(cancelled, 1u);
  EXPECT_EQ(ended.error().code, Code::cancelled);
  EXPECT_EQ(ended.error().message, "2 were written") << "the call in which it happened goes on";
  EXPECT_EQ(call<Count>("three_writes", kNothing)->count, 3) << "the next call is another one";
}

TEST_F(Middle, APluginThatDoesNotLookIsNotStopped) {
  host_.during("state.put", [&] { host_.cancel(); });
  EXPECT_EQ(call<Count>("deaf_writes", kNothing)->count, 3) << "no function of the host looks";
  EXPECT_EQ(call<Count>("deaf_writes", kNothing, {.cancelled = true})->count, 3);
}

TEST_F(Middle, OnlyCallsUnderWayWithThatRequestIdAreCancelled) {
  EXPECT_EQ(host_.cancel(), 0u);
  host_.during("state.put", [&] { EXPECT_EQ(host_.cancel("other"), 0u); });
  EXPECT_TRUE(call<Count>("three_writes", kNothing).ok());
  host_.during("state.put", [&] { EXPECT_EQ(host_.cancel("r-1"), 1u); });
  EXPECT_FALSE(call<Count>("three_writes", kNothing, {.request_id = "r-1"}).ok());
}

TEST_F(Middle, ACallerGivesUpFromAnotherThread) {
  std::thread other;
  host_.during("state.put", [&] {
    other = std::thread([&] { host_.cancel(); });
    other.join();
  });
  EXPECT_EQ(call<Count>("three_writes", kNothing).error().message, "1 were written");
}

TEST_F(Middle, TheDeadlinePassesInAFunctionThatTakesItsTime) {
  host_.provide_text("acme.answers/1", "answer",
                     [](auto) { return std::string(R"({"text":""})"); });
  host_.delay("message.call", 2s);
  const auto before = host_.now();
  EXPECT_TRUE(call<Word>("ask", Word{"x"}, {.timeout = 3s}).ok());
  EXPECT_EQ(host_.now() - before, 2s);
  EXPECT_EQ(call<Word>("ask", Word{"x"}, {.timeout = 1s}).error().code, Code::timeout);
}

TEST_F(Middle, TheDeadlinePassesWhileAnotherPluginWorks) {
  host_.provide_text("acme.answers/1", "answer", [&](auto) {
    host_.advance(2s);
    return std::string(R"({"text":"late"})");
  });
  EXPECT_EQ(call<Word>("ask", Word{"x"}, {.timeout = 3s})->text, "late");
  EXPECT_EQ(call<Word>("ask", Word{"x"}, {.timeout = 2s}).error().code, Code::timeout);
}

TEST_F(Middle, TheDeadlinePassesWhileThePluginWaitsOnTheHostsClock) {
  host_.delay("clock.monotonic", 1s);  // each look
  EXPECT_EQ(call<Count>("poll", kNothing, {.timeout = 5s})->count, 4);
  host_.heal();
  host_.during(
      "clock.monotonic", [&] { host_.advance(1h); }, 10);
  EXPECT_EQ(call<Count>("poll", kNothing, {.timeout = 1h})->count, 10);
}

TEST_F(Middle, ADeadlineThatHasPassedFailsTheHostsFunctionsThatWait) {
  host_.during(
      "state.put", [&] { host_.advance(1s); }, 1);
  EXPECT_EQ(call<Count>("deaf_writes", kNothing, {.timeout = 1s}).error().code, Code::timeout);
  EXPECT_EQ(host_.calls("state.put"), 2u);
  EXPECT_TRUE(call<Count>("work", kNothing, {.timeout = -1s}).ok())
      << "metrics, progress and events wait for nothing";
}

TEST_F(Middle, TheWorldChangesMeanwhile) {
  host_.provide_text("acme.answers/1", "answer",
                     [](auto) { return std::string(R"({"text":""})"); });
  host_.during("message.call", [&] { host_.set_away("provider"); });
  EXPECT_EQ(call<Word>("ask", Word{"x"}).error().code, Code::unavailable);
}

TEST_F(Middle, WhatIsStillToBeDoneIsForgottenByHeal) {
  int done = 0;
  host_.during("state.put", [&] { ++done; });
  host_.during("state.put", [&] { ++done; });
  host_.during(
      "progress.report", [&] { ++done; }, 1);
  EXPECT_TRUE(call<Count>("three_writes", kNothing).ok());
  EXPECT_TRUE(call<Count>("work", kNothing).ok());
  EXPECT_EQ(done, 2) << "both, once";
  host_.heal();
  EXPECT_TRUE(call<Count>("work", kNothing).ok());
  EXPECT_EQ(done, 2);
  EXPECT_THROW(host_.during("state.read", [] {}), std::invalid_argument);
  EXPECT_THROW(host_.fail("progress.report", Code::internal), std::invalid_argument);
}

}  // namespace
}  // namespace tenon::testing
