// The words of the messages about values that break a schema. Internal to SchemaWalker.
#pragma once

#include <string>
#include <vector>

#include "host/config/value_view.hpp"

namespace tenon::config {

constexpr unsigned bit(Kind kind) {
  return 1U << static_cast<unsigned>(kind);
}

// "a, b or c"; only the first of a long list, and how many there are.
std::string join(const std::vector<std::string>& words, const char* last_word);

// What `types`, bits of kinds, allow: "a number or nothing (null)".
std::string type_words(unsigned types);

// "true" or "false" where a boolean is wanted and `value` is what YAML 1.1 called one; else empty.
std::string boolean_suggestion(unsigned types, const ValueView& value, bool hide);

// "1 item", "3 entries"
std::string count_words(std::size_t count, const char* singular);

}  // namespace tenon::config
