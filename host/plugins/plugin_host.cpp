#include "host/plugins/plugin_host.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "host/config/schema.hpp"
#include "host/plugins/plugin_routes.hpp"
#include "tenon/views.hpp"

namespace tenon::plugins {
namespace {

StepDeadlines deadlines_of(const config::InstanceSpec& spec) {
  return {spec.deadlines.load, spec.deadlines.configure, spec.deadlines.start, spec.deadlines.stop};
}

}  // namespace

PluginHost::PluginHost(HostServices& services, std::filesystem::path copies)
    : services_(services), copies_(std::move(copies)) {
  std::error_code ignored;  // a folder that cannot be made shows when the first library is copied
  std::filesystem::remove_all(copies_, ignored);
  std::filesystem::create_directories(copies_, ignored);
  std::filesystem::permissions(copies_, std::filesystem::perms::owner_all, ignored);
}

PluginHost::~PluginHost() {
  stop();
}

Result<void> PluginHost::start(const Deployment& deployment) {
  std::map<std::string, const PlannedInstance*> planned;
  for (const auto& instance : deployment.instances) planned[instance.spec.id] = &instance;
  std::map<std::string, std::string> blocked;
  for (const auto& problem : deployment.plan.problems) blocked[problem.instance] = problem.message;

  std::vector<std::string> order = deployment.plan.order;
  for (const auto& [id, why] : blocked) order.push_back(id);
  std::map<std::string, bool> running;
  for (const auto& id : order) {
    std::string why = blocked.count(id) ? blocked[id] : "";
    if (const auto needs = deployment.plan.needs.find(id);
        why.empty() && needs != deployment.plan.needs.end()) {
      const bool any = needs->second.empty() ||
                       std::any_of(needs->second.begin(), needs->second.end(),
                                   [&](const auto& provider) { return running[provider]; });
      for (const auto& provider : needs->second)
        if (!any && !running[provider])
          why = fmt::format("{} requires {}, which is not running", id, provider);
    }
    const auto started = start_one(*planned.at(id), why);
    running[id] = started.ok();
    if (!started.ok() && planned.at(id)->spec.required) {
      stop();
      return Error{started.error().code, fmt::format("{} is required by the configuration: {}", id,
                                                     started.error().message)};
    }
  }
  return {};
}

Result<void> PluginHost::start_one(const PlannedInstance& planned, const std::string& blocked) {
  auto instance = std::make_shared<Instance>(services_, planned.spec.id, planned.candidate,
                                             deadlines_of(planned.spec));
  {
    std::lock_guard lock(mutex_);
    entries_.push_back({instance, planned.spec});
  }
  if (!blocked.empty()) {
    instance->refuse(blocked);
    return Error{Code::unavailable, blocked};
  }
  TN_CHECK(instance->bring_up(control_, copies_, planned.config_json, planned.config_folder));
  services_.bus.offer(instance->endpoint());
  return {};
}

bool PluginHost::stop() {
  std::vector<Entry> entries;
  {
    std::lock_guard lock(mutex_);
    entries = entries_;
  }
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    entry->instance->take_down(control_);
    services_.bus.withdraw(entry->instance->id());
  }
  return std::none_of(entries.begin(), entries.end(),
                      [](const Entry& entry) { return entry.instance->lost(); });
}

std::vector<PluginHost::InstanceInfo> PluginHost::list() const {
  std::vector<InstanceInfo> out;
  std::lock_guard lock(mutex_);
  for (const auto& [instance, spec] : entries_) {
    const auto status = instance->status();
    const auto counts = instance->gate().counts();
    InstanceInfo& info = out.emplace_back();
    info.id = instance->id();
    info.library = instance->manifest().id;
    info.version = instance->manifest().version.to_string();
    info.file = instance->file().string();
    info.state = state_name(status.state);
    info.reason = status.reason;
    info.since = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                             fmt::gmtime(std::chrono::system_clock::to_time_t(status.since)));
    info.runtime = "in_process";
    info.calls = counts.calls;
    info.errors = counts.errors;
    info.running = counts.running;
    info.required = spec.required;
    for (const auto& provided : instance->manifest().provides)
      info.provides.push_back(provided.interface_id + " " + provided.version.to_string());
    for (const auto& route : instance->manifest().routes)
      info.routes.push_back(route.method + " " + route.path);
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return out;
}

namespace {
bool serves(const Instance& instance) {
  const State state = instance.status().state;
  return state == State::ready || state == State::degraded;
}
}  // namespace

std::vector<http::Route> PluginHost::routes() const {
  std::vector<http::Route> out;
  std::lock_guard lock(mutex_);
  for (const auto& entry : entries_) {
    if (!serves(*entry.instance)) continue;
    for (auto& route : routes_of(entry.instance)) out.push_back(std::move(route));
  }
  return out;
}

std::vector<PluginHost::PageInfo> PluginHost::pages() const {
  std::vector<PageInfo> out;
  std::lock_guard lock(mutex_);
  for (const auto& entry : entries_) {
    if (!serves(*entry.instance)) continue;
    for (const auto& page : entry.instance->manifest().pages)
      out.push_back({entry.instance->id(), entry.instance->file(), page});
  }
  return out;
}

const MethodSpec* PluginHost::find_method(std::string_view interface_id,
                                          std::string_view method) const {
  std::lock_guard lock(mutex_);
  for (const auto& entry : entries_) {
    if (!serves(*entry.instance)) continue;
    for (const auto& provided : entry.instance->manifest().provides) {
      if (provided.interface_id != interface_id) continue;
      for (const auto& spec : provided.methods)
        if (spec.name == method) return &spec;
    }
  }
  return nullptr;
}

Result<std::string> PluginHost::call(const tn_call* call, std::string_view interface_id,
                                     std::string_view method, std::string_view input) {
  TN_TRY(const tn_method handle, services_.bus.resolve(interface_id, "", "", method));
  struct Release {
    MessageBus& bus;
    tn_method handle;
    ~Release() { bus.release(handle); }
  } release{services_.bus, handle};
  TN_TRY(const auto value, json::parse(input));
  if (const MethodSpec* spec = find_method(interface_id, method); spec && spec->input) {
    TN_TRY(const auto schema, config::Schema::compile_value(*spec->input));
    const auto problems = schema.validate(value, "input");
    if (!problems.empty())
      return Error{Code::invalid, config::to_string(problems), problems.front().path};
  }
  StringSink output;
  const HostCall host_call(services_.transactions);
  tn_call entering = Call(call).raw();
  entering.call_id = host_call.id();
  TN_CHECK(Call(&entering).invoke([&](const tn_call* raw) {
    return services_.bus.call(raw, handle, view(input), output.get());
  }));
  return output.take();
}

std::vector<PluginHost::Command> PluginHost::commands(const Deployment& deployment) {
  std::vector<Command> out;
  for (const auto& instance : deployment.instances)
    for (const auto& provided : instance.candidate.manifest.provides)
      for (const auto& method : provided.methods)
        if (!method.command.empty())
          out.push_back({method.command, provided.interface_id, method.name, method.summary,
                         method.input.value_or(boost::json::object())});
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.words < b.words; });
  return out;
}

}  // namespace tenon::plugins
