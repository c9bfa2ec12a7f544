// What is kept of each HTTP request: counts and latencies by route, and a line of the log.
#pragma once

#include <spdlog/logger.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "host/observe/latency_histogram.hpp"
#include "host/observe/logging.hpp"
#include "host/observe/metrics.hpp"
#include "host/observe/spdlog_level.hpp"

namespace tenon::observe {

// The figures of one route, shared by all who serve it. [any thread]
class RouteMetrics {
 public:
  RouteMetrics(std::string owner, std::string method, std::string pattern);

  const std::string& owner() const { return owner_; }
  const std::string& method() const { return method_; }
  const std::string& pattern() const { return pattern_; }

 private:
  friend class RequestLog;
  friend class RouteCollectable;
  static constexpr size_t kClasses = 5;  // 1xx to 5xx
  const std::string owner_;
  const std::string method_;
  const std::string pattern_;
  std::array<LatencyHistogram, kClasses> latencies_;  // their counts are the requests
  ShardedCounter bytes_;
};

// One request that was answered. Borrows its text during record().
struct Access {
  int status = 0;
  uint64_t response_bytes = 0;
  std::chrono::nanoseconds duration{0};
  std::string_view correlation_id = {};
};

struct RequestLogOptions {
  Level level = Level::debug;       // of the line of a request
  Level error_level = Level::info;  // of one answered 5xx
};

class RouteCollectable;

// Shows http_requests_total{plugin,method,route,status}, http_request_duration_seconds (likewise)
// and http_response_bytes_total{plugin,method,route}; status is "2xx" and so on, and route is the
// pattern, never the path of a request.
class RequestLog {
 public:
  static constexpr size_t kMaxRoutes = 20'000;

  // `logger` (the one named "http") and `metrics` stay in use; metrics must outlive this.
  // Code::conflict when the names above are taken.
  static Result<std::unique_ptr<RequestLog>> create(Metrics& metrics,
                                                    std::shared_ptr<spdlog::logger> logger,
                                                    const RequestLogOptions& options = {});
  RequestLog(const RequestLog&) = delete;
  RequestLog& operator=(const RequestLog&) = delete;

  // The figures of a route, made on first use; whoever routes keeps the pointer. Beyond kMaxRoutes
  // all new ones share "other". [any thread], locks
  std::shared_ptr<RouteMetrics> route(std::string_view owner, std::string_view method,
                                      std::string_view pattern);
  // Stops showing an owner's routes; pointers to them stay good. [any thread], locks
  void remove_owner(std::string_view owner);

  // [any thread]; nothing blocks, no allocation unless a line is written
  void record(RouteMetrics& route, const Access& access) noexcept {
    const auto status_class = static_cast<size_t>(access.status / 100 - 1);
    const size_t cell = status_class < RouteMetrics::kClasses ? status_class : 4;
    route.latencies_[cell].record(access.duration);
    if (access.response_bytes != 0) route.bytes_.add(access.response_bytes);
    const Level level = cell == 4 ? options_.error_level : options_.level;
    if (logger_->should_log(to_spdlog(level))) write_line(route, access, level);
  }

 private:
  RequestLog(std::shared_ptr<RouteCollectable> routes, std::shared_ptr<spdlog::logger> logger,
             const RequestLogOptions& options);
  void write_line(const RouteMetrics& route, const Access& access, Level level) noexcept;

  const std::shared_ptr<RouteCollectable> routes_;
  const std::shared_ptr<spdlog::logger> logger_;
  const RequestLogOptions options_;
};

}  // namespace tenon::observe
