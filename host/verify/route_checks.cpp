#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "host/config/problem.hpp"
#include "host/http/pipeline.hpp"
#include "host/plugins/plugin_routes.hpp"
#include "host/verify/groups.hpp"
#include "host/verify/random.hpp"

namespace tenon::verify {
namespace {

constexpr unsigned kMostRequests = 60;  // a route
constexpr std::string_view kNoRoutes = "it has no routes";
constexpr size_t kStackBytes = 512 << 10;
constexpr std::string_view kToken = "verify";
constexpr std::string_view kAuthorization = "Bearer verify";

// What stands for a parameter of the path, percent-encoded; never a slash.
constexpr std::array<std::string_view, 10> kSegments = {
    "1",     "x",         "0",    "-1",          "18446744073709551616", "%D7%A9%D7%9C%D7%95%D7%9D",
    "a%20b", "%27%22%3C", "null", "%F0%9F%8E%B9"};
constexpr std::array<std::string_view, 9> kQueries = {"",
                                                      "q=",
                                                      "limit=0",
                                                      "limit=-1&offset=99999999999999999999",
                                                      "limit=abc&page=1e9",
                                                      "q=%D7%A9%00",
                                                      "cursor=%FF%FE&cursor=x",
                                                      "sort=name;drop&&&==",
                                                      "q=%3Cscript%3E&limit=1000000"};
constexpr std::array<std::string_view, 8> kBodies = {"",
                                                     "{}",
                                                     "[]",
                                                     "null",
                                                     "{\"name\":",
                                                     "{\"name\":1,\"id\":-1,\"items\":[{}]}",
                                                     "name=x&name=%FF",
                                                     "\xff\xfe\x00garbage"};
constexpr std::array<std::string_view, 3> kTypes = {
    "application/json", "application/x-www-form-urlencoded", "text/plain"};

// A connection that has one request and takes its answer.
class OneRequest final : public http::Transport {
 public:
  OneRequest(std::string body, bool endless) : body_(std::move(body)), endless_(endless) {}
  std::ptrdiff_t read_body(std::span<std::byte> into) override {
    const size_t count = std::min(into.size(), body_.size() - read_);
    std::memcpy(into.data(), body_.data() + read_, count);
    read_ += count;
    return static_cast<std::ptrdiff_t>(count);
  }
  bool write(std::string_view bytes) override {
    if (answer_.size() < kKept) answer_ += bytes;
    return true;
  }
  void close_after_response() override {}
  bool should_close() const override { return false; }
  // A stream without an end ends when the host stops; other answers are to be whole.
  bool stopping() const override { return endless_; }
  const std::string& answer() const { return answer_; }

 private:
  static constexpr size_t kKept = 1 << 20;
  const std::string body_;
  const bool endless_;
  size_t read_ = 0;
  std::string answer_;
};

// Remembers how the last request ended.
class Watcher final : public http::RequestObserver {
 public:
  void on_request(const http::RequestRecord& record) noexcept override {
    status = record.status;
    complete = record.complete;
  }
  int status = 0;
  bool complete = false;
};

struct Sample {
  std::string method, path, query, type, body;
  bool stream = false;
  std::string text() const {
    return fmt::format("{} {}{}{}{}", method, path, query.empty() ? "" : "?", query,
                       body.empty() ? "" : " with " + config::in_quotes(body));
  }
};

std::string filled(const std::string& pattern, Random& random) {
  std::string out;
  for (size_t at = 0; at < pattern.size();) {
    const size_t open = pattern.find('{', at);
    out += pattern.substr(at, open - at);
    if (open == std::string::npos) break;
    out += kSegments[random.below(kSegments.size())];
    at = std::min(pattern.find('}', open), pattern.size() - 1) + 1;
  }
  return out;
}

Sample sample_of(const plugins::RouteSpec& route, Random& random) {
  Sample out{route.method, filled(route.path, random), "", "", "", route.stream};
  out.query = kQueries[random.below(kQueries.size())];
  if (route.method == "GET") return out;
  out.body = kBodies[random.below(kBodies.size())];
  out.type = route.consumes.empty() || route.consumes.find('*') != std::string::npos
                 ? kTypes[random.below(kTypes.size())]
                 : route.consumes;
  return out;
}

class Requests {
 public:
  explicit Requests(const std::shared_ptr<plugins::Instance>& instance)
      : policy_(std::string(kToken)), pipeline_(router_, policy_, &watcher_, {}) {
    router_.replace(http::RouteTable::build(plugins::routes_of(instance).value()).value());
  }

