// A method called from the command line: in the running host, or in one started for the call.
#pragma once

#include <optional>
#include <string>

#include "host/app/options.hpp"
#include "host/app/remote.hpp"

namespace tenon::app {

struct MethodCall {
  std::string interface_id;
  std::string method;
  std::string input;  // JSON
};

// Prints the answer, or what is wrong, and returns the exit code. Without a running host `loaded`
// has its plugins (find_plugins).
int call_and_print(const std::optional<RunningHost>& running, LoadedDeployment loaded,
                   const MethodCall& wanted);

}  // namespace tenon::app
