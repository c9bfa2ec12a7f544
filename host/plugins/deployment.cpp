#include "host/plugins/deployment.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "host/config/nearest.hpp"
#include "host/config/schema.hpp"
#include "host/http/route_table.hpp"
#include "host/plugins/manifest_schemas.hpp"
#include "host/store/sql_text.hpp"

namespace tenon::plugins {
namespace {

config::Problem unknown_library(const config::InstanceSpec& spec, const Discovery& discovery) {
  std::vector<std::string_view> names;
  for (const auto& [id, candidate] : discovery.libraries) names.push_back(id);
  std::vector<std::string> folders;
  for (const auto& folder : discovery.folders)
    folders.push_back(folder.path.string() + (folder.exists ? "" : " (does not exist)"));
  config::Problem problem{
      spec.mark, "plugins." + spec.id,
      fmt::format("there is no plugin library {}; looked in {}", config::in_quotes(spec.library),
                  folders.empty() ? "no folder: host.plugin_dirs names none"
                                  : fmt::format("{}", fmt::join(folders, ", "))),
      config::nearest(spec.library, names)};
  for (const auto& [id, candidate] : discovery.libraries)
    if (candidate.file.stem() == spec.library)
      problem.message += fmt::format("; {} is there, but its manifest has the id {}",
                                     candidate.file.string(), config::in_quotes(id));
  for (const auto& refused : discovery.refused)
    if (refused.file.stem() == spec.library) problem.message += "; " + refused.reason;
  return problem;
}

// A mistake in the list of folders is told by itself: what was not found for it is no other one.
bool knows_folders(const config::ParsedConfig& parsed) {
  return std::none_of(parsed.problems.begin(), parsed.problems.end(), [](const auto& problem) {
    return problem.path.starts_with("host.plugin_dirs");
  });
}

// The instance's configuration against its plugin's schema. A plugin without one takes none. Gives
// the files that the configuration names.
std::vector<config::PathValue> check_config(PlannedInstance& instance, config::Problems& problems) {
  const auto& schema_value = instance.candidate.manifest.config_schema;
  auto schema = schema_value.is_null()
                    ? config::Schema::compile(R"({"type":"object","additionalProperties":false})")
                    : config::Schema::compile_value(schema_value);
  const std::string path = "plugins." + instance.spec.id + ".config";
  if (!schema.ok()) {
    problems.push_back(
        {instance.spec.mark, path,
         fmt::format("the config_schema of {} is broken at {}: {}",
                     instance.candidate.file.string(), schema.error().path, schema.error().message),
         ""});
    return {};
  }
  auto found = config::validate_instance_config(instance.spec, *schema);
  if (found.empty()) {
    // Of a value that could not be read a problem has been told already.
    if (config::has_broken(instance.spec.config)) return {};
    auto json = config::instance_config_json(instance.spec, *schema);
    if (json.ok())
      instance.config_json = std::move(*json);
    else
      found.push_back({instance.spec.mark, path, json.error().message, ""});
  }
  problems.insert(problems.end(), found.begin(), found.end());
  return schema->paths(instance.spec.config);
}

config::Problem as_problem(const PlannedInstance& instance, const Error& error) {
  return {instance.spec.settings.permissions.mark, error.path, error.message, ""};
}

// What the plugin declares or wants, and the operator does not grant.
void check_permissions(const PlannedInstance& instance, Deployment& out) {
  const Manifest& manifest = instance.candidate.manifest;
  const Permissions& permissions = instance.permissions;
  for (const auto& route : manifest.routes)
    if (const auto may = permissions.may_serve(route.method, route.path);
        !may.ok() && instance.spec.settings.permissions.routes)
      out.problems.push_back(as_problem(instance, may.error()));
  for (const auto& required : manifest.requires_)
    if (const auto may = permissions.may_use(required.interface_id); !may.ok())
      (required.optional ? out.notes : out.problems).push_back(as_problem(instance, may.error()));
  const auto& granted = instance.spec.settings.permissions;
  for (const auto* paths : {&granted.read, &granted.write})
    for (const auto& path : *paths)
      if (std::error_code failed; !std::filesystem::exists(path, failed))
        out.notes.push_back(as_problem(
            instance, {Code::not_found,
                       fmt::format("{} is not there, so nothing is granted: make it before the "
                                   "plugin starts, or grant its folder",
                                   path.string()),
                       "permissions"}));
  for (const auto& wanted : manifest.wants) {
    if (permissions.grants(wanted)) continue;
    const Error missing = permissions.refusal(wanted);
    out.notes.push_back(as_problem(
        instance,
        {missing.code,
         fmt::format("{}. {} wants it because: {}", missing.message, manifest.id, wanted.reason),
         missing.path}));
  }
}

// Few plugins keep tables: those that do not may have any name.
void check_store_name(const PlannedInstance& instance, Deployment& out) {
  const std::string& id = instance.spec.id;
  if (const auto usable = store::check_namespace(store_namespace(id)); !usable.ok())
    out.notes.push_back({instance.spec.mark, config::child_path("plugins", id),
                         "under this name it cannot use the store: " + usable.error().message, ""});
}

// Whether the library would be loaded, as it lies there now. What is loaded is judged once more.
// Unless `all_keys` could be read, an unknown key may be one of those, of which it was told
// already.
void check_signature(const PlannedInstance& instance, bool all_keys, Deployment& out) {
  if (!out.trust->looks()) return;
  const std::string path = config::child_path("plugins", instance.spec.id);
  const auto evidence = signature_evidence(instance.candidate.file);
  if (!evidence.ok()) {
    out.untrusted.push_back({instance.spec.mark, path, evidence.error().message, ""});
    return;
  }
  const auto verdict = out.trust->judge(*evidence, signing::now());
  if (!all_keys && verdict.standing == signing::Standing::unknown_key) return;
  if (const auto admitted = out.trust->admit(verdict); !admitted.ok())
    out.untrusted.push_back({instance.spec.mark, path, admitted.error().message, ""});
  else if (!verdict.trusted())
    out.notes.push_back({instance.spec.mark, path, verdict.reason, ""});
  else if (!verdict.warning.empty())
    out.notes.push_back({instance.spec.mark, path, verdict.warning, ""});
}

// A choice of providers for what the plugin never asks for chooses nothing.
void check_uses(const PlannedInstance& instance, config::Problems& problems) {
  const Manifest& manifest = instance.candidate.manifest;
  std::vector<std::string_view> required;
  for (const auto& one : manifest.requires_) required.push_back(one.interface_id);
  for (const auto& [interface_id, choice] : instance.spec.settings.use)
    if (std::find(required.begin(), required.end(), interface_id) == required.end())
      problems.push_back(
          {choice.mark,
           config::child_path(config::child_path("plugins", instance.spec.id) + ".use",
                              interface_id),
           fmt::format("{} does not require {}, so there is nothing to choose", manifest.id,
                       interface_id),
           config::nearest(interface_id, required)});
}

// Only libraries of the installation are trusted with the whole process without being asked for.
config::Runtime runtime_of(config::RuntimeChoice choice, bool own) {
  const bool here = choice == config::RuntimeChoice::in_process ||
                    (choice == config::RuntimeChoice::automatic && own);
  return here ? config::Runtime::in_process : config::Runtime::isolated;
}

// Stands for the plugin's handler while routes are only compared.
class NoHandler final : public http::Handler {
  void handle(http::Request&, http::Response&) override {}
};

// Two plugins that own one route: found by compiling the table that will serve.
void check_routes(const std::vector<PlannedInstance>& instances, config::Problems& problems) {
  std::vector<http::Route> routes;
  for (const auto& instance : instances) {
    for (auto& route : planned_routes(instance)) {
      routes.push_back(std::move(route));
      if (auto table = http::RouteTable::build(routes); !table.ok()) {
        problems.push_back(
            {instance.spec.mark, "plugins." + instance.spec.id, table.error().message, ""});
        routes.pop_back();
      }
    }
  }
}

}  // namespace

std::vector<http::Route> planned_routes(const PlannedInstance& instance) {
  static const auto handler = std::make_shared<NoHandler>();
  std::vector<http::Route> out;
  for (const auto& route : instance.candidate.manifest.routes) {
    http::Route& one = out.emplace_back();
    one.method = route.method;
    one.pattern = route.path;
    one.owner = "plugin " + instance.spec.id;
    one.handler = handler;
  }
  return out;
}

config::Problems Deployment::refusals() const {
  auto out = problems;
  out.insert(out.end(), untrusted.begin(), untrusted.end());
  return out;
}

Deployment plan_deployment(const config::ParsedConfig& parsed, const Discovery& discovery) {
  Deployment out;
  out.problems = parsed.problems;
  out.trust = std::make_shared<const signing::Trust>(
      signing::Trust::load(parsed.config.trust, out.problems));
  const bool all_keys = out.problems.size() == parsed.problems.size();
  const bool folders_known = knows_folders(parsed);
  for (const auto& spec : parsed.config.plugins) {
    if (!spec.enabled) continue;
    if (spec.id == "tenon" || spec.id.starts_with("tenon-")) {
      out.problems.push_back(
          {spec.mark, "plugins." + spec.id, "names that begin with tenon belong to the host", ""});
      continue;
    }
    const auto library = discovery.libraries.find(spec.library);
    if (library == discovery.libraries.end()) {
      if (!folders_known) continue;
      out.lacks_libraries = true;
      out.problems.push_back(unknown_library(spec, discovery));
      continue;
    }
    PlannedInstance& instance = out.instances.emplace_back();
    instance.spec = spec;
    instance.candidate = library->second;
    instance.trust = out.trust;
    instance.own = discovery.own.count(spec.library) != 0;
    instance.runtime = runtime_of(spec.settings.runtime, instance.own);
    instance.config_folder =
        std::filesystem::absolute(spec.mark.file()).lexically_normal().parent_path();
    instance.written = check_config(instance, out.problems);
    instance.data_folder = parsed.config.data / "plugins" / spec.id;
    instance.permissions =
        Permissions({spec.id, instance.candidate.manifest, spec.settings.permissions, instance.own,
                     instance.data_folder, instance.config_folder, instance.written});
    for (const auto& broken : broken_schemas(instance.candidate.manifest))
      out.problems.push_back(as_problem(instance, {Code::invalid, "its manifest: " + broken, {}}));
    check_permissions(instance, out);
    check_store_name(instance, out);
    check_signature(instance, all_keys, out);
    check_uses(instance, out.problems);
  }
  check_routes(out.instances, out.problems);
  config::sort_problems(out.problems);
  config::sort_problems(out.untrusted);
  config::sort_problems(out.notes);
  std::vector<GraphNode> nodes;
  for (const auto& instance : out.instances)
    nodes.push_back({instance.spec.id, &instance.candidate.manifest, &instance.spec.settings});
  out.plan = plan_start(nodes);
  return out;
}

config::Problems unmet_dependencies(const Deployment& deployment) {
  config::Problems out;
  for (const auto& unmet : deployment.plan.problems) {
    config::Problem& problem =
        out.emplace_back(config::Problem{{}, "plugins." + unmet.instance, unmet.message, ""});
    for (const auto& instance : deployment.instances)
      if (instance.spec.id == unmet.instance) problem.mark = instance.spec.mark;
  }
  config::sort_problems(out);
  return out;
}

}  // namespace tenon::plugins
