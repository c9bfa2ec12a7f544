// Reading whole files with a bound on their size.
#pragma once

#include <filesystem>
#include <string>

#include "tenon/result.hpp"

namespace tenon::config {

enum class Privacy {
  any,
  owner_only,  // refuse a file that group or others can read
};

// The file must be a regular one (a symbolic link to one is fine) of at most `max_bytes`.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes,
                              Privacy privacy);

}  // namespace tenon::config
