// Where access logs and metrics are made from.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace tenon::http {

// Views live during the call only.
struct RequestRecord {
  std::string_view method;
  std::string_view path;           // as sent, without the query
  std::string_view route_pattern;  // empty when no route matched
  std::string_view owner;          // of the route, or empty
  std::string_view remote_address;
  std::string_view correlation_id;
  std::string_view principal;
  int status = 0;         // 0: nothing was sent
  bool complete = false;  // false: the response broke off
  std::uint64_t body_bytes = 0;
  std::chrono::nanoseconds duration{};
};

class RequestObserver {
 public:
  virtual ~RequestObserver() = default;
  // Called by the serving thread after the response; must be quick and must not throw.
  // [thread-safe]
  virtual void on_request(const RequestRecord& record) noexcept = 0;
};

}  // namespace tenon::http
