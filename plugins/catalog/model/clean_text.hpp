// Text as catalogs need it: valid UTF-8, one line, single spaces, nothing invisible.
#pragma once

#include <string>
#include <string_view>

namespace tenon::catalog {

// Replaces every run of white space (line breaks, tabs, no-break and typographic spaces) by one
// space, removes control, zero-width and direction marks, trims both ends, and turns each byte that
// is not valid UTF-8 into U+FFFD.
std::string clean_text(std::string_view text);

// The same for text of several lines: line breaks survive, at most two in a row.
std::string clean_lines(std::string_view text);

bool is_valid_utf8(std::string_view text);

// At most `bytes` bytes, cut at a code point.
std::string_view utf8_prefix(std::string_view text, size_t bytes);

// Decodes the code point at `at` and moves past it; an invalid byte yields U+FFFD and moves by one.
char32_t next_code_point(std::string_view text, size_t& at);
void append_utf8(std::string& out, char32_t code_point);

std::string ascii_lower(std::string_view text);
bool ascii_iequals(std::string_view a, std::string_view b);
// Whether `text` holds `part`, which is in lower case.
bool ascii_icontains(std::string_view text, std::string_view part);
std::string_view trim_ascii(std::string_view text);

}  // namespace tenon::catalog
