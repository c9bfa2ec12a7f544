// Talks to the host that already runs on a data directory.
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "host/app/options.hpp"
#include "tenon/result.hpp"

namespace tenon::app {

struct RunningHost {
  std::string url;    // "http://127.0.0.1:8080"
  std::string token;  // for the host's own controls
};

// The host that holds the data directory; nothing when none does. Errors: it runs, but its address
// or token cannot be read.
Result<std::optional<RunningHost>> find_running_host(const std::filesystem::path& data);
// The one of a deployment, whatever else its file says by now.
Result<std::optional<RunningHost>> running_host(const LoadedDeployment& loaded);

// Sends JSON to a path of that host and returns what it answers with 200. Errors carry the detail
// of the problem document.
Result<std::string> ask_host(const RunningHost& host, const char* method, const std::string& path,
                             const std::string& body);

// Calls a message method there; returns its output.
Result<std::string> call_remote(const RunningHost& host, std::string_view interface_id,
                                std::string_view method, std::string_view input);

}  // namespace tenon::app
