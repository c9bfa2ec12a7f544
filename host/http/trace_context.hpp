// W3C Trace Context: the `traceparent` header.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tenon::http {

struct TraceContext {
  std::string_view trace_id;   // 32 lower-case hexadecimal digits
  std::string_view parent_id;  // 16 of them
  std::uint8_t flags = 0;      // bit 0: sampled
};

// Nothing when the header is malformed or all zero, as the specification asks. Views into `header`.
std::optional<TraceContext> parse_traceparent(std::string_view header);

// The header to send on, with `span_id` (16 digits) as the parent of what is called.
std::string format_traceparent(const TraceContext& trace, std::string_view span_id);

}  // namespace tenon::http
