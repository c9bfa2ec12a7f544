#include "host/observe/utf8.hpp"

namespace tenon::observe {

CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4) return {0, 1, false};
  char32_t point = lead & (0x7F >> size);
  for (size_t i = 1; i < size; ++i) {
    if (i >= text.size() || (byte(i) & 0xC0) != 0x80) return {0, i, false};
    point = (point << 6) | (byte(i) & 0x3F);
    // The second byte alone tells overlong forms, surrogates and what is too large.
    if (i == 1 && ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) ||
                   (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)))
      return {0, 1, false};
  }
  return {point, size, true};
}

bool hidden_or_control(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x200B && point <= 0x200F) ||
         (point >= 0x2028 && point <= 0x202E) || (point >= 0x2060 && point <= 0x2069) ||
         point == 0xFEFF;
}

bool valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    if (!next.valid) return false;
    text.remove_prefix(next.size);
  }
  return true;
}

}  // namespace tenon::observe
