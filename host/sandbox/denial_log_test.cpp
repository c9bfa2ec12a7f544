#include "host/sandbox/denial_log.hpp"

#include <gmock/gmock.h>

namespace tenon::sandbox {
namespace {

using namespace std::chrono_literals;

class DenialLogTest : public testing::Test {
 protected:
  DenialLog make(DenialLimits limits) {
    return DenialLog(limits, [this] { return now_; });
  }
  static Denied denied(const std::string& path) {
    return missing_permission("write", "open " + path + " for writing", path);
  }
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
};

TEST_F(DenialLogTest, TellsARepeatedDenialOnceInAWhileWithItsCount) {
  auto log = make({.repeat = 60s});
  auto one = denied("/a");
  EXPECT_TRUE(log.add(one));
  EXPECT_EQ(one.count, 1U);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(log.add(one));
  auto other = denied("/b");
  EXPECT_TRUE(log.add(other));

  now_ += 60s;
  one = denied("/a");

  EXPECT_TRUE(log.add(one));
  EXPECT_EQ(one.count, 11U);
  EXPECT_EQ(log.all().size(), 2U);
}

TEST_F(DenialLogTest, KeepsABoundedNumberOfKinds) {
  auto log = make({.kinds = 3});
  int told = 0;
  for (int i = 0; i < 1000; ++i) {
    auto one = denied("/" + std::to_string(i));
    told += log.add(one) ? 1 : 0;
  }

  EXPECT_EQ(told, 4);
  EXPECT_EQ(log.all().size(), 4U);
}

TEST_F(DenialLogTest, AFloodIsToldOnceAndOnlyWithinASecond) {
  auto log = make({.denials_per_second = 10, .requests_per_second = 100});
  for (int second = 0; second < 5; ++second, now_ += 1s)
    for (int i = 0; i < 10; ++i) EXPECT_EQ(log.count_request(true, 1us), "");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(log.count_request(true, 1us), "");

  EXPECT_EQ(log.count_request(true, 1us), "more than 10 refused actions within a second");
  EXPECT_EQ(log.count_request(true, 1us), "");
}

TEST_F(DenialLogTest, SoManyPermittedRequestsAreAFloodToo) {
  auto log = make({.denials_per_second = 10, .requests_per_second = 100});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(log.count_request(false, 1us), "");

  EXPECT_EQ(log.count_request(false, 1us), "more than 100 questions to the host within a second");
}

TEST_F(DenialLogTest, QuestionsThatAreSlowToAnswerAreAFloodToo) {
  auto log = make({.host_time_per_second = 100ms});
  for (int second = 0; second < 5; ++second, now_ += 1s)
    for (int i = 0; i < 10; ++i) EXPECT_EQ(log.count_request(false, 10ms), "");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(log.count_request(false, 10ms), "");

  EXPECT_EQ(log.count_request(false, 1ms), "more than 100 ms of the host's time within a second");
}

TEST(Describe, NamesThePermissionTheLineAndTheCount) {
  Denied many = missing_permission("write", "open /a \"b\" for writing", "/a \"b\"");
  many.count = 3;

  EXPECT_EQ(describe(many, "greeter"),
            "greeter may not open /a \"b\" for writing: permission write is missing; add to "
            "plugins.greeter.permissions: write: [\"/a \\\"b\\\"\"] (3 times)");
  EXPECT_EQ(describe(never_allowed("fork"), "greeter"),
            "greeter may not fork: no permission allows it to an isolated plugin");
  EXPECT_EQ(describe(over_limit("threads", "have more than 5 threads", 10), "greeter"),
            "greeter may not have more than 5 threads: limit threads is reached; set in "
            "plugins.greeter.limits: threads: 10");
}

}  // namespace
}  // namespace tenon::sandbox
