#pragma once

#include <string>
#include <string_view>

namespace tenon::catalog {

// Turns the content of a JSON-LD script into strict JSON where its faults are the usual ones (see
// structured_data.hpp). Strings keep their words.
std::string strict_json(std::string_view script);

// Decodes the character references that appear in product texts: numeric ones and the common
// named ones; anything else stays as it is.
std::string decode_references(std::string_view text);

}  // namespace tenon::catalog
