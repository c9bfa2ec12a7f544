// What a plugin must not do is found, and named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tenon/testing/plugin.hpp"

namespace tenon::testing {
namespace {

using ::testing::HasSubstr;

class Rules : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(plugin_.start().ok()); }
  void TearDown() override { (void)plugin_.stop(); }
  std::string complaint(std::string_view method) {
    const auto answered = plugin_.call_text("offender/1", method, "\"mine?\"");
    return answered.ok() ? "none" : answered.error().message;
  }
  Host host_;
  Plugin plugin_{host_, OFFENDER};
};

TEST_F(Rules, AViewThatIsKeptReadsRubbish) {
  ASSERT_EQ(complaint("keep"), "none");
  EXPECT_EQ(plugin_.call_text("offender/1", "read_kept", "0").value(), "\"rubbish\"");
}

TEST_F(Rules, AWriteToTheSinkOfAnEndedCallIsNoticed) {
  ASSERT_EQ(complaint("keep"), "none");
  EXPECT_EQ(complaint("late_sink"), "none") << "no fault of that call";
  EXPECT_THAT(host_.violations().at(0),
              HasSubstr("message keep: wrote to its sink after the call had returned"));
  EXPECT_THAT(plugin_.stop().error().message, HasSubstr("wrote to its sink after"));
}

TEST_F(Rules, EachFailureHasItsReason) {
  EXPECT_THAT(complaint("no_reason"), HasSubstr("failed with status 3 and gave no reason"));
  EXPECT_THAT(complaint("reason_and_ok"), HasSubstr("succeeded and gave a reason: changed its"));
  EXPECT_THAT(complaint("strange_status"), HasSubstr("returned the status 99, which is none"));
}

TEST_F(Rules, AnAnswerIsJson) {
  EXPECT_THAT(complaint("no_json"), HasSubstr("answered what is no JSON: {broken"));
}

TEST_F(Rules, AMethodIsReleasedOnce) {
  EXPECT_EQ(complaint("release_twice"), "none");
  EXPECT_THAT(plugin_.stop().error().message, HasSubstr("released the method 77"));
}

TEST_F(Rules, ARouteAnswersOnceAndInFull) {
  const std::pair<const char*, const char*> cases[] = {
      {"/silent", "returned TN_OK and did not answer"},
      {"/twice", "answered twice"},
      {"/unfinished", "did not finish the answer that it had begun"},
      {"/short", "announced 5 bytes and wrote 4"},
      {"/own_header", "Header Content-Length is made by the server"},
      {"/split", "The value of header X-Note holds a control character"}};
  for (const auto& [path, complaint] : cases) {
    const HttpResponse response = plugin_.get(path);
    ASSERT_TRUE(response.error.has_value()) << path;
    EXPECT_THAT(response.error->message, HasSubstr(complaint)) << path;
  }
}

TEST(RulesDeathTest, ARuleThatNobodyAskedAboutEndsTheTest) {
  EXPECT_DEATH(
      {
        Host host;
        Plugin plugin(host, OFFENDER);
        (void)plugin.start();
        (void)plugin.call_text("offender/1", "release_twice", "0");
      },
      "did not stop well: against the rules of the interface: released the method 77");
}

}  // namespace
}  // namespace tenon::testing
