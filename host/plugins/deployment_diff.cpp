#include "host/plugins/deployment_diff.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace tenon::plugins {
namespace {

template <class Grants>
std::vector<std::string> texts(const Grants& grants) {
  std::vector<std::string> out;
  for (const auto& grant : grants) out.push_back(grant.text());
  return out;
}

// Where an entry stands in the file makes no difference.
auto facts(const PlannedInstance& one) {
  const auto& routes = one.spec.settings.permissions.routes;
  const Permissions& all = one.permissions;
  return std::make_tuple(one.own, all.read(), all.write(), texts(all.outbound()), all.environment(),
                         all.interfaces(), all.store(), routes.has_value(),
                         routes ? texts(*routes) : std::vector<std::string>());
}

// What a worker process gets when it is started.
auto worker_facts(const config::InstanceLimits& limits) {
  return std::make_tuple(limits.memory_mb, limits.cpu_percent, limits.open_files, limits.threads);
}

auto call_facts(const config::InstanceLimits& limits) {
  return std::make_tuple(limits.call_timeout, limits.concurrency, limits.queue);
}

auto facts(const config::Supervision& one) {
  return std::make_tuple(one.max_crashes, one.window, one.first_backoff, one.second_backoff,
                         one.max_backoff, one.heartbeat, one.hang);
}

auto facts(const config::ReloadSettings& one) {
  return std::make_tuple(one.canary.share_percent, one.canary.duration, one.canary.min_calls,
                         one.canary.max_error_percent, one.canary.max_latency_factor, one.drain,
                         one.keep_mapped);
}

auto facts(const config::Deadlines& one) {
  return std::make_tuple(one.load, one.configure, one.start, one.stop);
}

auto facts(const std::map<std::string, config::ProviderChoice>& uses) {
  std::vector<std::tuple<std::string, std::string, config::Labels, std::string>> out;
  for (const auto& [interface_id, choice] : uses)
    out.emplace_back(interface_id, choice.instance, choice.labels, choice.range.text());
  return out;
}

bool is_other_code(const RunningInstance& running, const Candidate& next) {
  if (running.file != next.file) return true;
  if (!running.build_id.empty() || !next.build_id.empty()) return running.build_id != next.build_id;
  return running.planned->candidate.manifest.text != next.manifest.text;
}

InstanceDiff diff_of(const RunningInstance& running, const PlannedInstance& next) {
  const PlannedInstance& now = *running.planned;
  const auto& a = now.spec.settings;
  const auto& b = next.spec.settings;
  InstanceDiff out{next.spec.id, {}, false};
  // A generation is made from these; the rest is looked up while it runs.
  const auto note = [&out](bool differs, const char* name, bool new_generation) {
    if (!differs) return;
    out.what.emplace_back(name);
    out.new_generation |= new_generation;
  };
  const bool isolated = next.runtime == config::Runtime::isolated;
  const bool worker_limits = worker_facts(a.limits) != worker_facts(b.limits);
  note(now.config_json != next.config_json || now.config_folder != next.config_folder, "config",
       true);
  note(facts(now.spec.deadlines) != facts(next.spec.deadlines), "deadlines_ms", false);
  note(a.labels != b.labels, "labels", false);
  note(is_other_code(running, next.candidate), "library", true);
  note(worker_limits || call_facts(a.limits) != call_facts(b.limits), "limits",
       worker_limits && isolated);
  note(now.spec.log_level != next.spec.log_level, "log_level", false);
  note(facts(now) != facts(next), "permissions", true);
  note(a.priority != b.priority, "priority", false);
  note(facts(a.reload) != facts(b.reload), "reload", false);
  note(now.spec.required != next.spec.required, "required", false);
  note(now.runtime != next.runtime, "runtime", true);
  // How long silence may last is told to a worker when it is started.
  note(facts(a.supervision) != facts(b.supervision), "supervision",
       isolated && a.supervision.hang != b.supervision.hang);
  note(*now.trust != *next.trust || !running.trusted, "trust", !running.trusted);
  note(facts(a.use) != facts(b.use), "use", false);
  return out;
}

}  // namespace

DeploymentDiff diff_deployments(const std::vector<RunningInstance>& running,
                                const Deployment& next) {
  DeploymentDiff out;
  std::map<std::string, const PlannedInstance*> wanted;
  for (const auto& instance : next.instances) wanted[instance.spec.id] = &instance;
  std::set<std::string> present;
  for (const auto& one : running) {
    const std::string& id = one.planned->spec.id;
    present.insert(id);
    const auto found = wanted.find(id);
    if (found == wanted.end()) {
      out.removed.push_back(id);
    } else if (auto diff = diff_of(one, *found->second); !diff.what.empty()) {
      out.changed.push_back(std::move(diff));
    }
  }
  for (const auto& [id, instance] : wanted)
    if (!present.count(id)) out.added.push_back(id);
  std::sort(out.removed.begin(), out.removed.end());
  std::sort(out.changed.begin(), out.changed.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return out;
}

std::string what_text(const InstanceDiff& diff) {
  return fmt::format("{}", fmt::join(diff.what, ", "));
}

}  // namespace tenon::plugins
