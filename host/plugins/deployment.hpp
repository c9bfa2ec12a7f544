// A configuration and the libraries that were found, put together and checked before anything runs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/config/host_config.hpp"
#include "host/http/route.hpp"
#include "host/plugins/discovery.hpp"
#include "host/plugins/graph.hpp"
#include "host/plugins/permissions.hpp"
#include "host/signing/trust.hpp"

namespace tenon::plugins {

// One enabled entry of `plugins` with its library.
struct PlannedInstance {
  config::InstanceSpec spec;
  Candidate candidate;
  std::string config_json;              // complete, with the schema's defaults
  std::filesystem::path config_folder;  // where relative paths in it begin
  bool own = false;                     // the library lies in the installation's own folder
  config::Runtime runtime = config::Runtime::in_process;
  std::vector<config::PathValue> written = {};  // files that the configuration names
  std::filesystem::path data_folder = {};       // of its own; need not exist yet
  Permissions permissions = {};
  std::shared_ptr<const signing::Trust> trust = std::make_shared<const signing::Trust>();
};

struct Deployment {
  std::vector<PlannedInstance> instances;  // in the order of the file
  config::Problems problems;     // mistakes in the configuration; nothing runs while there are any
  bool lacks_libraries = false;  // some of these are of libraries that are not there
  config::Problems untrusted;    // libraries that will not be loaded; the others run without them
  config::Problems refusals() const;  // problems, then untrusted
  config::Problems notes;             // what works, but perhaps not as it is meant
  std::shared_ptr<const signing::Trust> trust;
  StartPlan plan;  // order, and what the dependency graph forbids
};

// The routes that its instances will have; their handlers only stand for those.
std::vector<http::Route> planned_routes(const PlannedInstance& instance);

// Reads no files but the libraries of `discovery`, what lies beside them, and the key files of
// `parsed`; executes nothing.
Deployment plan_deployment(const config::ParsedConfig& parsed, const Discovery& discovery);

// The problems of the plan, with their places in the file.
config::Problems unmet_dependencies(const Deployment& deployment);

}  // namespace tenon::plugins
