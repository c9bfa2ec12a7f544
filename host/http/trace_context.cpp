#include "host/http/trace_context.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/http/text.hpp"

namespace tenon::http {
namespace {

bool is_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) {
  return is_lower_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

std::optional<TraceContext> parse_traceparent(std::string_view header) {
  // version "-" trace-id "-" parent-id "-" flags; later versions may append "-...".
  constexpr std::size_t kSize = 55;
  if (header.size() < kSize || header[2] != '-' || header[35] != '-' || header[52] != '-') {
    return std::nullopt;
  }
  const auto version = header.substr(0, 2);
  if (!is_lower_hex(version) || version == "ff") return std::nullopt;
  if (version == "00" ? header.size() != kSize : header.size() > kSize && header[kSize] != '-') {
    return std::nullopt;
  }
  const TraceContext trace{
      header.substr(3, 32), header.substr(36, 16),
      static_cast<std::uint8_t>(hex_value(header[53]) * 16 + hex_value(header[54]))};
  if (!is_id(trace.trace_id) || !is_id(trace.parent_id) || !is_lower_hex(header.substr(53, 2))) {
    return std::nullopt;
  }
  return trace;
}

std::string format_traceparent(const TraceContext& trace, std::string_view span_id) {
  return fmt::format("00-{}-{}-{:02x}", trace.trace_id, span_id, trace.flags);
}

}  // namespace tenon::http
