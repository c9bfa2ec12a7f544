// Feeds the access log and metrics from the HTTP pipeline.
#pragma once

#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <tuple>

#include "host/http/request_observer.hpp"
#include "host/observe/request_log.hpp"

namespace tenon::app {

// The figures of a route are found by the address of its pattern's text, which is one per route
// table. A table that was replaced may leave its addresses to others, so forget() is called with
// every new table.
class RouteObserver final : public http::RequestObserver {
 public:
  explicit RouteObserver(observe::RequestLog& log) : log_(log) {}

  void on_request(const http::RequestRecord& record) noexcept override;
  void forget();

 private:
  using Key = std::pair<const void*, char>;
  observe::RouteMetrics& figures_of(const http::RequestRecord& record);

  observe::RequestLog& log_;
  std::shared_mutex mutex_;  // guards known_
  std::map<Key, std::shared_ptr<observe::RouteMetrics>> known_;
};

}  // namespace tenon::app
