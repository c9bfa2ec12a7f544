// Calls into a plugin: life, methods, routes, batches, hand-over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "subject.hpp"
#include "tenon/testing/plugin.hpp"

namespace tenon::testing {
namespace {

using ::testing::HasSubstr;

class Calls : public ::testing::Test {
 protected:
  void SetUp() override {
    host_.config(R"({"limit": 3})");
    ASSERT_TRUE(plugin_.start().ok());
  }
  Host host_;
  Plugin plugin_{host_, SUBJECT};
};

TEST(Life, WhatIsMissingOrUnknownInTheConfigurationFailsTheStartAndIsNamed) {
  Host host;
  Plugin plugin(host, SUBJECT);
  auto started = plugin.start();
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().path, "config.limit");
  host.config(R"({"limit": 3, "gretting": "x"})");
  started = plugin.start();
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().path, "config.gretting");
  host.config("[]");
  EXPECT_THAT(plugin.start().error().message, HasSubstr("no JSON object"));
}

TEST(Life, AFailedStartGivesThePluginsReasonAndMayBeTriedAgain) {
  Host host;
  host.config(R"({"limit": 3, "greeting": "fail"})");
  Plugin plugin(host, SUBJECT);
  const auto started = plugin.start();
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code, Code::unavailable);
  EXPECT_EQ(started.error().message, "configured to fail");
  EXPECT_EQ(plugin.probe().error().message, "the plugin does not run: call start() first");
  host.config(R"({"limit": 0})");
  ASSERT_TRUE(plugin.start().ok());
  EXPECT_EQ(plugin.start().error().code, Code::conflict);
  EXPECT_EQ(plugin.probe().error().message, "the limit is 0");
  EXPECT_TRUE(plugin.stop().ok());
}

TEST(Life, AFileThatIsNoPluginIsRefused) {
  Host host;
  EXPECT_THROW(Plugin(host, "/nowhere.so"), std::runtime_error);
  EXPECT_THROW(Plugin(host, "libm.so.6"), std::runtime_error);
}

TEST_F(Calls, AMethodIsCalledByNameWithStructs) {
  EXPECT_EQ(plugin_.call<Word>("subject.words/1", "echo", Word{"you"})->text, "Hello you");
  const auto bad = plugin_.call_text("subject.words/1", "echo", R"({"txet": "you"})");
  EXPECT_EQ(bad.error().code, Code::invalid);
  EXPECT_EQ(bad.error().path, "text");
  EXPECT_THAT(plugin_.call_text("subject.words/1", "ehco", "{}").error().message,
              HasSubstr("no message method subject.words/1 ehco"));
}

TEST_F(Calls, ACallCarriesWhatTheTestSays) {
  const CallOptions options{.timeout = std::chrono::seconds(1),
                            .cancelled = true,
                            .principal = 42,
                            .request_id = "r-1",
                            .idempotency_key = "k-1"};
  const auto seen =
      plugin_.call<Seen>("subject.words/1", "seen", boost::json::object(), options).value();
  EXPECT_EQ(seen.request_id, "r-1");
  EXPECT_EQ(seen.key, "k-1");
  EXPECT_TRUE(seen.has_deadline);
  EXPECT_TRUE(seen.cancelled);
  EXPECT_EQ(seen.principal, 42);
  EXPECT_FALSE(plugin_.call<Seen>("subject.words/1", "seen", boost::json::object())->has_deadline);
}

TEST_F(Calls, RoutesMatchAsTheHostMatchesThem) {
  const HttpResponse part = plugin_.request(
      {.target = "/things/a%2Fb%20c/part?q=1+2", .headers = {{"User-Agent", "tester"}}});
  EXPECT_EQ(part.status, 200u);
  EXPECT_EQ(part.json<Word>()->text, "a/b c/1 2");
  EXPECT_EQ(part.header("x-agent"), "tester");
  EXPECT_EQ(part.header("content-type"), "application/json");
  EXPECT_EQ(plugin_.get("/things/special/part").body, "literal");
  EXPECT_EQ(plugin_.get("/files/a/b.txt").body, "a/b.txt");
  EXPECT_EQ(plugin_.get("/nothing").status, 404u);
  EXPECT_EQ(plugin_.get("/things/../part").status, 400u);
  EXPECT_EQ(plugin_.get("/things").status, 405u);
  EXPECT_EQ(plugin_.request({.method = "HEAD", .target = "/files/a"}).body, "");
}

