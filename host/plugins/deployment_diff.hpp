// What differs between the instances that run and those that a configuration asks for.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/plugins/deployment.hpp"

namespace tenon::plugins {

// An instance as it runs: what was planned, and the code that serves in fact.
struct RunningInstance {
  const PlannedInstance* planned;
  std::filesystem::path file;
  std::string build_id;  // may be empty
  bool trusted = true;   // the code that serves would be loaded as the next configuration trusts
};

struct InstanceDiff {
  std::string id;
  // Keys of its section, sorted: "config", "limits"...; "library" for its code, "trust" for what
  // the host makes of its signature.
  std::vector<std::string> what;
  bool new_generation = false;  // what changed cannot be changed in the one that serves
};

struct DeploymentDiff {
  std::vector<std::string> added;  // all sorted by id
  std::vector<std::string> removed;
  std::vector<InstanceDiff> changed;

  bool empty() const { return added.empty() && removed.empty() && changed.empty(); }
};

// Pure.
DeploymentDiff diff_deployments(const std::vector<RunningInstance>& running,
                                const Deployment& next);

// "config, limits"
std::string what_text(const InstanceDiff& diff);

}  // namespace tenon::plugins
