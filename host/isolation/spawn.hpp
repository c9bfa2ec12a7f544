// Starts a program with chosen descriptors and environment and nothing else of the host's.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "host/base/descriptor.hpp"
#include "tenon/result.hpp"

namespace tenon::isolation {

// Where the child finds its descriptors: these numbers and up, in the order of the plan.
constexpr int kFirstInherited = 3;

struct SpawnPlan {
  std::filesystem::path program;
  std::vector<std::string> arguments;    // without the program's name
  std::vector<std::string> environment;  // "NAME=value", all of it
  std::vector<int> descriptors;
  int output = -1;  // becomes its standard output and error; -1: the host's
};

struct Child {
  pid_t pid = -1;
  Descriptor pidfd;
};

// The child has standard input from nowhere, no blocked or ignored signals and a process group of
// its own. The kernel may end it when the calling THREAD ends (PR_SET_PDEATHSIG).
Result<Child> spawn(const SpawnPlan& plan);

}  // namespace tenon::isolation
