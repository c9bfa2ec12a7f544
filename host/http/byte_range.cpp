#include "host/http/byte_range.hpp"

#include <algorithm>

#include "host/http/text.hpp"

namespace tenon::http {

ByteRange parse_range(std::string_view header, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (header.size() <= kUnit.size() || !iequals(header.substr(0, kUnit.size()), kUnit)) return {};
  const auto spec = trim(header.substr(kUnit.size()));
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos) return {};
  const auto from = spec.substr(0, dash);
  const auto to = spec.substr(dash + 1);
  const auto first = parse_decimal(from);
  const auto last = parse_decimal(to);
  if ((!from.empty() && !first) || (!to.empty() && !last)) return {};
  if (!first) {
    if (!last) return {};
    if (*last == 0 || size == 0) return {ByteRange::Kind::unsatisfiable, 0, 0};
    const auto length = std::min(*last, size);
    return {ByteRange::Kind::part, size - length, length};
  }
  if (last && *last < *first) return {};
  if (*first >= size) return {ByteRange::Kind::unsatisfiable, 0, 0};
  const auto end = last ? std::min(*last + 1, size) : size;
  return {ByteRange::Kind::part, *first, end - *first};
}

}  // namespace tenon::http
