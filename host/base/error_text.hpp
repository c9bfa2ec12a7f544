// An error for people.
#pragma once

#include <string>

#include "tenon/result.hpp"

namespace tenon {

// The place, unless the message names it itself, and what is wrong there.
inline std::string text_of(const Error& error) {
  const bool placed = error.path.empty() || error.message.find(error.path) != std::string::npos;
  return placed ? error.message : error.path + ": " + error.message;
}

}  // namespace tenon
