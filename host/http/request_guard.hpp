// Strict checking of a request head before anything looks at it. Whatever is ambiguous is refused,
// because a proxy in front and this server must never disagree on where a request ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "host/http/transport.hpp"

namespace tenon::http {

// What the guard learned in its one pass over the headers. Views live as long as the RawRequest.
struct RequestFacts {
  std::uint64_t content_length = 0;  // 0 when absent
  bool has_content_length = false;
  bool chunked = false;
  bool keep_alive = true;  // what the client asks for
  bool expect_continue = false;
  bool http_1_0 = false;
  std::string_view host;  // empty only on HTTP/1.0
  std::string_view origin;
  bool has_origin = false;
  std::string_view correlation_id;
  std::string_view traceparent;

  bool has_body() const { return chunked || content_length > 0; }
};

// A refusal: the connection is always closed after it.
struct Refusal {
  int status;
  std::string_view detail;  // a literal
};

std::variant<RequestFacts, Refusal> guard_request(const RawRequest& request);

}  // namespace tenon::http
