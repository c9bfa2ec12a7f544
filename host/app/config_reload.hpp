// The configuration of a running host: which one it runs, and how it takes another.
#pragma once

#include <boost/json.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/app/options.hpp"
#include "host/plugins/deployment_diff.hpp"

namespace tenon::app {

class Host;

// What became of one attempt to take the file as it is now.
struct ConfigOutcome {
  enum Kind { applied, unchanged, refused };
  Kind kind = unchanged;
  std::string at;                   // RFC 3339
  std::string why;                  // "SIGHUP", "asked for", ...
  plugins::DeploymentDiff changes;  // of applied
  std::vector<std::string> levels;  // names of loggers whose level is another now
  config::Problems problems;        // of refused, where they have a place
  std::string reason;               // of refused: all of it, for people

  boost::json::object to_json() const;
  // One line for each thing that changed, or the problems.
  std::string to_text() const;
};

// Whole or not at all: a configuration with any problem, with another value of what a running host
// cannot change, or with an instance that does not come up changes nothing.
class ConfigReload {
 public:
  // `loaded` is what the host is being started with.
  explicit ConfigReload(LoadedDeployment loaded);

  const config::HostConfig& started_with() const { return started_with_; }
  plugins::Deployment& deployment() { return running_.deployment; }

  // Reads the file again and makes the host run what it says. [any-thread] One after the other.
  ConfigOutcome reload(Host& host, const std::string& why);
  // Files that were read, of the last attempt too. [any-thread]
  std::vector<std::filesystem::path> files() const;
  // Where libraries are looked for now. [any-thread]
  std::vector<std::filesystem::path> plugin_folders() const;
  // {"loaded_at", "files", "config", "last_refusal"}, secrets redacted. [any-thread]
  boost::json::object describe() const;

 private:
  ConfigOutcome attempt(Host& host);

  std::mutex reloading_;
  const config::HostConfig started_with_;
  LoadedDeployment running_;  // guarded by reloading_

  mutable std::mutex mutex_;  // guards all below
  std::vector<std::filesystem::path> files_;
  std::vector<std::filesystem::path> plugin_folders_;
  boost::json::value effective_;
  std::string loaded_at_;
  std::optional<ConfigOutcome> last_refusal_;
};

// What differs among what a running host cannot change: "http.listen", ...
std::vector<std::string> fixed_settings_changed(const config::HostConfig& running,
                                                const config::HostConfig& next);

}  // namespace tenon::app
