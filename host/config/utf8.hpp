// The little of UTF-8 that configuration needs.
#pragma once

#include <cstddef>
#include <string_view>

namespace tenon::config {

// Bytes of the code point at the start of `text`; 0 where there is none or it is not valid
// (overlong forms, surrogates and values above U+10FFFF are not valid).
std::size_t utf8_length(std::string_view text);

// Bytes that start a code point; for valid UTF-8 the number of code points.
std::size_t count_code_points(std::string_view text);

bool is_valid_utf8(std::string_view text);

}  // namespace tenon::config
