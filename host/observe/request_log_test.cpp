#include "host/observe/request_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace tenon::observe {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RequestLogTest : public ::testing::Test {
 protected:
  RequestLogTest() {
    LogOptions options;
    options.file = "/dev/null";
    log_ = Logging::create(options).value();
    requests_ = RequestLog::create(metrics_, log_->logger("http")).value();
  }

  std::unique_ptr<Logging> log_;
  Metrics metrics_;
  std::unique_ptr<RequestLog> requests_;
};

TEST_F(RequestLogTest, CountsByRouteAndStatusClass) {
  const auto route = requests_->route("catalog", "GET", "/products/{id}");
  for (const int status : {200, 204, 404, 503, 999, 0})
    requests_->record(*route, {status, 10, std::chrono::milliseconds(70), "id"});

  const std::string text = metrics_.to_prometheus();
  const std::string labels = "{plugin=\"catalog\",method=\"GET\",route=\"/products/{id}\"";
  EXPECT_THAT(text, HasSubstr("http_requests_total" + labels + ",status=\"2xx\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("http_requests_total" + labels + ",status=\"4xx\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("http_requests_total" + labels + ",status=\"5xx\"} 3\n"));
  EXPECT_THAT(text, Not(HasSubstr("3xx")));
  EXPECT_THAT(text, HasSubstr("http_response_bytes_total" + labels + "} 60\n"));
  const std::string bucket =
      "http_request_duration_seconds_bucket" + labels + ",status=\"2xx\",le=";
  EXPECT_THAT(text, HasSubstr(bucket + "\"0.05\"} 0\n"));
  EXPECT_THAT(text, HasSubstr(bucket + "\"0.1\"} 2\n"));
  EXPECT_THAT(text, HasSubstr(bucket + "\"0.5\"} 2\n"));
  EXPECT_THAT(boost::json::serialize(metrics_.to_json()), HasSubstr("\"0.99\":7.1"));
}

TEST_F(RequestLogTest, LinesAreWrittenAtTheirLevel) {
  const auto route = requests_->route("catalog", "POST", "/scan");
  requests_->record(*route, {202, 5, std::chrono::microseconds(1500), "id-1"});
  requests_->record(*route, {500, 6, std::chrono::microseconds(1500), "id-2"});
  log_->set_level("http", Level::debug);
  requests_->record(*route, {202, 7, std::chrono::microseconds(1500), "id-3"});
  ASSERT_TRUE(log_->flush());

  const auto lines = log_->recent("http");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].request_id, "id-2");
  EXPECT_EQ(lines[0].level, Level::info);
  EXPECT_EQ(lines[1].request_id, "id-3");
  EXPECT_EQ(lines[1].level, Level::debug);
  const std::vector<std::pair<std::string, std::string>> fields = {
      {"method", "POST"}, {"route", "/scan"}, {"owner", "catalog"},
      {"status", "202"},  {"bytes", "7"},     {"duration_ms", "1.500"}};
  EXPECT_EQ(lines[1].fields, fields);
}

TEST_F(RequestLogTest, ARouteIsMadeOnceAndOutlivesItsRemoval) {
  const auto route = requests_->route("a", "GET", "/x");
  EXPECT_EQ(requests_->route("a", "GET", "/x"), route);
  EXPECT_NE(requests_->route("b", "GET", "/x"), route);
  EXPECT_NE(requests_->route("a", "PUT", "/x"), route);

  requests_->record(*route, {200});
  requests_->remove_owner("a");
  requests_->record(*route, {200});
  EXPECT_THAT(metrics_.to_prometheus(), Not(HasSubstr("/x")));
}

TEST_F(RequestLogTest, RoutesAreBounded) {
  for (size_t i = 0; i < RequestLog::kMaxRoutes + 10; ++i)
    (void)requests_->route("a", "GET", "/" + std::to_string(i));
  const auto other = requests_->route("b", "GET", "/new");
  EXPECT_EQ(other->pattern(), "other");
  EXPECT_EQ(requests_->route("c", "GET", "/newer"), other);
  EXPECT_EQ(requests_->route("a", "GET", "/5")->pattern(), "/5");
}

TEST_F(RequestLogTest, TheNamesAreTheHosts) {
  EXPECT_FALSE(
      metrics_.series(*metrics_.plugin("a"), {MetricKind::counter, "http.requests.total"}).ok());
  EXPECT_FALSE(RequestLog::create(metrics_, log_->logger("http")).ok());
}

TEST_F(RequestLogTest, ThreadsRecordWhileItIsShown) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      const auto route = requests_->route("a", "GET", "/x");
      for (int i = 0; i < 1000; ++i) {
        requests_->record(*route, {200, 1, std::chrono::nanoseconds(i)});
        if (i % 400 == 0) (void)metrics_.to_prometheus();
      }
    });
  threads.clear();
  EXPECT_THAT(metrics_.to_prometheus(), HasSubstr("status=\"2xx\"} 4000\n"));
}

}  // namespace
}  // namespace tenon::observe
