// What a database says when it refuses a statement.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tenon/result.hpp"

namespace tenon::store {

// An error in the database's own words.
Error database_error(Code code, std::string_view database, std::string_view text);

// The same without these: they name tables, columns and values, and plugins pass errors on to
// clients. Nothing for an error in the host's words.
std::optional<Error> without_words(const Error& error);

}  // namespace tenon::store
