// What keys of a KeyValue may be, and how many are listed at a time. Pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "tenon/result.hpp"

namespace tenon::store {

inline constexpr std::size_t kMaxKeyBytes = 512;
inline constexpr std::size_t kMaxPage = 1000;
inline constexpr std::string_view kLastCharacter =
    "\xF4\x8F\xBF\xBF";  // U+10FFFF, not for text exchange

// Code::invalid unless it has 1 to kMaxKeyBytes bytes, without kLastCharacter.
Result<void> check_key(std::string_view key);
// Code::invalid unless it is 1 to kMaxPage.
Result<void> check_page(std::size_t limit);

}  // namespace tenon::store
