#include "host/store/key_rules.hpp"

#include <fmt/format.h>

namespace tenon::store {

Result<void> check_key(std::string_view key) {
  if (!key.empty() && key.size() <= kMaxKeyBytes && key.find(kLastCharacter) == key.npos) return {};
  return Error{Code::invalid,
               fmt::format("a key of {} bytes; allowed are 1 to {}, without U+10FFFF", key.size(),
                           kMaxKeyBytes)};
}

Result<void> check_page(std::size_t limit) {
  if (limit >= 1 && limit <= kMaxPage) return {};
  return Error{Code::invalid, fmt::format("a page of {}; allowed are 1 to {}", limit, kMaxPage)};
}

}  // namespace tenon::store
