// Events as a plugin meets them: live and durable, dropped and delivered again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "subject_test.hpp"
#include "tenon/events.h"

namespace tenon::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// The subject subscribes to shop.order.* live (token 1) and to shop.** durably (token 2), in start.
class Events : public SubjectTest {
 protected:
  std::string heard() { return call<Word>("heard", kNothing)->text; }
  Result<boost::json::value> subscribe(const Subscribe& wish) {
    return call<boost::json::value>("subscribe", wish);
  }
};

TEST_F(Events, LiveEventsAreLostWhenTheyFailAndDurableOnesComeAgain) {
  host_.publish("shop.order.new", "\"refuse\"", "other");
  EXPECT_EQ(heard(), "") << "not before deliver()";
  Outcome outcome = host_.deliver();
  EXPECT_EQ(outcome.count, 2u);
  EXPECT_EQ(outcome.errors.size(), 2u);
  host_.publish("shop.closed", "1");
  host_.deliver();
  EXPECT_EQ(heard(), "1:shop.order.new#1<other 2:shop.order.new#1<other 2:shop.order.new#2<other ")
      << "a durable subscription keeps the order";
  EXPECT_THROW(host_.publish("Shop!", "1"), std::invalid_argument);
  EXPECT_THROW(host_.publish("shop.closed", "{"), std::invalid_argument);
}

TEST_F(Events, ADurableSubscriptionWaitsForTheNextGeneration) {
  ASSERT_TRUE(plugin_.stop().ok());
  host_.publish("shop.order.new", "1");
  EXPECT_EQ(host_.deliver().count, 0u);
  ASSERT_TRUE(plugin_.start().ok());
  EXPECT_EQ(host_.deliver().count, 1u) << "the live one was away";
  EXPECT_EQ(heard(), "2:shop.order.new#1<tester ");
}

TEST_F(Events, WhatALiveSubscriptionHasNoRoomForIsMissed) {
  host_.limit_events({.live_events = 2});
  for (int i = 1; i <= 5; ++i) host_.publish("shop.order.new", std::to_string(i));
  EXPECT_EQ(host_.deliver().count, 2u + 5u);
  EXPECT_THAT(heard(), HasSubstr("1:shop.order.new#1<tester-3 1:shop.order.new#1<tester 2:"))
      << "once, with the next that comes";
}

TEST_F(Events, TheBytesOfLiveEventsAreLimitedToo) {
  host_.limit_events({.live_bytes = 10});
  for (int i = 0; i < 3; ++i) host_.publish("shop.order.new", "\"12345\"");
  host_.deliver();
  EXPECT_THAT(heard(), HasSubstr("1:shop.order.new#1<tester-2 2:"));
}

TEST_F(Events, ADurableSubscriptionLosesTheOldestBeyondItsNumberOrAge) {
  host_.limit_events({.durable_events = 2});
  for (int i = 1; i <= 3; ++i) host_.publish("shop.closed", std::to_string(i));
  EXPECT_EQ(host_.deliver().count, 2u);
  EXPECT_EQ(heard(), "2:shop.closed#1<tester-1 2:shop.closed#1<tester ");
  host_.publish("shop.closed", "4");
  host_.advance(6 * 24h);
  host_.publish("shop.closed", "5");
  host_.advance(2 * 24h);
  EXPECT_EQ(host_.deliver().count, 1u);
  EXPECT_THAT(heard(), HasSubstr("2:shop.closed#1<tester 2:shop.closed#1<tester-1 "));
}

TEST_F(Events, WhatADeliveryThatFailedSaidOfMissedOnesIsSaidAgain) {
  host_.limit_events({.durable_events = 1});
  host_.publish("shop.closed", "1");
  host_.publish("shop.closed", "\"refuse\"");
  EXPECT_EQ(host_.deliver().errors.size(), 1u);
  EXPECT_EQ(host_.deliver().errors.size(), 1u);
  EXPECT_EQ(heard(), "2:shop.closed#1<tester-1 2:shop.closed#2<tester-1 ");
}

TEST_F(Events, AHostThatIsToldNothingKeepsAThousandLiveOnes) {
  for (int i = 0; i < 1001; ++i) host_.publish("shop.order.new", "0");
  host_.deliver();
  EXPECT_THAT(heard(), HasSubstr("1:shop.order.new#1<tester-1 "));
}

TEST_F(Events, ASubscriptionIsHeldAgainstTheHostsRules) {
  EXPECT_EQ(subscribe({"shop.*", "two words", false}).error().path, "name");
  EXPECT_EQ(subscribe({"tenon.provider", "kept", true}).error().code, Code::unsupported);
  EXPECT_EQ(subscribe({"shop.*", "durable", false}).error().code, Code::conflict);
  EXPECT_EQ(subscribe({"shop order", "x", false}).error().code, Code::invalid);
  EXPECT_EQ(subscribe({"bank.*", "x", false}).error().code, Code::denied);
  for (int i = 2; i < 256; ++i)
    ASSERT_TRUE(subscribe({"shop.*", std::to_string(i), false}).ok()) << i;
  EXPECT_EQ(subscribe({"shop.*", "one-more", false}).error().code, Code::limit);
}

TEST_F(Events, AnotherPatternUnderTheNameGetsWhatItMatchesAlone) {
  host_.publish("shop.order.new", "1");
  host_.publish("shop.closed", "2");
  ASSERT_TRUE(subscribe({"shop.closed", "durable", true}).ok());
  host_.deliver();
  EXPECT_EQ(heard(), "1:shop.order.new#1<tester 3:shop.closed#1<tester ");
  ASSERT_TRUE(call<boost::json::value>("unsubscribe", Word{"durable"}).ok());
  host_.publish("shop.closed", "3");
  EXPECT_EQ(host_.deliver().count, 0u);
  EXPECT_EQ(call<boost::json::value>("unsubscribe", Word{"durable"}).error().code, Code::not_found);
}

TEST_F(Events, TheNewestGenerationGetsThem) {
  Plugin next(host_, SUBJECT);
  ASSERT_TRUE(next.start().ok());
  host_.publish("shop.closed", "1");
  EXPECT_EQ(host_.deliver().count, 1u);
  EXPECT_EQ(heard(), "");
  ASSERT_TRUE(next.stop().ok());
  host_.publish("shop.closed", "2");
  host_.deliver();
  EXPECT_EQ(heard(), "2:shop.closed#1<tester ");
}

TEST_F(Events, ProvidersComeAndGoForThoseWhoRequireThem) {
  ASSERT_TRUE(subscribe({"tenon.provider", "providers", false}).ok());
  const auto tell = [&](const std::string& interface) {
    host_.publish("tenon.provider", R"({"interface":")" + interface +
                                        R"(","version":"1.0.0","instance":"x","state":"gone"})");
  };
  tell("acme.secrets/1");
  EXPECT_EQ(host_.deliver().count, 0u);
  tell("acme.answers/1");
  host_.deliver();
  EXPECT_EQ(heard(), "3:tenon.provider#1< ") << "from the host itself";
  EXPECT_THROW(host_.publish("tenon.provider", "{}"), std::invalid_argument);
  EXPECT_THROW(host_.publish("tenon.other", "{}"), std::invalid_argument);
}

}  // namespace
}  // namespace tenon::testing
