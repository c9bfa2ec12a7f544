// What the configuration says of an instance besides its plugin's own config: what it may do and
// use, how it is supervised and replaced, and how providers are chosen.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/base/version.hpp"
#include "host/config/labels.hpp"
#include "host/config/mark.hpp"
#include "host/config/outbound_grant.hpp"
#include "host/config/route_grant.hpp"

namespace tenon::config {

// Where an instance runs, as it is wished for. automatic: the place of its library decides.
enum class RuntimeChoice { automatic, in_process, isolated };

// What the operator grants. A list that is absent leaves it to the manifest.
struct PermissionLists {
  std::optional<std::vector<std::string>> store;  // namespaces
  std::optional<std::vector<RouteGrant>> routes;
  std::optional<std::vector<std::string>> interfaces;  // "acme.greeter/1"
  std::vector<OutboundGrant> outbound;
  std::vector<std::filesystem::path> read;   // joined with the folder of the file that names them
  std::vector<std::filesystem::path> write;  // likewise
  std::vector<std::string> environment;      // names
  Mark mark;  // of the section, or of the instance's id where there is none
};

// What an instance may use. 0 is no limit where a comment says so.
struct InstanceLimits {
  std::uint64_t memory_mb = 0;  // 0: no limit; of an isolated instance, as the next three
  unsigned cpu_percent = 0;     // of one core; 0: no limit
  unsigned open_files = 0;
  unsigned threads = 0;
  std::chrono::milliseconds
      call_timeout{};        // of an isolated instance's calls without a deadline; 0: no limit
  unsigned concurrency = 0;  // calls at the same time; 0: no limit
  unsigned queue = 0;        // calls that wait for their turn
};

// How often and when an isolated instance is started again.
struct Supervision {
  unsigned max_crashes = 0;  // within the window; one more and it rests
  std::chrono::seconds window{};
  std::chrono::milliseconds first_backoff{};   // after the first crash within the window
  std::chrono::milliseconds second_backoff{};  // after the second; doubled after each further one
  std::chrono::milliseconds max_backoff{};
  std::chrono::milliseconds heartbeat{};
  std::chrono::milliseconds hang{};  // silence after which it is ended

  // The wait after that crash within the window, counted from 1.
  std::chrono::milliseconds backoff_after(unsigned crash) const;
};

struct Canary {
  unsigned share_percent = 0;  // 0: no canary
  std::chrono::milliseconds duration{};
  std::uint64_t min_calls = 0;    // before these, neither errors nor latency are judged
  double max_error_percent = 0;   // above the old generation's
  double max_latency_factor = 0;  // of the old generation's
};

struct ReloadSettings {
  Canary canary;
  std::chrono::milliseconds drain{};
  unsigned keep_mapped = 0;  // generations that could not be unloaded
};

// Which provider of one interface an instance gets. What is empty chooses nothing.
struct ProviderChoice {
  std::string instance;
  Labels labels;
  VersionRange range;  // without text: any
  Mark mark;           // of the entry
};

struct InstanceSettings {
  RuntimeChoice runtime{};
  PermissionLists permissions;
  InstanceLimits limits;  // the host's with this instance's overrides, as the next two
  Supervision supervision;
  ReloadSettings reload;
  Labels labels;
  int priority = 0;                           // the highest is preferred
  std::map<std::string, ProviderChoice> use;  // by interface
};

}  // namespace tenon::config
