// Character sets: outside text to UTF-8, with a guess where nobody says which one it is.
#pragma once

#include <string>
#include <string_view>

#include "tenon/result.hpp"

namespace tenon::catalog {

struct Decoded {
  std::string text;     // valid UTF-8 without a byte order mark
  std::string charset;  // the one used: "utf-8", "windows-1255", ...
  bool guessed = false;
};

// A byte order mark wins, then valid UTF-8, then `declared` (from a header or a meta element), then
// a guess: windows-1255 when bytes of Hebrew letters prevail, else windows-1252. A declared charset
// that is unknown or does not fit the bytes is passed over. Bytes that fit nothing become U+FFFD.
// An error only for UTF-16 or a declared set whose conversion the system lacks.
Result<Decoded> to_utf8(std::string_view bytes, std::string_view declared = {});

}  // namespace tenon::catalog
