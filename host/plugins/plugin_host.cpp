#include "host/plugins/plugin_host.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <thread>

#include "host/config/schema.hpp"
#include "host/http/crash_report.hpp"
#include "host/plugins/plugin_routes.hpp"
#include "host/plugins/setup_of.hpp"
#include "host/plugins/start_order.hpp"
#include "tenon/views.hpp"

namespace tenon::plugins {
namespace {

// Instances that come up at the same time. More than there are processors, because a step is mostly
// waiting: for a thread to wake up, for the disk, for a database.
constexpr size_t kLanes = 4;

}  // namespace

// One start of a deployment.
class PluginHost::Starter {
 public:
  Starter(PluginHost& host, const Deployment& deployment);
  // An instance that failed and that the configuration requires; the first of them in the order.
  Result<void> run();

 private:
  void work(ControlThread& control);
  Result<void> start_one(size_t at, ControlThread& control);
  std::string missing_provider(const std::string& id) const;

  PluginHost& host_;
  const StartPlan& plan_;
  std::vector<const PlannedInstance*> planned_;  // in the order of starting, as all below
  std::vector<std::shared_ptr<Instance>> instances_;
  std::map<std::string, size_t> position_;
  std::map<std::string, std::string> blocked_;  // cannot start whatever the others do
  // Written by the task of that number, read by those that wait for it.
  std::vector<char> started_;
  std::optional<StartOrder> order_;

