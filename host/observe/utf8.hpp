// Reading text that claims to be UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace tenon::observe {

struct CodePoint {
  char32_t point = 0;
  size_t size = 0;     // bytes taken; at least 1
  bool valid = false;  // false: not UTF-8 here, `size` bytes of it to be replaced
};

// The first code point of `text`, which is not empty. Refuses overlong forms, surrogates and what
// lies beyond U+10FFFF.
CodePoint first_code_point(std::string_view text);

// Controls, line and paragraph separators, and marks that reorder or hide text on a terminal.
bool hidden_or_control(char32_t point);

bool valid_utf8(std::string_view text);

// Calls f(code point, its bytes); what is not UTF-8 arrives as U+FFFD.
template <class F>
void for_each_code_point(std::string_view text, F&& f) {
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    if (next.valid)
      f(next.point, text.substr(0, next.size));
    else
      f(U'\uFFFD', std::string_view("\xEF\xBF\xBD"));
    text.remove_prefix(next.size);
  }
}

}  // namespace tenon::observe
