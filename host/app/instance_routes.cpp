#include "host/app/instance_routes.hpp"

#include <fmt/format.h>

#include "host/app/host.hpp"
#include "host/app/route_tools.hpp"
#include "tenon/json.hpp"

namespace tenon::app {
namespace {

boost::json::object describe(const plugins::PluginHost::ReloadInfo& reload) {
  return {{"at", reload.at},
          {"from", reload.from},
          {"to", reload.to},
          {"from_version", reload.from_version},
          {"to_version", reload.to_version},
          {"outcome", reload.outcome},
          {"reason", reload.reason},
          {"swap_us", reload.swap_us}};
}

boost::json::object describe(const signing::Verdict& verdict) {
  boost::json::object out{{"status", signing::name_of(verdict.standing)}};
  if (!verdict.key.empty()) out["key"] = verdict.key;
  if (!verdict.signer.empty()) out["signer"] = verdict.signer;
  if (verdict.signed_at) out["signed_at"] = signing::to_text(*verdict.signed_at);
  if (!verdict.reason.empty()) out["reason"] = verdict.reason;
  if (!verdict.warning.empty()) out["warning"] = verdict.warning;
  return out;
}

boost::json::object describe(const plugins::PluginHost::InstanceInfo& info) {
  boost::json::object out{{"id", info.id},
                          {"library", info.library},
                          {"version", info.version},
                          {"state", info.state},
                          {"since", info.since},
                          {"runtime", info.runtime},
                          {"generation", info.generation},
                          {"left_mapped", info.left_mapped},
                          {"required", info.required},
                          {"calls", info.calls},
                          {"errors", info.errors},
                          {"running", info.running},
                          {"file", info.file}};
  if (!info.reason.empty()) out["reason"] = info.reason;
  if (info.trial) out["trial"] = info.trial;
  if (!info.earlier.empty()) out["earlier_version"] = info.earlier;
  if (info.signature) out["signature"] = describe(*info.signature);
  if (info.runtime == "isolated") {
    out["restarts"] = info.restarts;
    if (info.pid) out["pid"] = info.pid;
    out["sandbox"] = json::to_value(info.sandbox);
    out["denials"] = json::to_value(info.denials);
  }
  out["provides"] = boost::json::value_from(info.provides);
  out["routes"] = boost::json::value_from(info.routes);
  boost::json::array reloads;
  for (const auto& reload : info.reloads) reloads.push_back(describe(reload));
  out["reloads"] = std::move(reloads);
  return out;
}

boost::json::object summary(const crash::CrashReport& report) {
  return {{"id", report.id},
          {"instance", report.instance},
          {"generation", report.generation},
          {"version", report.plugin.version},
          {"time", report.time},
          {"cause", json::to_value(report.cause)},
          {"summary", report.summary}};
}

// The canary of a reload: what a part of the calls tries first.
struct CanaryRequest {
  double share_percent = 10;
  int64_t duration_ms = 30'000;
  uint64_t min_calls = 50;
  double max_error_percent = 2;
  double max_latency_factor = 2;
};
BOOST_DESCRIBE_STRUCT(CanaryRequest, (),
                      (share_percent, duration_ms, min_calls, max_error_percent,
                       max_latency_factor))

// PUT /api/host/plugins/{id}: the code that the instance shall run from now on.
struct ReloadBody {
  std::optional<std::string> file;  // none: the one it came from, as it is now
  std::optional<CanaryRequest> canary;
};
BOOST_DESCRIBE_STRUCT(ReloadBody, (), (file, canary))

Result<plugins::TrialOptions> trial_of(const CanaryRequest& canary) {
  const auto within = [](const char* name, double value, double least,
                         double most) -> Result<void> {
    if (value >= least && value <= most) return {};
    return Error{Code::invalid, fmt::format("found {}, expected {} to {}", value, least, most),
                 std::string("canary.") + name};
  };
  TN_CHECK(within("share_percent", canary.share_percent, 0.1, 100));
  TN_CHECK(within("duration_ms", static_cast<double>(canary.duration_ms), 1, 86'400'000));
  TN_CHECK(within("max_error_percent", canary.max_error_percent, 0, 100));
  TN_CHECK(within("max_latency_factor", canary.max_latency_factor, 1, 1000));
  return plugins::TrialOptions{static_cast<uint32_t>(canary.share_percent * 10),
                               std::chrono::milliseconds(canary.duration_ms), canary.min_calls,
                               canary.max_error_percent, canary.max_latency_factor};
}

// What a plugin failed in is the operator's to know, whatever its kind.
void answer(http::Response& response, const Result<plugins::ReloadRecord>& record) {
  if (!record.ok()) return (void)response.problem(409, record.error().message);
  send_json(response, 200, describe(plugins::PluginHost::info_of(*record)));
}

void reload_instance(Host& host, http::Request& request, http::Response& response) {
  const auto instance = host.plugins().find(request.param("id"));
  if (!instance.ok()) return (void)response.error(instance.error());
  const auto text = request.read_all();
  if (!text.ok()) return (void)response.error(text.error());
  const auto body = json::decode<ReloadBody>(text->empty() ? "{}" : *text, json::Mode::config);
  if (!body.ok()) return (void)response.error(body.error());
  plugins::ReloadRequest wanted;
  if (body->file) wanted.file = *body->file;
  if (body->canary) {
    auto trial = trial_of(*body->canary);
    if (!trial.ok()) return (void)response.error(trial.error());
    wanted.trial = *trial;
  }
  answer(response, (*instance)->reload(wanted));
}

void add_crashes(Host& host, std::vector<http::Route>& routes) {
  routes.push_back(
      route("GET", "/api/host/crashes", "Crash reports", [&host](auto&, auto& response) {
        boost::json::array items;
        for (const auto& report : host.crashes().all()) items.push_back(summary(report));
        send_json(response, 200, boost::json::object{{"items", std::move(items)}});
      }));
  // A stack and log lines tell more than outsiders need to know.
  auto one = control_route("GET", "/api/host/crashes/{id}", "One crash report",
                           [&host](auto& request, auto& response) {
                             const auto report = host.crashes().find(request.param("id"));
                             if (!report)
                               return (void)response.problem(404, "there is no such crash report");
                             (void)response.send(200, kJson, json::encode(*report));
                           });
  one.consumes.clear();
  routes.push_back(std::move(one));
}

}  // namespace

void add_instances(Host& host, std::vector<http::Route>& routes) {
  routes.push_back(
      route("GET", "/api/host/plugins", "Instances of plugins", [&host](auto&, auto& response) {
        boost::json::array items;
        for (const auto& info : host.plugins().list()) items.push_back(describe(info));
        const auto total = items.size();
        send_json(response, 200,
                  boost::json::object{
                      {"items", std::move(items)}, {"next_cursor", nullptr}, {"total", total}});
      }));
  routes.push_back(route("GET", "/api/host/plugins/{id}", "One instance",
                         [&host](auto& request, auto& response) {
                           for (const auto& info : host.plugins().list())
                             if (info.id == request.param("id"))
                               return send_json(response, 200, describe(info));
                           (void)response.error(host.plugins().find(request.param("id")).error());
                         }));
  add_crashes(host, routes);
  auto reload = control_route(
      "PUT", "/api/host/plugins/{id}", "Exchange the code of an instance",
      [&host](auto& request, auto& response) { reload_instance(host, request, response); });
  document_body(reload, schema_of<ReloadBody>(json::Mode::config));
  routes.push_back(std::move(reload));
  routes.push_back(control_route("POST", "/api/host/plugins/{id}/rollback",
                                 "Go back to the code before the last reload",
                                 [&host](auto& request, auto& response) {
                                   const auto instance = host.plugins().find(request.param("id"));
                                   if (!instance.ok())
                                     return (void)response.error(instance.error());
                                   answer(response, (*instance)->roll_back());
                                 }));
}

}  // namespace tenon::app
