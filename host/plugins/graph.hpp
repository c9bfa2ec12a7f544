// The dependency graph of the instances: who provides what to whom, in which order they start, and
// why some cannot.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/config/instance_settings.hpp"
#include "host/plugins/manifest.hpp"

namespace tenon::plugins {

// One instance as the graph sees it.
struct GraphNode {
  std::string instance;
  const Manifest* manifest;  // must outlive the plan
  // Labels, priority and the operator's choice of providers; null: none. Likewise.
  const config::InstanceSettings* settings = nullptr;
};

// Why an instance cannot start: the whole chain, from the instance to what is missing.
struct GraphProblem {
  std::string instance;
  std::string message;
};

struct StartPlan {
  std::vector<std::string> order;      // instances that can start, providers first; ties by name
  std::vector<GraphProblem> problems;  // the others, by name
  // For each instance the instances that must be started before it (mandatory providers only).
  std::map<std::string, std::vector<std::string>> needs;
  // For each instance in `order` those before it that it waits for; the others may start at the
  // same time.
  std::map<std::string, std::vector<std::string>> waits_for;
};

// Pure: looks at manifests and settings alone. Providers that the operator's choice for a consumer
// excludes are none of its. An optional requirement orders the start where it can and never
// prevents it.
StartPlan plan_start(const std::vector<GraphNode>& nodes);

}  // namespace tenon::plugins
