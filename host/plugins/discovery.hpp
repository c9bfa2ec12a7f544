// Finds plugin libraries in folders, without executing any of them.
#pragma once

#include <filesystem>
#include <map>
#include <set>
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
  std::set<std::string> own = {};    // ids of libraries in the installation's own folders
  struct Folder {
    std::filesystem::path path;
    bool exists = true;
  };
  std::vector<Folder> folders = {};  // where it looked, in that order
};

// Looks at the .so files of the folders, in their order; of two libraries with one id the first is
// taken and the other refused. A folder that does not exist counts as refused. Those of `folders`
// that are one of `own_folders`, by whatever name, are the installation's own.
Discovery discover(const std::vector<std::filesystem::path>& folders,
                   const std::vector<std::filesystem::path>& own_folders = {});

}  // namespace tenon::plugins
