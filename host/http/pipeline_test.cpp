#include "host/http/pipeline.hpp"

#include <gmock/gmock.h>

#include <mutex>
#include <stdexcept>

#include "host/http/test_support.hpp"

namespace tenon::http::test {
namespace {

using testing::HasSubstr;

class Recorder : public RequestObserver {
 public:
  struct Seen {
    std::string pattern, owner, correlation_id, principal;
    int status;
    bool complete;
    std::uint64_t bytes;
  };
  void on_request(const RequestRecord& record) noexcept override {
    const std::lock_guard lock(mutex_);
    seen_.push_back({std::string(record.route_pattern), std::string(record.owner),
                     std::string(record.correlation_id), std::string(record.principal),
                     record.status, record.complete, record.body_bytes});
  }
  std::vector<Seen> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  std::mutex mutex_;
  std::vector<Seen> seen_;
};

std::vector<Route> routes() {
  std::vector<Route> all;
  all.push_back(route("GET", "/hello", [](Request&, Response& response) {
    reply(response, 200, "text/plain", "hello");
  }));
  all.push_back(route("POST", "/hello", [](Request& request, Response& response) {
    const auto body = request.read_all();
    if (body.ok()) {
      reply(response, 200, "text/plain", *body);
    } else if (!response.error(body.error()).ok()) {
      response.close_connection();
    }
  }));
  all.back().limits.max_body_bytes = 1000;
  all.push_back(route("GET", "/throws",
                      [](Request&, Response&) { throw std::runtime_error("secret text"); }));
  all.push_back(route("GET", "/throws/late", [](Request&, Response& response) {
    EXPECT_TRUE(response.begin(200, {{"Content-Type", "text/plain"}}).ok());
    EXPECT_TRUE(response.write("first part").ok());
    throw std::runtime_error("late");
  }));
  all.push_back(route("GET", "/silent", [](Request&, Response&) {}));
  all.push_back(route("GET", "/short", [](Request&, Response& response) {
    EXPECT_TRUE(response.begin(200, {{"Content-Type", "text/plain"}}, 100).ok());
    EXPECT_TRUE(response.write("only this").ok());
    EXPECT_FALSE(response.finish().ok());
  }));
  all.push_back(route("GET", "/chunks", [](Request&, Response& response) {
    EXPECT_TRUE(response.begin(200, {{"Content-Type", "text/event-stream"}}).ok());
    for (int i = 0; i < 3; ++i)
      EXPECT_TRUE(response.write("data: " + std::to_string(i) + "\n\n").ok());
    if (!response.finish().ok()) response.close_connection();
  }));
  all.push_back(route("GET", "/split", [](Request&, Response& response) {
    EXPECT_FALSE(response.add_header("X-Bad", "a\r\nSet-Cookie: b").ok());
    EXPECT_FALSE(response.add_header("Content-Length", "3").ok());
    EXPECT_FALSE(response.send(200, "text/plain\r\nX: y", "body").ok());
    reply(response, 200, "text/plain", "whole");
  }));
  all.push_back(route("GET", "/json", [](Request&, Response& response) {
    reply(response, 200, "application/json", "{}");
  }));
  all.back().produces = {"application/json"};
  all.push_back(route("POST", "/json", [](Request&, Response& response) {
    reply(response, 200, "application/json", "{}");
  }));
  all.back().consumes = {"application/json"};
  all.push_back(route("POST", "/host/reload", [](Request& request, Response& response) {
    reply(response, 200, "text/plain", request.principal());
  }));
  all.back().access = Access::host_state;
  all.push_back(route("GET", "/trace", [](Request& request, Response& response) {
    reply(response, 200, "text/plain", request.trace() ? request.trace()->trace_id : "none");
  }));
  all.push_back(route("GET", "/query", [](Request& request, Response& response) {
    reply(response, 200, "text/plain", request.query_value("q").value_or("absent"));
  }));
  return all;
}

class PipelineTest : public testing::Test {
 protected:
  PipelineTest() : server(routes(), {}, {}, &recorder), client(server.port()) {}

