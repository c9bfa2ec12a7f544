// What the host's own routes answer: the structs are sent, and their schemas stand in the API's
// documents.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/crash/crash_report.hpp"
#include "host/plugins/event_hub.hpp"
#include "host/plugins/plugin_host.hpp"
#include "host/sandbox/denied.hpp"
#include "host/sandbox/report.hpp"
#include "tenon/json.hpp"

namespace tenon::app {

template <class T>
struct Items {
  std::vector<T> items;
  BOOST_DESCRIBE_CLASS(Items, (), (items), (), ())
};

struct SignatureAnswer {
  std::string status;
  std::optional<std::string> key;
  std::optional<std::string> signer;
  std::optional<std::string> signed_at;
  std::optional<std::string> reason;
  std::optional<std::string> warning;

  static constexpr Field fields[] = {
      {.name = "status", .description = "How far it is trusted", .example = "trusted"},
      {.name = "signed_at", .example = "2026-01-31T12:00:00Z"}};
};
BOOST_DESCRIBE_STRUCT(SignatureAnswer, (), (status, key, signer, signed_at, reason, warning))

struct InstanceAnswer {
  std::string id;
  std::string library;
  std::string version;
  std::string state;
  std::string since;
  std::string runtime;
  uint64_t generation = 0;
  uint64_t left_mapped = 0;
  bool required = false;
  uint64_t calls = 0;
  uint64_t errors = 0;
  uint64_t running = 0;
  std::string file;
  std::optional<std::string> reason;
  std::optional<uint64_t> trial;
  std::optional<std::string> earlier_version;
  std::optional<SignatureAnswer> signature;
  std::optional<uint64_t> restarts;
  std::optional<int64_t> pid;
  std::optional<std::vector<sandbox::Layer>> sandbox;
  std::optional<std::vector<sandbox::Denied>> denials;
  std::vector<std::string> provides;
  std::vector<std::string> routes;
  std::vector<plugins::PluginHost::ReloadInfo> reloads;

  static constexpr Field fields[] = {
      {.name = "id", .description = "Of the instance", .example = "catalog"},
      {.name = "library", .description = "The plugin that it runs", .example = "catalog"},
      {.name = "version", .description = "Of the plugin", .example = "1.0.0"},
      {.name = "state", .description = "Where it is in its life", .example = "ready"},
      {.name = "since", .example = "2026-01-31T12:00:00Z"},
      {.name = "runtime", .description = "in_process or isolated", .example = "isolated"},
      {.name = "generation", .description = "The loaded copy that serves"},
      {.name = "left_mapped", .description = "Generations that could not be unloaded"},
      {.name = "required", .description = "Whether the host stops when it does not start"},
      {.name = "file", .example = "/opt/tenon/plugins/catalog.so"},
      {.name = "reason", .description = "Why it is in that state"},
      {.name = "trial", .description = "The generation on trial"},
      {.name = "earlier_version", .description = "What a rollback goes to", .example = "0.9.0"},
      {.name = "restarts", .description = "After crashes"},
      {.name = "pid", .description = "Of its process, where it has one of its own"},
      {.name = "sandbox", .description = "The layers that hold its process"},
      {.name = "denials", .description = "What it tried and may not do"},
      {.name = "provides", .description = "Interfaces", .example = "[\"tenon.catalog/1 1.0.0\"]"},
      {.name = "routes", .example = "[\"GET /api/catalog/products\"]"},
      {.name = "reloads", .description = "The latest last"}};
};
BOOST_DESCRIBE_STRUCT(InstanceAnswer, (),
                      (id, library, version, state, since, runtime, generation, left_mapped,
                       required, calls, errors, running, file, reason, trial, earlier_version,
                       signature, restarts, pid, sandbox, denials, provides, routes, reloads))

struct InstancesAnswer {
  std::vector<InstanceAnswer> items;
  boost::json::value next_cursor;
  uint64_t total = 0;

