// Shared objects that the dynamic loader would find, and what they define. Read, never loaded.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/verify/linkage.hpp"

namespace tenon::verify {

class SystemLibraries {
 public:
  // Looks through the folders that the system's configuration names, LD_LIBRARY_PATH before them.
  SystemLibraries();

  // Takes in the library of that name and all that it needs in turn. False: it is not there, or is
  // none for this machine.
  bool add(const std::string& name);

  bool defines(const std::string& symbol) const { return defined_.count(symbol) != 0; }
  // Those that libraries taken in need and that are not there.
  const std::vector<std::string>& missing() const { return missing_; }

 private:
  // The bytes of the library of that name that the loader would take.
  std::optional<std::string> find(const std::string& name) const;

  std::vector<std::filesystem::path> folders_;
  std::set<std::string> seen_;
  std::set<std::string> defined_;
  std::vector<std::string> missing_;
};

}  // namespace tenon::verify