TEST_F(Calls, WhatARouteDeclaresIsCheckedBeforeItsHandler) {
  EXPECT_EQ(plugin_.post("/typed", "hello", "text/plain").json<Word>()->text, "hello");
  EXPECT_EQ(plugin_.post("/typed", "hello", "application/json").status, 415u);
  EXPECT_EQ(plugin_.post("/typed", "", "").status, 200u) << "no body has no type";
  const HttpFields wants_html = {{"Content-Type", "text/plain"}, {"accept", "text/html"}};
  EXPECT_EQ(plugin_.request({.method = "POST", .target = "/typed", .headers = wants_html}).status,
            406u);
  EXPECT_EQ(plugin_.get("/no-content").body, "") << "as the client gets it";
}

TEST_F(Calls, ABodyComesInPiecesUpToTheRoutesLimit) {
  const HttpResponse taken = plugin_.post("/things", std::string(5000, 'x'));
  EXPECT_EQ(taken.status, 201u);
  EXPECT_EQ(taken.body, "5000");
  EXPECT_EQ(plugin_.post("/things", std::string(5001, 'x')).status, 413u);
  EXPECT_EQ(plugin_
                .request({.method = "POST",
                          .target = "/things",
                          .body = std::string(5001, 'x'),
                          .chunked = true})
                .status,
            413u)
      << "a body of unknown length, while it is read";
}

TEST_F(Calls, StreamsErrorsAndExceptionsEndAsTheClientSeesThem) {
  const HttpResponse streamed = plugin_.get("/stream");
  EXPECT_TRUE(streamed.streamed && streamed.finished);
  EXPECT_EQ(streamed.body, "piece 0\npiece 1\npiece 2\n");
  const HttpResponse gone = plugin_.request({.target = "/stream", .gone_after = 5});
  EXPECT_FALSE(gone.finished);
  EXPECT_EQ(gone.error->code, Code::cancelled);
  EXPECT_EQ(plugin_.get("/missing").status, 404u);
  EXPECT_EQ(plugin_.get("/missing").error->message, "there is no such thing");
  EXPECT_EQ(plugin_.get("/throwing").status, 500u);
}

TEST_F(Calls, ABatchGoesInAndComesBack) {
  BatchBuffer input(2);
  input.text("name", std::vector<std::string>{"abc", "de"});
  auto answers = plugin_.batch("subject.lengths/1", "lengths", input);
  ASSERT_TRUE(answers.ok());
  const tn_batch raw = answers->at(0).raw();
  const auto lengths = Batch(&raw).flat<int64_t>("length");
  EXPECT_EQ((*lengths)[0], 3);
  EXPECT_EQ((*lengths)[1], 2);
  BatchBuffer wrong(0);
  EXPECT_THAT(plugin_.batch("subject.lengths/1", "lengths", wrong).error().message,
              HasSubstr("name is missing"));
}

TEST_F(Calls, TheNextGenerationTakesOverWhatThisOneSaved) {
  host_.publish("shop.order.new", "1");
  host_.deliver();
  Plugin next(host_, SUBJECT);
  ASSERT_TRUE(next.start().ok());
  EXPECT_EQ(next.restore("bad").error().message, "is of another version");
  ASSERT_TRUE(next.restore(*plugin_.save()).ok());
  EXPECT_THAT(next.call<Word>("subject.words/1", "heard", boost::json::object())->text,
              HasSubstr("1:shop.order.new#1<tester"));
}

}  // namespace
}  // namespace tenon::testing