  std::string with(std::string_view method, std::string_view path, std::string_view headers = {},
                   std::string_view body = {}) {
    return std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" +
           (body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") +
           std::string(headers) + "\r\n" + std::string(body);
  }

  Recorder recorder;
  TestServer server;
  Client client;
};

TEST_F(PipelineTest, AnswersHeadFromGetWithTheLengthAndNoBody) {
  const auto reply = client.exchange(with("HEAD", "/hello"), true);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("Content-Length"), "5");
  EXPECT_EQ(client.exchange(get("/hello")).body, "hello");
}

TEST_F(PipelineTest, NamesTheAllowedMethods) {
  const auto wrong = client.exchange(with("DELETE", "/hello"));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, POST, OPTIONS");
  const auto options = client.exchange(with("OPTIONS", "/hello"));
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.header("Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(options.header("Content-Length"), "");
}

TEST_F(PipelineTest, AnswersUnknownPathsWithAProblemDocument) {
  const auto reply = client.exchange(get("/no%20where", "X-Correlation-ID: abc-123\r\n"));
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.header("X-Correlation-ID"), "abc-123");
  EXPECT_EQ(reply.body,
            "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"No "
            "route has this "
            "path.\",\"instance\":\"/no%20where\",\"correlationId\":\"abc-123\"}");
}

TEST_F(PipelineTest, ReplacesACorrelationIdThatIsNotSane) {
  for (const std::string& id :
       {std::string("a b"), std::string("<script>"), std::string(200, 'a')}) {
    EXPECT_EQ(client.exchange(get("/hello", "X-Correlation-ID: " + id + "\r\n"))
                  .header("X-Correlation-ID")
                  .size(),
              32U);
  }
}

TEST_F(PipelineTest, AHandlerThatThrowsBecomesA500ThatTellsNothing) {
  const auto reply = client.exchange(get("/throws"));
  EXPECT_EQ(reply.status, 500);
  EXPECT_THAT(reply.body, testing::Not(HasSubstr("secret")));
  EXPECT_EQ(client.exchange(get("/silent")).status, 500);
  EXPECT_EQ(client.exchange(get("/hello")).status, 200);
}

TEST_F(PipelineTest, AStreamThatBreaksOffNeverLooksComplete) {
  client.send(get("/throws/late"));
  const auto conversation = client.receive();
  EXPECT_TRUE(conversation.closed);
  EXPECT_TRUE(conversation.replies.empty());
  EXPECT_THAT(conversation.rest, HasSubstr("first part"));
  Client other(server.port());
  other.send(get("/short"));
  const auto shortened = other.receive();
  EXPECT_TRUE(shortened.closed);
  EXPECT_TRUE(shortened.replies.empty());
}

TEST_F(PipelineTest, StreamsInChunksAndKeepsTheConnection) {
  EXPECT_EQ(client.exchange(get("/chunks")).body, "data: 0\n\ndata: 1\n\ndata: 2\n\n");
  EXPECT_EQ(client.exchange(get("/hello")).status, 200);
}

TEST_F(PipelineTest, EndsAStreamToHttp10ByClosing) {
  client.send("GET /chunks HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto conversation = client.receive();
  EXPECT_TRUE(conversation.closed);
  EXPECT_THAT(conversation.rest, testing::EndsWith("data: 2\n\n"));
}

TEST_F(PipelineTest, RefusesHeadersThatWouldSplitTheResponse) {
  const auto reply = client.exchange(get("/split"));
  EXPECT_EQ(reply.body, "whole");
  EXPECT_EQ(reply.header("Set-Cookie"), "");
}

TEST_F(PipelineTest, NegotiatesMediaTypes) {
  EXPECT_EQ(client.exchange(get("/json", "Accept: text/html\r\n")).status, 406);
  EXPECT_EQ(client.exchange(get("/json", "Accept: text/html, application/*;q=0.5\r\n")).status,
            200);
  EXPECT_EQ(client.exchange(with("POST", "/json", "Content-Type: text/plain\r\n", "x")).status,
            415);
  EXPECT_EQ(client
                .exchange(with("POST", "/json", "Content-Type: application/json; charset=utf-8\r\n",
                               "{}"))
                .status,
            200);
}

TEST_F(PipelineTest, EnforcesTheBodyLimitOfTheRoute) {
  EXPECT_EQ(client.exchange(with("POST", "/hello", "", std::string(1000, 'a'))).body.size(), 1000U);
  EXPECT_EQ(client.exchange(with("POST", "/hello", "", std::string(1001, 'a'))).status, 413);
  Client chunked(server.port());
  chunked.send(with("POST", "/hello", "Transfer-Encoding: chunked\r\n") + "3e9\r\n" +
               std::string(1001, 'a') + "\r\n0\r\n\r\n");
  const auto conversation = chunked.receive();
  EXPECT_THAT(conversation.statuses(), testing::ElementsAre(413));
  EXPECT_TRUE(conversation.closed);
}

TEST_F(PipelineTest, SendsContinueOnlyWhenTheRouteTakesTheBody) {
  client.send(
      "POST /hello HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: "
      "4\r\n\r\n");
  EXPECT_THAT(client.receive(3000, 1).statuses(), testing::ElementsAre(100));
  EXPECT_EQ(client.exchange("body").body, "body");
  Client refused(server.port());
  refused.send(
      "POST /none HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: "
      "4\r\n\r\n");
  const auto conversation = refused.receive();
  EXPECT_THAT(conversation.statuses(), testing::ElementsAre(404));
  EXPECT_TRUE(conversation.closed);
}

TEST_F(PipelineTest, ReportsABodyThatBreaksOff) {
  client.send(with("POST", "/hello", "Content-Length: 10\r\n") + "half");
  client.end_sending();
  const auto conversation = client.receive(5000);
  EXPECT_THAT(conversation.statuses(), testing::ElementsAre(400));
  EXPECT_TRUE(conversation.closed);
}

TEST_F(PipelineTest, HostRoutesNeedTheToken) {
  const auto denied = client.exchange(with("POST", "/host/reload"));
  EXPECT_EQ(denied.status, 401);
  EXPECT_EQ(denied.header("WWW-Authenticate"), "Bearer realm=\"tenon\"");
  EXPECT_EQ(
      client.exchange(with("POST", "/host/reload", "Authorization: Bearer secreT\r\n")).status,
      401);
  EXPECT_EQ(client.exchange(with("POST", "/host/reload", "Authorization: Bearer secret\r\n")).body,
            "host");
}

TEST_F(PipelineTest, PagesOfOtherSitesCannotWrite) {
  EXPECT_EQ(client.exchange(with("POST", "/hello", "Origin: http://localhost\r\n", "x")).status,
            200);
  EXPECT_EQ(client.exchange(with("POST", "/hello", "Origin: http://evil.example\r\n", "x")).status,
            403);
  EXPECT_EQ(client.exchange(with("POST", "/hello", "Origin: null\r\n", "x")).status, 403);
  EXPECT_EQ(
      client.exchange(with("POST", "/hello", "Origin: http://localhost:9999\r\n", "x")).status,
      403);
  EXPECT_EQ(client.exchange(get("/hello", "Origin: http://evil.example\r\n")).status, 200);
}

TEST_F(PipelineTest, TakesTheCallersTrace) {
  const std::string id = "4bf92f3577b34da6a3ce929d0e0e4736";
  EXPECT_EQ(
      client.exchange(get("/trace", "traceparent: 00-" + id + "-00f067aa0ba902b7-01\r\n")).body,
      id);
  EXPECT_EQ(
      client.exchange(get("/trace", "traceparent: 00-" + id + "-0000000000000000-01\r\n")).body,
      "none");
}

TEST_F(PipelineTest, DecodesTheQuery) {
  EXPECT_EQ(client.exchange(get("/query?p=1&q=a+b%26c")).body, "a b&c");
  EXPECT_EQ(client.exchange(get("/query")).body, "absent");
}

TEST_F(PipelineTest, TellsTheObserverWhatWasServed) {
  client.exchange(get("/hello", "X-Correlation-ID: seen-1\r\n"));
  client.exchange(get("/nowhere"));
  client.exchange(get("/hello"));
  const auto seen = recorder.seen();
  ASSERT_GE(seen.size(), 2U);
  EXPECT_EQ(seen[0].pattern, "/hello");
  EXPECT_EQ(seen[0].owner, "plugin test");
  EXPECT_EQ(seen[0].correlation_id, "seen-1");
  EXPECT_EQ(seen[0].status, 200);
  EXPECT_EQ(seen[0].bytes, 5U);
  EXPECT_TRUE(seen[0].complete);
  EXPECT_EQ(seen[1].pattern, "");
  EXPECT_EQ(seen[1].status, 404);
}

TEST(Streams, AreCapped) {
  std::atomic<bool> release{false};
  std::vector<Route> all;
  all.push_back(route("GET", "/events", [&](Request& request, Response& response) {
    EXPECT_TRUE(response.begin(200, {{"Content-Type", "text/event-stream"}}).ok());
    EXPECT_TRUE(response.flush().ok());
    for (int i = 0; i < 5000 && !release && !request.stopping(); ++i) usleep(1000);
    if (!response.finish().ok()) response.close_connection();
  }));
  all.back().stream = true;
  PipelineOptions options;
  options.max_streams = 1;
  TestServer server(std::move(all), {}, options);
  Client first(server.port());
  first.send(get("/events"));
  EXPECT_THAT(first.receive(1000, 1).rest, HasSubstr("text/event-stream"));

  Client second(server.port());
  const auto refused = second.exchange(get("/events"));

  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("Retry-After"), "5");
  release = true;
}

TEST(Stop, LetsARunningRequestFinish) {
  std::atomic<bool> entered{false};
  std::vector<Route> all;
  all.push_back(route("GET", "/slow", [&](Request&, Response& response) {
    entered = true;
    usleep(200'000);
    reply(response, 200, "text/plain", std::string(3'000'000, 'x'));
  }));
  TestServer server(std::move(all));
  Client client(server.port());
  client.send(get("/slow"));
  for (int i = 0; i < 5000 && !entered; ++i) usleep(1000);
  std::string body;
  std::thread reader([&] {
    const auto conversation = client.receive(5000, 1);
    if (!conversation.replies.empty()) body = conversation.replies[0].body;
  });

  EXPECT_TRUE(server.server->stop(std::chrono::seconds(10)).ok());

  reader.join();
  EXPECT_EQ(body.size(), 3'000'000U);
}

TEST(Stop, ReportsRequestsThatOutliveTheDeadline) {
  std::atomic<bool> entered{false};
  std::atomic<bool> release{false};
  std::vector<Route> all;
  all.push_back(route("GET", "/stuck", [&](Request&, Response& response) {
    entered = true;
    for (int i = 0; i < 10'000 && !release; ++i) usleep(1000);
    reply(response, 200, "text/plain", "x");
  }));
  TestServer server(std::move(all));
  Client client(server.port());
  client.send(get("/stuck"));
  for (int i = 0; i < 5000 && !entered; ++i) usleep(1000);

  const auto stopped = server.server->stop(std::chrono::milliseconds(50));

  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code, Code::timeout);
  release = true;
}

}  // namespace
}  // namespace tenon::http::test
