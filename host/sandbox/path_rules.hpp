// Which paths a policy covers. The kernel's Landlock decides; this is for words, and the fallback
// where there is no Landlock.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "host/sandbox/policy.hpp"

namespace tenon::sandbox {

class PathRules {
 public:
  // `pid`: the worker's, whose own /proc folder is readable.
  PathRules(const Policy& policy, pid_t pid);
  // `path` is absolute and holds no links.
  bool may_read(std::string_view path) const;
  bool may_write(std::string_view path) const;
  // The folders and files of Policy::write alone, without /dev/null.
  bool may_change(std::string_view path) const;

 private:
  std::vector<std::string> read_;
  std::vector<std::string> change_;
  std::vector<std::string> write_;
};

}  // namespace tenon::sandbox
