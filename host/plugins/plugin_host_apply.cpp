// The change of a running deployment: all of it, or nothing.
#include <fmt/format.h>

#include <algorithm>

#include "host/plugins/instance_change.hpp"
#include "host/plugins/plugin_host.hpp"
#include "host/plugins/setup_of.hpp"

namespace tenon::plugins {

// One change. Destroyed before it is done, it leaves everything as it was.
class PluginHost::Applier {
 public:
  Applier(PluginHost& host, const Deployment& next);
  ~Applier();
  Result<DeploymentDiff> run();

 private:
  Result<void> prepare(const PlannedInstance& planned);
  Result<void> bring_up(const PlannedInstance& planned);
  Result<void> exchange();
  void finish();
  const Entry* present(const std::string& id) const;

  PluginHost& host_;
  const std::vector<Entry> before_;
  std::map<std::string, const PlannedInstance*> planned_;
  std::vector<std::string> order_;  // providers first
  DeploymentDiff diff_;
  std::map<std::string, const InstanceDiff*> changed_;
  ControlThread control_;
  std::vector<std::unique_ptr<Instance::Change>> changes_;       // in the order
  std::map<std::string, std::shared_ptr<Instance>> brought_up_;  // of those, each runs
  bool done_ = false;
};

PluginHost::Applier::Applier(PluginHost& host, const Deployment& next)
    : host_(host), before_(host.entries()), order_(next.plan.order) {
  for (const auto& instance : next.instances) planned_[instance.spec.id] = &instance;
  std::vector<RunningInstance> running;
  for (const auto& entry : before_) {
    const auto build_id = entry.instance->build_id();
    const auto& first = entry.planned->candidate;
    running.push_back({entry.planned.get(), entry.instance->status().file,
                       entry.instance->serves() ? build_id : first.build_id,
                       entry.instance->stays_trusted(*next.trust)});
  }
  diff_ = diff_deployments(running, next);
  for (const auto& change : diff_.changed) changed_[change.id] = &change;
}

PluginHost::Applier::~Applier() {
  if (done_) return;
  while (!changes_.empty()) changes_.pop_back();
  for (auto& [id, instance] : brought_up_) {
    instance->stop(control_);
    if (!present(id)) host_.removed_[id] = instance;
  }
}

const PluginHost::Entry* PluginHost::Applier::present(const std::string& id) const {
  const auto found = std::find_if(before_.begin(), before_.end(),
                                  [&](const Entry& entry) { return entry.instance->id() == id; });
  return found == before_.end() ? nullptr : &*found;
}

Result<DeploymentDiff> PluginHost::Applier::run() {
  if (diff_.empty()) return diff_;
  for (const auto& id : order_) TN_CHECK(prepare(*planned_.at(id)));
  TN_CHECK(exchange());
  finish();
  return diff_;
}

Result<void> PluginHost::Applier::prepare(const PlannedInstance& planned) {
  const auto* entry = present(planned.spec.id);
  const auto change = changed_.find(planned.spec.id);
  if (!entry) return bring_up(planned);
  if (change == changed_.end()) return {};
  // One that failed or was stopped gets another try with what is new.
  const State state = entry->instance->status().state;
  if (state == State::failed || state == State::stopped) return bring_up(planned);
  TN_TRY(auto prepared,
         Instance::Change::prepare(entry->instance, control_, setup_of(planned),
                                   change->second->new_generation,
                                   "the configuration changed: " + what_text(*change->second)));
  changes_.push_back(std::move(prepared));
  return {};
}

Result<void> PluginHost::Applier::bring_up(const PlannedInstance& planned) {
  const std::string& id = planned.spec.id;
  const auto* entry = present(id);
  auto& instance = brought_up_[id];
  if (entry) instance = entry->instance;
  if (const auto before = host_.removed_.find(id); before != host_.removed_.end())
    instance = before->second;
  host_.configure(planned);
  Result<void> started;
  if (instance) {
    started = instance->start(control_, setup_of(planned));
  } else {
    instance = std::make_shared<Instance>(host_.services_, host_.copies_, setup_of(planned));
    started = instance->start(control_);
  }
  if (!started.ok() && !entry) host_.removed_[id] = instance;
  if (!started.ok()) brought_up_.erase(id);
  return started;
}

// Callers wait while some have been exchanged and others not. Consumers hand their state over
// before their providers, which have to answer them until then.
Result<void> PluginHost::Applier::exchange() {
  for (auto change = changes_.rbegin(); change != changes_.rend(); ++change)
    TN_CHECK((*change)->hand_over(control_));
  for (const auto& change : changes_) change->exchange();
  for (const auto& change : changes_) change->resume();
  for (const auto& change : changes_) TN_CHECK(change->probe());
  return {};
}

void PluginHost::Applier::finish() {
  done_ = true;
  std::vector<Entry> after;
  for (const auto& id : order_) {
    const auto* entry = present(id);
    const auto fresh = brought_up_.find(id);
    const auto& instance = fresh != brought_up_.end() ? fresh->second : entry->instance;
    after.push_back({instance, std::make_shared<const PlannedInstance>(*planned_.at(id))});
    host_.removed_.erase(id);
  }
  {
    const std::lock_guard lock(host_.mutex_);
    host_.entries_ = after;
  }
  for (const auto& change : changes_) change->finish();
  for (const auto& [id, planned] : planned_) host_.configure(*planned);
  host_.services_.on_routes();
  for (auto entry = before_.rbegin(); entry != before_.rend(); ++entry) {
    if (planned_.count(entry->instance->id())) continue;
    entry->instance->stop(control_);
    host_.services_.metrics.remove_plugin(entry->instance->id());
    host_.removed_[entry->instance->id()] = entry->instance;
  }
}

Result<DeploymentDiff> PluginHost::apply(const Deployment& next) {
  const std::lock_guard applying(applying_);
  return Applier(*this, next).run();
}

}  // namespace tenon::plugins
