// Finds plugin libraries in folders, without executing any of them.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "host/plugins/library.hpp"

namespace tenon::plugins {

struct RefusedFile {
  std::filesystem::path file;
  std::string reason;
};

struct Discovery {
  std::map<std::string, Candidate> libraries;  // by library id
  std::vector<RefusedFile> refused;  // .so files that are no plugins of this host, by name
};

// Looks at the .so files of the folders, in their order; of two libraries with one id the first is
// taken and the other refused. A folder that does not exist counts as refused.
Discovery discover(const std::vector<std::filesystem::path>& folders);

}  // namespace tenon::plugins