  std::mutex mutex_;  // guards failure_
  std::optional<std::pair<size_t, Error>> failure_;
};

PluginHost::Starter::Starter(PluginHost& host, const Deployment& deployment)
    : host_(host), plan_(deployment.plan) {
  std::vector<std::string> ids = plan_.order;
  for (const auto& problem : plan_.problems) {
    blocked_[problem.instance] = problem.message;
    ids.push_back(problem.instance);
  }
  std::map<std::string, const PlannedInstance*> by_id;
  for (const auto& instance : deployment.instances) by_id[instance.spec.id] = &instance;
  std::vector<std::vector<size_t>> waits_for(ids.size());
  for (size_t at = 0; at < ids.size(); ++at) {
    const PlannedInstance& planned = *by_id.at(ids[at]);
    position_[ids[at]] = at;
    planned_.push_back(&planned);
    instances_.push_back(
        std::make_shared<Instance>(host.services_, host.copies_, setup_of(planned)));
    if (const auto before = plan_.waits_for.find(ids[at]); before != plan_.waits_for.end())
      for (const auto& provider : before->second) waits_for[at].push_back(position_.at(provider));
  }
  started_.resize(ids.size());
  order_.emplace(waits_for);
  std::lock_guard lock(host_.mutex_);
  for (size_t at = 0; at < ids.size(); ++at)
    host_.entries_.push_back(
        {instances_[at], std::make_shared<const PlannedInstance>(*planned_[at])});
}

Result<void> PluginHost::Starter::run() {
  {
    std::vector<std::jthread> lanes;
    for (size_t i = 1; i < std::min(kLanes, planned_.size()); ++i)
      lanes.emplace_back([this] {
        const http::AlternateSignalStack signal_stack;  // probes run here
        ControlThread control;
        work(control);
      });
    work(host_.control_);
  }
  if (!failure_) return {};
  return Error{failure_->second.code,
               fmt::format("{} is required by the configuration: {}",
                           planned_[failure_->first]->spec.id, failure_->second.message)};
}

void PluginHost::Starter::work(ControlThread& control) {
  while (const auto at = order_->next()) {
    const auto started = start_one(*at, control);
    started_[*at] = started.ok();
    if (!started.ok() && planned_[*at]->spec.required) {
      std::lock_guard lock(mutex_);
      if (!failure_ || *at < failure_->first) failure_ = {*at, started.error()};
      order_->give_up();
    }
    order_->done(*at);
  }
}

Result<void> PluginHost::Starter::start_one(size_t at, ControlThread& control) {
  const PlannedInstance& planned = *planned_[at];
  Instance& instance = *instances_[at];
  const auto blocked = blocked_.find(planned.spec.id);
  const std::string why =
      blocked != blocked_.end() ? blocked->second : missing_provider(planned.spec.id);
  if (!why.empty()) {
    instance.refuse(why);
    return Error{Code::unavailable, why};
  }
  try {
    host_.configure(planned);
    return instance.start(control);
  } catch (const std::exception& thrown) {  // would end the process from a lane
    instance.refuse(thrown.what());
    return Error{Code::internal, thrown.what()};
  }
}

// Why an instance whose providers have all been tried cannot start; empty: it can.
std::string PluginHost::Starter::missing_provider(const std::string& id) const {
  const auto needs = plan_.needs.find(id);
  if (needs == plan_.needs.end() || needs->second.empty()) return "";
  const auto runs = [&](const std::string& provider) {
    return started_[position_.at(provider)] != 0;
  };
  if (std::any_of(needs->second.begin(), needs->second.end(), runs)) return "";
  return fmt::format("{} requires {}, which is not running", id, needs->second.back());
}

PluginHost::PluginHost(HostServices& services, LibraryCopies copies)
    : services_(services), copies_(std::move(copies)) {
  std::error_code ignored;  // a folder that cannot be made shows when the first library is copied
  std::filesystem::remove_all(copies_.folder, ignored);
  std::filesystem::create_directories(copies_.folder, ignored);
  std::filesystem::permissions(copies_.folder, std::filesystem::perms::owner_all, ignored);
}

PluginHost::~PluginHost() {
  stop();
}

Result<void> PluginHost::start(const Deployment& deployment) {
  auto started = Starter(*this, deployment).run();
  if (!started.ok()) stop();
  return started;
}

bool PluginHost::stop() {
  const std::lock_guard applying(applying_);
  const auto entries = this->entries();
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
    entry->instance->stop(control_);
  return std::none_of(entries.begin(), entries.end(),
                      [](const Entry& entry) { return entry.instance->lost(); });
}

namespace {
std::string rfc3339(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

PluginHost::InstanceInfo describe(const Instance& instance, const config::InstanceSpec& spec) {
  const auto status = instance.status();
  const auto counts = instance.provider().counts();
  const auto manifest = instance.manifest();
  PluginHost::InstanceInfo info;
  info.id = instance.id();
  info.library = manifest->id;
  info.version = manifest->version.to_string();
  info.file = status.file.string();
  info.state = state_name(status.state);
  info.reason = status.reason;
  info.since = rfc3339(status.since);
  info.runtime = instance.isolated() ? "isolated" : "in_process";
  if (status.worker) {
    info.pid = status.worker->pid;
    info.sandbox = status.worker->layers.layers;
  }
  info.restarts = status.restarts;
  info.denials = status.denials;
  info.generation = status.generation;
  info.trial = status.trial;
  info.earlier = status.earlier;
  info.left_mapped = status.left_mapped;
  info.calls = counts.calls;
  info.errors = counts.errors;
  info.running = counts.running;
  info.required = spec.required;
  info.signature = instance.signature();
  for (const auto& provided : manifest->provides)
    info.provides.push_back(provided.interface_id + " " + provided.version.to_string());
  for (const auto& route : manifest->routes) info.routes.push_back(route.method + " " + route.path);
  for (const auto& record : status.reloads) info.reloads.push_back(PluginHost::info_of(record));
  return info;
}
}  // namespace

PluginHost::ReloadInfo PluginHost::info_of(const ReloadRecord& record) {
  return {rfc3339(record.at), record.from,
          record.to,          record.from_version,
          record.to_version,  record.outcome,
          record.reason,      static_cast<uint64_t>(record.swap.count())};
}

std::vector<PluginHost::InstanceInfo> PluginHost::list() const {
  std::vector<InstanceInfo> out;
  for (const auto& [instance, planned] : entries())
    out.push_back(describe(*instance, planned->spec));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return out;
}

// What the configuration says of it as a provider and a consumer.
void PluginHost::configure(const PlannedInstance& planned) {
  const auto& settings = planned.spec.settings;
  services_.bus.configure(planned.spec.id, {settings.labels, settings.priority, settings.use});
}

std::vector<PluginHost::Entry> PluginHost::entries() const {
  std::lock_guard lock(mutex_);
  return entries_;
}

Result<std::shared_ptr<Instance>> PluginHost::find(std::string_view id) const {
  std::vector<std::string> ids;
  for (const auto& entry : entries()) {
    if (entry.instance->id() == id) return entry.instance;
    ids.push_back(entry.instance->id());
  }
  return Error{Code::not_found,
               fmt::format("there is no plugin \"{}\"; there are {}", id, fmt::join(ids, ", "))};
}

Result<std::vector<http::Route>> PluginHost::routes() const {
  std::vector<http::Route> out;
  for (const auto& entry : entries()) {
    if (!entry.instance->serves()) continue;
    TN_TRY(auto routes, routes_of(entry.instance));
    std::move(routes.begin(), routes.end(), std::back_inserter(out));
  }
  return out;
}

std::vector<PluginHost::PageInfo> PluginHost::pages() const {
  std::vector<PageInfo> out;
  for (const auto& entry : entries()) {
    if (!entry.instance->serves()) continue;
    for (const auto& page : entry.instance->manifest()->pages)
      out.push_back({entry.instance->id(), entry.instance->status().pages, page});
  }
  return out;
}

std::vector<Served> PluginHost::served() const {
  std::vector<Served> out;
  for (const auto& entry : entries())
    if (entry.instance->serves())
      out.push_back({entry.instance->id(), entry.instance->manifest(),
                     entry.planned->spec.settings.priority});
  return out;
}

std::vector<Served> PluginHost::served(const Deployment& deployment) {
  std::vector<Served> out;
  for (const auto& instance : deployment.instances)
    out.push_back({instance.spec.id, std::make_shared<const Manifest>(instance.candidate.manifest),
                   instance.spec.settings.priority});
  return out;
}

std::optional<boost::json::value> PluginHost::input_schema(const Callee& callee) const {
  const auto all = served();
  const auto interfaces = message_interfaces(all);
  const auto found = interfaces.find(callee.interface_id);
  if (found == interfaces.end()) return std::nullopt;
  const auto* provider = provider_in(found->second, callee.instance);
  const auto* method = provider ? method_of(*provider, callee.method) : nullptr;
  return method ? method->input : std::nullopt;
}

Result<std::string> PluginHost::call(const tn_call* call, const Callee& callee,
                                     std::string_view input,
                                     std::shared_ptr<const CallListener> listener) {
  ProviderSelector selector{std::string(callee.interface_id)};
  selector.instance = callee.instance;
  TN_TRY(const tn_method handle, services_.bus.resolve("", std::move(selector), callee.method));
  struct Release {
    MessageBus& bus;
    tn_method handle;
    ~Release() { bus.release(handle); }
  } release{services_.bus, handle};
  TN_TRY(const auto value, json::parse(input));
  if (const auto wanted = input_schema(callee)) {
    TN_TRY(const auto schema, config::Schema::compile_value(*wanted));
    const auto problems = schema.validate(value, "input");
    if (!problems.empty())
      return Error{Code::invalid, config::to_string(problems), problems.front().path};
  }
  StringSink output;
  const CallChain chain(services_.chains, services_.transactions);
  const CallListeners::Listening listening(*services_.listeners, chain.id(), std::move(listener));
  tn_call entering = Call(call).raw();
  entering.call_id = chain.id();
  TN_CHECK(Call(&entering).invoke([&](const tn_call* raw) {
    return services_.bus.call(raw, handle, view(input), output.get());
  }));
  return output.take();
}

namespace {
void add_commands(const Manifest& manifest, std::vector<PluginHost::Command>& out) {
  for (const auto& provided : manifest.provides)
    for (const auto& method : provided.methods)
      if (!method.command.empty())
        out.push_back({method.command, provided.interface_id, method.name, method.summary,
                       method.input.value_or(boost::json::object())});
}

std::vector<PluginHost::Command> sorted(std::vector<PluginHost::Command> commands) {
  std::sort(commands.begin(), commands.end(),
            [](const auto& a, const auto& b) { return a.words < b.words; });
  return commands;
}
}  // namespace

std::vector<PluginHost::Command> PluginHost::commands(const Deployment& deployment) {
  std::vector<Command> out;
  for (const auto& instance : deployment.instances) add_commands(instance.candidate.manifest, out);
  return sorted(std::move(out));
}

std::vector<PluginHost::Command> PluginHost::commands() const {
  std::vector<Command> out;
  for (const auto& one : served()) add_commands(*one.manifest, out);
  return sorted(std::move(out));
}

}  // namespace tenon::plugins
