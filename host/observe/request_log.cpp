#include "host/observe/request_log.hpp"

#include <fmt/format.h>

#include <exception>

namespace tenon::observe {
namespace {

constexpr std::string_view kRequests = "http_requests_total";
constexpr std::string_view kDurations = "http_request_duration_seconds";
constexpr std::string_view kBytes = "http_response_bytes_total";
constexpr std::string_view kClassNames[] = {"1xx", "2xx", "3xx", "4xx", "5xx"};

}  // namespace

RouteMetrics::RouteMetrics(std::string owner, std::string method, std::string pattern)
    : owner_(std::move(owner)), method_(std::move(method)), pattern_(std::move(pattern)) {}

class RouteCollectable final : public prometheus::Collectable {
 public:
  std::shared_ptr<RouteMetrics> route(std::string_view owner, std::string_view method,
                                      std::string_view pattern) {
    std::lock_guard lock(mutex_);
    Key key{owner, method, pattern};
    if (const auto known = routes_.find(key); known != routes_.end()) return known->second;
    // One place is kept for all that do not fit.
    if (routes_.size() >= RequestLog::kMaxRoutes - 1) key = {"host", "other", "other"};
    auto& made = routes_[key];
    if (!made)
      made = std::make_shared<RouteMetrics>(std::get<0>(key), std::get<1>(key), std::get<2>(key));
    return made;
  }

  void remove_owner(std::string_view owner) {
    std::lock_guard lock(mutex_);
    std::erase_if(routes_, [&](const auto& entry) { return entry.second->owner() == owner; });
  }

  std::vector<prometheus::MetricFamily> Collect() const override {
    prometheus::MetricFamily requests{
        std::string(kRequests), "Requests answered", prometheus::MetricType::Counter, {}};
    prometheus::MetricFamily durations{std::string(kDurations),
                                       "Time to answer, in seconds",
                                       prometheus::MetricType::Histogram,
                                       {}};
    prometheus::MetricFamily bytes{
        std::string(kBytes), "Bytes of response bodies", prometheus::MetricType::Counter, {}};
    for (const auto& route : routes()) {
      const std::vector<prometheus::ClientMetric::Label> labels = {
          {"plugin", route->owner()}, {"method", route->method()}, {"route", route->pattern()}};
      prometheus::ClientMetric sent;
      sent.label = labels;
      sent.counter.value = static_cast<double>(route->bytes_.value());
      bool used = false;
      for (size_t i = 0; i < RouteMetrics::kClasses; ++i) {
        const LatencySnapshot snapshot = route->latencies_[i].snapshot();
        // A class that never occurred is not shown: most routes have one or two.
        if (snapshot.count == 0) continue;
        used = true;
        prometheus::ClientMetric duration = latency_metric(snapshot);
        duration.label = labels;
        duration.label.push_back({"status", std::string(kClassNames[i])});
        prometheus::ClientMetric count;
        count.label = duration.label;
        count.counter.value = static_cast<double>(snapshot.count);
        requests.metric.push_back(std::move(count));
        durations.metric.push_back(std::move(duration));
      }
      if (used) bytes.metric.push_back(std::move(sent));
    }
    return {std::move(requests), std::move(durations), std::move(bytes)};
  }

 private:
  using Key = std::tuple<std::string, std::string, std::string>;

  std::vector<std::shared_ptr<RouteMetrics>> routes() const {
    std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<RouteMetrics>> out;
    out.reserve(routes_.size());
    for (const auto& [key, route] : routes_) out.push_back(route);
    return out;
  }

  mutable std::mutex mutex_;
  std::map<Key, std::shared_ptr<RouteMetrics>> routes_;  // guarded by mutex_
};

Result<std::unique_ptr<RequestLog>> RequestLog::create(Metrics& metrics,
                                                       std::shared_ptr<spdlog::logger> logger,
                                                       const RequestLogOptions& options) {
  auto routes = std::make_shared<RouteCollectable>();
  constexpr std::string_view names[] = {kRequests, kDurations, kBytes};
  TN_CHECK(metrics.add_collectable(routes, names));
  return std::unique_ptr<RequestLog>(new RequestLog(std::move(routes), std::move(logger), options));
}

RequestLog::RequestLog(std::shared_ptr<RouteCollectable> routes,
                       std::shared_ptr<spdlog::logger> logger, const RequestLogOptions& options)
    : routes_(std::move(routes)), logger_(std::move(logger)), options_(options) {}

std::shared_ptr<RouteMetrics> RequestLog::route(std::string_view owner, std::string_view method,
                                                std::string_view pattern) {
  return routes_->route(owner, method, pattern);
}

void RequestLog::remove_owner(std::string_view owner) {
  routes_->remove_owner(owner);
}

void RequestLog::write_line(const RouteMetrics& route, const Access& access, Level level) noexcept {
  try {
    const fmt::format_int status(access.status);
    const fmt::format_int bytes(access.response_bytes);
    char duration[32];
    const auto end = fmt::format_to_n(duration, sizeof duration, "{:.3f}",
                                      static_cast<double>(access.duration.count()) / 1e6);
    const LogField fields[] = {
        {"method", route.method()},
        {"route", route.pattern()},
        {"owner", route.owner()},
        {"status", {status.data(), status.size()}},
        {"bytes", {bytes.data(), bytes.size()}},
        {"duration_ms", {duration, std::min(end.size, sizeof duration)}},
    };
    write(*logger_, {level, "request", access.correlation_id, fields});
  } catch (const std::exception&) {
    // Without memory for its line a request still counts.
  }
}

}  // namespace tenon::observe