  // Empty: it was answered as the interface allows.
  std::string wrong_with(const Sample& sample) {
    const std::string length = std::to_string(sample.body.size());
    std::vector<http::Header> headers = {{"Host", "localhost"}, {"Authorization", kAuthorization}};
    if (sample.method != "GET") headers.push_back({"Content-Length", length});
    if (!sample.type.empty()) headers.push_back({"Content-Type", sample.type});
    http::RawRequest raw;
    raw.method = sample.method;
    raw.path = sample.path;
    raw.query = sample.query;
    raw.has_query = !sample.query.empty();
    raw.version = "1.1";
    raw.headers = headers;
    raw.remote_address = "127.0.0.1";
    OneRequest transport(sample.body, sample.stream);
    watcher_ = {};
    pipeline_.serve(raw, transport, worker_);
    if (watcher_.status == 500)
      return "it was answered with 500: " + problem_detail(transport.answer());
    if (watcher_.status != 0 && !watcher_.complete && !sample.stream)
      return "its answer was not finished";
    return "";
  }

 private:
  static std::string problem_detail(const std::string& answer) {
    const size_t body = answer.find("\r\n\r\n");
    return body == std::string::npos ? "" : config::in_quotes(answer.substr(body + 4), 300);
  }

  http::Router router_;
  http::HostTokenPolicy policy_;
  Watcher watcher_;
  http::Pipeline pipeline_;
  http::Worker worker_{0, kStackBytes};
};

}  // namespace

void check_routes(const Ground& ground) {
  constexpr std::string_view check = "route.requests";
  const auto& routes = ground.bench.subject().candidate.manifest.routes;
  const auto instance = begin_serving(ground, check, routes.empty() ? kNoRoutes : "");
  if (!instance) return;
  Requests requests(instance);
  std::vector<std::string> wrong;
  uint64_t count = 0;
  for (const auto& route : routes)
    for (unsigned i = 0; i < std::min(ground.options.cases, kMostRequests); ++i, ++count) {
      if (wrong.size() == kMaxWrong) break;
      Random random(ground.options.seed, route.method + route.path, i);
      const Sample sample = sample_of(route, random);
      ground.recorder.doing(sample.text());
      if (const auto why = requests.wrong_with(sample); !why.empty())
        wrong.push_back(sample.text() + ": " + why);
    }
  ground.recorder.judge(check, wrong, fmt::format("{} routes, {} requests", routes.size(), count));
}

void check_route_threads(const Ground& ground) {
  constexpr std::string_view check = "route.threads";
  const auto& routes = ground.bench.subject().candidate.manifest.routes;
  const auto instance = begin_serving(ground, check, routes.empty() ? kNoRoutes : "");
  if (!instance) return;
  judge_lanes(ground, check, routes.size(), [&]() -> Lane {
    const auto requests = std::make_shared<Requests>(instance);
    return [&, requests](size_t kind, uint64_t number) {
      const auto& route = routes[kind];
      Random random(ground.options.seed, route.method + route.path, number);
      const Sample sample = sample_of(route, random);
      const auto why = requests->wrong_with(sample);
      return why.empty() ? why : sample.text() + ": " + why;
    };
  });
}

}  // namespace tenon::verify
