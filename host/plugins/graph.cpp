#include "host/plugins/graph.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "host/plugins/provider_choice.hpp"

namespace tenon::plugins {
namespace {

struct Edges {
  std::set<std::string> mandatory;
  std::set<std::string> optional;
};

class Planner {
 public:
  explicit Planner(const std::vector<GraphNode>& nodes) {
    for (const auto& node : nodes) {
      manifests_[node.instance] = node.manifest;
      settings_[node.instance] = node.settings;
    }
  }

  StartPlan plan() {
    for (const auto& [instance, manifest] : manifests_)
      for (const auto& required : manifest->requires_) connect(instance, required);
    fail_cycles();
    fail_dependants();
    order();
    for (const auto& [instance, message] : failed_) plan_.problems.push_back({instance, message});
    for (const auto& [instance, edges] : edges_)
      plan_.needs[instance].assign(edges.mandatory.begin(), edges.mandatory.end());
    return std::move(plan_);
  }

 private:
  // Links an instance to the providers of one requirement; notes what is wrong when there is none
  // that fits.
  void connect(const std::string& instance, const RequiredInterface& required) {
    const auto candidates = candidates_for(instance, required.interface_id);
    const ProviderSelector selector{required.interface_id, required.range};
    const auto* use = choice_of(instance, required.interface_id);
    const auto fitting = fitting_providers(candidates, selector, use);
    auto& edges = edges_[instance];
    for (const auto* provider : fitting)
      (required.optional ? edges.optional : edges.mandatory).insert(provider->instance);
    if (!fitting.empty() || required.optional || failed_.count(instance)) return;
    if (use) {
      failed_[instance] = explain_choice(instance, candidates, selector, use);
      return;
    }
    const std::string wanted = fmt::format(
        "{} requires {} in {}", instance, required.interface_id,
        required.range.text() == "*" ? "any version" : "version " + required.range.text());
    std::vector<std::string> out_of_range;
    for (const auto& candidate : candidates)
      out_of_range.push_back(
          fmt::format("{} provides {}", candidate.instance, candidate.version.to_string()));
    failed_[instance] = out_of_range.empty()
                            ? wanted + ", which no configured plugin provides"
                            : fmt::format("{}, but {}", wanted, fmt::join(out_of_range, ", "));
  }

  // Every other instance that provides the interface, in whatever version, by name.
  std::vector<ProviderCandidate> candidates_for(const std::string& instance,
                                                const std::string& interface_id) const {
    std::vector<ProviderCandidate> out;
    for (const auto& [provider, manifest] : manifests_) {
      if (provider == instance) continue;
      const auto* settings = settings_.at(provider);
      for (const auto& provided : manifest->provides)
        if (provided.interface_id == interface_id)
          out.push_back({provider, provided.version, settings ? settings->labels : config::Labels(),
                         settings ? settings->priority : 0});
    }
    return out;
  }

  const config::ProviderChoice* choice_of(const std::string& instance,
                                          const std::string& interface_id) const {
    const auto* settings = settings_.at(instance);
    if (!settings) return nullptr;
    const auto found = settings->use.find(interface_id);
    return found == settings->use.end() ? nullptr : &found->second;
  }

  // Depth-first over mandatory edges; the first way back to an instance on the path is a cycle.
  void fail_cycles() {
    std::set<std::string> done;
    for (const auto& [instance, edges] : edges_) {
      std::vector<std::string> path;
      visit(instance, path, done);
    }
  }
  void visit(const std::string& instance, std::vector<std::string>& path,
             std::set<std::string>& done) {
    const auto on_path = std::find(path.begin(), path.end(), instance);
    if (on_path != path.end()) {
      std::vector<std::string> cycle(on_path, path.end());
      cycle.push_back(instance);
      const std::string shown = fmt::format("{}", fmt::join(cycle, " -> "));
      for (const auto& member : cycle)
        failed_.emplace(member, "requires itself in a cycle: " + shown);
      return;
    }
    if (done.count(instance)) return;
    path.push_back(instance);
    for (const auto& provider : edges_[instance].mandatory) visit(provider, path, done);
    path.pop_back();
    done.insert(instance);
  }

  // Whoever needs, over any number of steps, one that has failed fails too, with the chain that
  // leads there.
  void fail_dependants() {
    for (bool changed = true; changed;) {
      changed = false;
      for (const auto& [instance, edges] : edges_) {
        if (failed_.count(instance)) continue;
        const auto broken =
            std::find_if(edges.mandatory.begin(), edges.mandatory.end(),
                         [&](const std::string& provider) { return failed_.count(provider); });
        if (broken == edges.mandatory.end() || has_other_provider(instance)) continue;
        failed_[instance] = fmt::format("{} requires {}; {}", instance, *broken, failed_[*broken]);
        changed = true;
      }
    }
  }
  // True when every mandatory requirement still has a provider that can start.
  bool has_other_provider(const std::string& instance) const {
    const auto& required = manifests_.at(instance)->requires_;
    return std::all_of(required.begin(), required.end(), [&](const RequiredInterface& one) {
      if (one.optional) return true;
      const auto candidates = candidates_for(instance, one.interface_id);
      const auto fitting = fitting_providers(candidates, {one.interface_id, one.range},
                                             choice_of(instance, one.interface_id));
      return std::any_of(fitting.begin(), fitting.end(), [&](const ProviderCandidate* provider) {
        return !failed_.count(provider->instance);
      });
    });
  }

  // Kahn's algorithm over the names in order; optional edges give way when nothing else can go on.
  void order() {
    std::set<std::string> waiting;
    for (const auto& [instance, manifest] : manifests_)
      if (!failed_.count(instance)) waiting.insert(instance);
    auto blocked = [&](const std::set<std::string>& providers) {
      return std::any_of(providers.begin(), providers.end(),
                         [&](const std::string& provider) { return waiting.count(provider); });
    };
    while (!waiting.empty()) {
      auto next = std::find_if(waiting.begin(), waiting.end(), [&](const std::string& instance) {
        return !blocked(edges_[instance].mandatory) && !blocked(edges_[instance].optional);
      });
      if (next == waiting.end())
        next = std::find_if(waiting.begin(), waiting.end(), [&](const std::string& instance) {
          return !blocked(edges_[instance].mandatory);
        });
      const Edges& edges = edges_[*next];
      auto& waits_for = plan_.waits_for[*next];
      for (const auto* providers : {&edges.mandatory, &edges.optional})
        for (const auto& provider : *providers)
          if (!waiting.count(provider) && !failed_.count(provider)) waits_for.push_back(provider);
      plan_.order.push_back(*next);
      waiting.erase(next);
    }
  }

  std::map<std::string, const Manifest*> manifests_;
  std::map<std::string, const config::InstanceSettings*> settings_;
  std::map<std::string, Edges> edges_;
  std::map<std::string, std::string> failed_;
  StartPlan plan_;
};

}  // namespace

StartPlan plan_start(const std::vector<GraphNode>& nodes) {
  return Planner(nodes).plan();
}

}  // namespace tenon::plugins
