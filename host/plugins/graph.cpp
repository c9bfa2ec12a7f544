#include "host/plugins/graph.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace tenon::plugins {
namespace {

struct Edges {
  std::set<std::string> mandatory;
  std::set<std::string> optional;
};

class Planner {
 public:
  explicit Planner(const std::vector<GraphNode>& nodes) {
    for (const auto& node : nodes) manifests_[node.instance] = node.manifest;
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
    std::vector<std::string> out_of_range;
    bool found = false;
    for (const auto& [provider, manifest] : manifests_) {
      if (provider == instance) continue;
      for (const auto& provided : manifest->provides) {
        if (provided.interface_id != required.interface_id) continue;
        if (!required.range.contains(provided.version)) {
          out_of_range.push_back(
              fmt::format("{} provides {}", provider, provided.version.to_string()));
          continue;
        }
        found = true;
        auto& edges = edges_[instance];
        (required.optional ? edges.optional : edges.mandatory).insert(provider);
      }
    }
    if (found || required.optional || failed_.count(instance)) return;
    const std::string wanted = fmt::format("{} requires {} in version {}", instance,
                                           required.interface_id, required.range.text());
    failed_[instance] = out_of_range.empty()
                            ? wanted + ", which no configured plugin provides"
                            : fmt::format("{}, but {}", wanted, fmt::join(out_of_range, ", "));
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
      return one.optional ||
             std::any_of(manifests_.begin(), manifests_.end(), [&](const auto& entry) {
               if (entry.first == instance || failed_.count(entry.first)) return false;
               const auto& provides = entry.second->provides;
               return std::any_of(provides.begin(), provides.end(),
                                  [&](const ProvidedInterface& provided) {
                                    return provided.interface_id == one.interface_id &&
                                           one.range.contains(provided.version);
                                  });
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
  std::map<std::string, Edges> edges_;
  std::map<std::string, std::string> failed_;
  StartPlan plan_;
};

}  // namespace

StartPlan plan_start(const std::vector<GraphNode>& nodes) {
  return Planner(nodes).plan();
}

}  // namespace tenon::plugins
