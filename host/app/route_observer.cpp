#include "host/app/route_observer.hpp"

#include <mutex>

namespace tenon::app {

observe::RouteMetrics& RouteObserver::figures_of(const http::RequestRecord& record) {
  // HEAD and OPTIONS reach a route of another method: the first letters tell all methods that share
  // one apart.
  const Key key{record.route_pattern.data(), record.method.empty() ? '\0' : record.method[0]};
  {
    std::shared_lock lock(mutex_);
    if (const auto found = known_.find(key); found != known_.end()) return *found->second;
  }
  std::unique_lock lock(mutex_);
  auto& slot = known_[key];
  if (!slot)
    slot = record.route_pattern.empty()
               ? log_.route("host", "other", "unmatched")
               : log_.route(record.owner, record.method, record.route_pattern);
  return *slot;
}

void RouteObserver::on_request(const http::RequestRecord& record) noexcept {
  try {
    log_.record(figures_of(record),
                {record.status, record.body_bytes, record.duration, record.correlation_id});
  } catch (...) {  // out of memory: this request goes uncounted
  }
}

void RouteObserver::forget() {
  std::unique_lock lock(mutex_);
  known_.clear();
}

}  // namespace tenon::app
