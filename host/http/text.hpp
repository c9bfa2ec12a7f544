// Small helpers on protocol text: ASCII only, no locale, no allocation.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tenon::http {

inline char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

inline bool iequals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return ascii_lower(x) == ascii_lower(y);
         });
}

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The value of a hexadecimal digit, -1 for any other character.
inline int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// A character of a header name or method (RFC 9110 token).
bool is_token_char(char c);
bool is_token(std::string_view text);

// A header value: visible characters, spaces, tabs, bytes above 127; no CR, LF, NUL or other
// control.
bool is_header_value(std::string_view text);

bool is_valid_utf8(std::string_view text);
// Bytes that are not UTF-8 become U+FFFD.
std::string valid_utf8(std::string_view text);

// Spaces and tabs at both ends removed.
std::string_view trim(std::string_view text);

// Digits only, without sign; nothing on any other character or above 18 digits.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

// Calls `each(element)` for every element of a comma-separated header value, trimmed, empty ones
// skipped; commas inside quoted strings do not separate.
template <class Each>
void for_each_element(std::string_view list, Each each) {
  std::size_t start = 0;
  bool quoted = false;
  for (std::size_t i = 0; i <= list.size(); ++i) {
    if (i < list.size() && list[i] == '"') quoted = !quoted;
    if (i < list.size() && (list[i] != ',' || quoted)) continue;
    if (const auto element = trim(list.substr(start, i - start)); !element.empty()) each(element);
    start = i + 1;
  }
}

// For a segment of a path: all but letters, digits and -._~ escaped.
std::string percent_encode(std::string_view text);

// Whether an If-None-Match header has that entity tag, compared weakly as it asks.
bool lists_etag(std::string_view header, std::string_view etag);

// Percent-decodes `text` into `out` (appended); false on a bad or truncated escape.
bool percent_decode(std::string_view text, std::string& out, bool plus_is_space = false);

}  // namespace tenon::http
