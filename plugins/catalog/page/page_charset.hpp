#pragma once

#include <string_view>

namespace tenon::catalog {

// The charset that a meta element within the first bytes of a page declares; empty when none does.
std::string_view declared_charset(std::string_view page);

}  // namespace tenon::catalog
