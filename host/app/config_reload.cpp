#include "host/app/config_reload.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "host/app/host.hpp"
#include "host/app/host_routes.hpp"

namespace tenon::app {
namespace {

std::string now_text() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

boost::json::array names(const std::vector<std::string>& list) {
  return boost::json::value_from(list).as_array();
}

// Secrets of plugins are known by their schemas alone.
boost::json::value effective_of(LoadedDeployment& loaded) {
  for (const auto& instance : loaded.deployment.instances) {
    const auto& text = instance.candidate.manifest.config_schema;
    if (text.is_null()) continue;
    if (const auto schema = config::Schema::compile_value(text); schema.ok())
      config::redact_instance(loaded.parsed, instance.spec.id, *schema);
  }
  return config::effective_json(loaded.parsed);
}

// Mistakes in the file, libraries that are not trusted, then what the dependency graph forbids.
config::Problems problems_of(const plugins::Deployment& deployment) {
  auto out = deployment.refusals();
  auto unmet = plugins::unmet_dependencies(deployment);
  std::move(unmet.begin(), unmet.end(), std::back_inserter(out));
  return out;
}

std::map<std::string, config::LogLevel> levels_of(const config::HostConfig& config) {
  std::map<std::string, config::LogLevel> out{{"", config.log.level}};  // of all others
  for (const auto& instance : config.plugins) out[instance.id] = instance.log_level;
  return out;
}

ConfigOutcome refusal(std::string reason, config::Problems problems = {}) {
  ConfigOutcome out;
  out.kind = ConfigOutcome::refused;
  out.problems = std::move(problems);
  out.reason = std::move(reason);
  return out;
}

}  // namespace

std::vector<std::string> fixed_settings_changed(const config::HostConfig& running,
                                                const config::HostConfig& next) {
  std::vector<std::string> out;
  const auto compare = [&out](const char* name, const auto& a, const auto& b) {
    if (!(a == b)) out.emplace_back(name);
  };
  compare("host.name", running.name, next.name);
  compare("host.data", running.data, next.data);
  compare("host.library_copies", running.library_copies, next.library_copies);
  compare("log.format", running.log.format, next.log.format);
  compare("log.file", running.log.file, next.log.file);
  compare("http.listen", running.http.listen, next.http.listen);
  compare("http.workers", running.http.workers, next.http.workers);
  compare("http.request_timeout_ms", running.http.request_timeout, next.http.request_timeout);
  compare("http.keep_alive_ms", running.http.keep_alive, next.http.keep_alive);
  compare("http.max_body_bytes", running.http.max_body_bytes, next.http.max_body_bytes);
  compare("http.allowed_hosts", running.http.allowed_hosts, next.http.allowed_hosts);
  compare("store.driver", running.store.driver, next.store.driver);
  compare("store.path", running.store.path, next.store.path);
  compare("store.url", running.store.url, next.store.url);
  compare("store.durability", running.store.durability, next.store.durability);
  compare("store.readers", running.store.readers, next.store.readers);
  compare("events", running.events, next.events);
  compare("mcp", running.mcp, next.mcp);
  return out;
}

boost::json::object ConfigOutcome::to_json() const {
  static constexpr const char* kinds[] = {"applied", "unchanged", "refused"};
  boost::json::object out{{"outcome", kinds[kind]}, {"at", at}, {"why", why}};
  if (kind == refused) {
    out["reason"] = reason;
    out["problems"] = config::to_json(problems);
    return out;
  }
  boost::json::array changed;
  for (const auto& one : changes.changed)
    changed.push_back(boost::json::object{
        {"id", one.id}, {"what", names(one.what)}, {"new_generation", one.new_generation}});
  out["added"] = names(changes.added);
  out["removed"] = names(changes.removed);
  out["changed"] = std::move(changed);
  out["log_levels"] = names(levels);
  return out;
}

std::string ConfigOutcome::to_text() const {
  if (kind == refused) return "refused, everything stays as it was: " + reason;
  if (kind == unchanged) return "nothing has changed";
  std::vector<std::string> parts;
  for (const auto& id : changes.added) parts.push_back("added " + id);
  for (const auto& id : changes.removed) parts.push_back("removed " + id);
  for (const auto& one : changes.changed)
    parts.push_back(fmt::format("changed {} ({})", one.id, what_text(one)));
  if (!levels.empty()) parts.push_back(fmt::format("log levels of {}", fmt::join(levels, ", ")));
  return fmt::format("applied: {}", fmt::join(parts, "; "));
}

ConfigReload::ConfigReload(LoadedDeployment loaded)
    : started_with_(loaded.parsed.config), running_(std::move(loaded)) {
  effective_ = effective_of(running_);
  loaded_at_ = now_text();
  files_ = running_.files;
  plugin_folders_ = running_.parsed.config.plugin_dirs;
}

std::vector<std::filesystem::path> ConfigReload::plugin_folders() const {
  const std::lock_guard lock(mutex_);
  return plugin_folders_;
}

std::vector<std::filesystem::path> ConfigReload::files() const {
  const std::lock_guard lock(mutex_);
  return files_;
}

boost::json::object ConfigReload::describe() const {
  const std::lock_guard lock(mutex_);
  boost::json::array files;
  for (const auto& file : files_) files.emplace_back(file.string());
  boost::json::object out{
      {"loaded_at", loaded_at_}, {"files", std::move(files)}, {"config", effective_}};
  out["last_refusal"] = nullptr;
  if (last_refusal_) out["last_refusal"] = last_refusal_->to_json();
  return out;
}

ConfigOutcome ConfigReload::reload(Host& host, const std::string& why) {
  const std::lock_guard reloading(reloading_);
  auto outcome = attempt(host);
  outcome.at = now_text();
  outcome.why = why;
  host.log().log(outcome.kind == ConfigOutcome::refused ? spdlog::level::err : spdlog::level::info,
                 "configuration ({}): {}", why, outcome.to_text());
  if (outcome.kind == ConfigOutcome::refused) {
    const std::lock_guard lock(mutex_);
    last_refusal_ = outcome;
  }
  return outcome;
}

ConfigOutcome ConfigReload::attempt(Host& host) {
  auto next = load_deployment(running_.values);
  {
    const std::lock_guard lock(mutex_);
    files_ = next.files;
    plugin_folders_ = next.parsed.config.plugin_dirs;
  }
  if (auto problems = problems_of(next.deployment); !problems.empty())
    return refusal(config::to_string(problems), problems);
  if (const auto fixed = fixed_settings_changed(started_with_, next.parsed.config); !fixed.empty())
    return refusal(
        fmt::format("a running host cannot change {}; restart it", fmt::join(fixed, ", ")));
  if (const auto clash = host.check_routes(next.deployment); !clash.ok())
    return refusal(clash.error().message);

  const auto before = levels_of(running_.parsed.config);
  const auto after = levels_of(next.parsed.config);
  host.prepare_levels(after);
  const auto changes = host.plugins().apply(next.deployment);
  if (!changes.ok()) {
    host.set_levels(before);
    host.settle(running_.parsed.config);
    return refusal(changes.error().message);
  }
  ConfigOutcome out;
  out.changes = *changes;
  for (const auto& [name, level] : after) {
    const auto old = before.find(name);
    if (old != before.end() && old->second != level)
      out.levels.push_back(name.empty() ? "the host" : name);
  }
  host.set_levels(after);
  host.settle(next.parsed.config);
  running_ = std::move(next);
  auto effective = effective_of(running_);
  out.kind =
      out.changes.empty() && out.levels.empty() ? ConfigOutcome::unchanged : ConfigOutcome::applied;
  const std::lock_guard lock(mutex_);
  effective_ = std::move(effective);
  loaded_at_ = now_text();
  last_refusal_.reset();
  return out;
}

}  // namespace tenon::app
