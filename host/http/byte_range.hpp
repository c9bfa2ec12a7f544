// The Range header (RFC 9110, bytes only).
#pragma once

#include <cstdint>
#include <string_view>

namespace tenon::http {

struct ByteRange {
  enum class Kind {
    whole,          // no range, one that is malformed, or several: answer 200 with everything
    part,           // answer 206 with `length` bytes from `first`
    unsatisfiable,  // answer 416
  };
  Kind kind = Kind::whole;
  std::uint64_t first = 0;
  std::uint64_t length = 0;
};

ByteRange parse_range(std::string_view header, std::uint64_t size);

}  // namespace tenon::http