  static constexpr Field fields[] = {{.name = "next_cursor", .example = "null"}};
};
BOOST_DESCRIBE_STRUCT(InstancesAnswer, (), (items, next_cursor, total))

struct CrashSummary {
  std::string id;
  std::string instance;
  uint64_t generation = 0;
  std::string version;
  std::string time;
  crash::Cause cause{};
  std::string summary;

  static constexpr Field fields[] = {{.name = "instance", .example = "catalog"},
                                     {.name = "version", .example = "1.0.0"},
                                     {.name = "time", .example = "2026-01-31T12:00:00.123Z"}};
};
BOOST_DESCRIBE_STRUCT(CrashSummary, (), (id, instance, generation, version, time, cause, summary))

struct PluginReliability {
  std::string id;
  std::string state;
  uint64_t calls = 0;
  uint64_t errors = 0;

  static constexpr Field fields[] = {{.name = "id", .example = "catalog"},
                                     {.name = "state", .example = "ready"},
                                     {.name = "calls", .example = "1000"}};
};
BOOST_DESCRIBE_STRUCT(PluginReliability, (), (id, state, calls, errors))

struct ReliabilityAnswer {
  uint64_t calls = 0;
  uint64_t errors = 0;
  double success_rate = 1;
  std::vector<PluginReliability> plugins;

  static constexpr Field fields[] = {
      {.name = "calls", .example = "1000"},
      {.name = "success_rate", .description = "1 without calls", .example = "0.999"}};
};
BOOST_DESCRIBE_STRUCT(ReliabilityAnswer, (), (calls, errors, success_rate, plugins))

struct PageAnswer {
  std::string instance;
  std::string path;
  std::string title;
  std::string module;
  std::vector<std::string> styles;

  static constexpr Field fields[] = {
      {.name = "instance", .example = "catalog"},
      {.name = "path", .description = "Of the page", .example = "/catalog"},
      {.name = "title", .example = "Catalog"},
      {.name = "module", .description = "Its script", .example = "/plugins/catalog/catalog.js"},
      {.name = "styles", .example = "[\"/plugins/catalog/catalog.css\"]"}};
};
BOOST_DESCRIBE_STRUCT(PageAnswer, (), (instance, path, title, module, styles))

struct SubscriptionAnswer {
  std::string instance;
  std::string name;
  std::vector<std::string> patterns;
  bool durable = false;
  bool active = false;
  uint64_t pending = 0;
  uint64_t delivered = 0;
  uint64_t failed = 0;
  uint64_t dropped = 0;
  std::string problem;

  static constexpr Field fields[] = {
      {.name = "instance", .example = "catalog"},
      {.name = "patterns", .description = "Of topics", .example = "[\"shop.**\"]"},
      {.name = "active", .description = "Whether somebody subscribes to it now"},
      {.name = "pending", .description = "Events not taken yet"},
      {.name = "failed", .description = "Deliveries"},
      {.name = "dropped", .description = "Events"},
      {.name = "problem", .description = "The last failure, until one succeeds", .example = ""}};
};
BOOST_DESCRIBE_STRUCT(SubscriptionAnswer, (),
                      (instance, name, patterns, durable, active, pending, delivered, failed,
                       dropped, problem))

InstanceAnswer answer_of(const plugins::PluginHost::InstanceInfo& info);
CrashSummary answer_of(const crash::CrashReport& report);
PageAnswer answer_of(const plugins::PluginHost::PageInfo& page);
SubscriptionAnswer answer_of(const plugins::EventHub::Info& info);

// Of what has no struct: JSON Schemas with an example.
boost::json::value health_schema();
boost::json::value readiness_schema();
boost::json::value metrics_schema();
boost::json::value prometheus_schema();
boost::json::value config_schema();
boost::json::value config_change_schema();
boost::json::value openapi_schema();

}  // namespace tenon::app
