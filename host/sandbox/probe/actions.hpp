// What a plugin may try: each gives "ok", the name of an error (EPERM), or a value in words.
#pragma once

#include <string>

namespace tenon::sandbox::probe {

// `line` is "name argument ...".
std::string perform(const std::string& line);

}  // namespace tenon::sandbox::probe
