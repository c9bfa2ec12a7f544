// The files that every program in C++ may need, whatever its permissions.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "host/sandbox/policy.hpp"

namespace tenon::sandbox {

// Libraries and what the linker, time zones, locales and the C library look at; with permitted
// servers also certificates. What does not exist is skipped.
std::vector<std::string_view> readable_by_all(const Policy& policy);
// /dev/null and its like.
std::span<const std::string_view> writable_by_all();

}  // namespace tenon::sandbox
