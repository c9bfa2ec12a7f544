#include "host/store/database_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tenon::store {
namespace {

constexpr std::array<std::string_view, 2> kDatabases{"SQLite", "PostgreSQL"};

const char* neutral_text(Code code) {
  switch (code) {
    case Code::conflict:
      return "it collides with what is stored already";
    case Code::invalid:
      return "the store does not take these values or this statement";
    case Code::denied:
      return "the store does not allow it";
    case Code::too_large:
      return "a value is too large for the store";
    case Code::timeout:
      return "the store took too long";
    case Code::unavailable:
      return "the store is not available";
    default:
      return "the store failed";
  }
}

}  // namespace

Error database_error(Code code, std::string_view database, std::string_view text) {
  return {code, fmt::format("{}: {}", database, text)};
}

std::optional<Error> without_words(const Error& error) {
  const bool own = std::any_of(kDatabases.begin(), kDatabases.end(), [&](std::string_view name) {
    return error.message.starts_with(fmt::format("{}: ", name));
  });
  if (!own) return std::nullopt;
  return Error{error.code, neutral_text(error.code), error.path};
}

}  // namespace tenon::store
