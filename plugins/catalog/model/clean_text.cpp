#include "catalog/model/clean_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace tenon::catalog {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool is_continuation(std::string_view text, size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

bool is_space(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

// Zero-width characters and direction marks: they make equal names compare unequal.
bool is_invisible(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
}

std::string clean(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  bool space = false;
  int breaks = 0;
  for (size_t at = 0; at < text.size();) {
    // Most text is plain letters after plain letters.
    size_t plain = at;
    while (plain < text.size() && text[plain] > ' ' && text[plain] < 0x7F) ++plain;
    if (plain > at && !space) {
      out.append(text, at, plain - at);
      at = plain;
      continue;
    }
    char32_t c = next_code_point(text, at);
    if (is_space(c)) {
      space = true;
      if (c == '\n' || c == 0x2028 || c == 0x2029) ++breaks;
      continue;
    }
    if (is_invisible(c)) continue;
    if (!out.empty()) {
      if (keep_lines && breaks > 0) {
        out.append(static_cast<size_t>(std::min(breaks, 2)), '\n');
      } else if (space) {
        out.push_back(' ');
      }
    }
    space = false;
    breaks = 0;
    append_utf8(out, c);
  }
  return out;
}

}  // namespace

char32_t next_code_point(std::string_view text, size_t& at) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char first = byte(at);
  if (first < 0x80) {
    ++at;
    return first;
  }
  size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  char32_t value = first & (0x7F >> length);
  bool valid = first >= 0xC2 && first <= 0xF4;
  for (size_t i = 1; valid && i < length; ++i) {
    valid = is_continuation(text, at + i);
    if (valid) value = (value << 6) | (byte(at + i) & 0x3F);
  }
  bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (!valid || overlong || surrogate || value > 0x10FFFF) {
    ++at;
    return kReplacement;
  }
  at += length;
  return value;
}

void append_utf8(std::string& out, char32_t c) {
  auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

std::string clean_text(std::string_view text) {
  return clean(text, false);
}
std::string clean_lines(std::string_view text) {
  return clean(text, true);
}

bool is_valid_utf8(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  for (size_t at = 0; at < text.size();) {
    std::uint64_t word = 0;
    if (text.size() - at >= sizeof word) {
      std::memcpy(&word, text.data() + at, sizeof word);
      if ((word & kHighBits) == 0) {
        at += sizeof word;
        continue;
      }
    }
    size_t start = at;
    if (next_code_point(text, at) == kReplacement && text.substr(start, at - start).size() == 1)
      return false;
  }
  return true;
}

std::string_view utf8_prefix(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && is_continuation(text, bytes)) --bytes;
  return text.substr(0, bytes);
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool ascii_iequals(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

bool ascii_icontains(std::string_view text, std::string_view part) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [&](char x, char y) { return lower(x) == y; }) != text.end();
}

std::string_view trim_ascii(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  size_t from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

}  // namespace tenon::catalog
