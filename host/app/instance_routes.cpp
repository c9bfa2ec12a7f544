#include "host/app/instance_routes.hpp"

#include <fmt/format.h>

#include "host/app/answers.hpp"
#include "host/app/host.hpp"
#include "host/app/route_tools.hpp"
#include "tenon/json.hpp"

namespace tenon::app {
namespace {

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
  send_json(response, 200, json::to_value(plugins::PluginHost::info_of(*record)));
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
  routes.push_back(answering<Items<CrashSummary>>(
      route("GET", "/api/host/crashes", "Crash reports", {}), [&host](auto&) {
        Items<CrashSummary> out;
        for (const auto& report : host.crashes().all()) out.items.push_back(answer_of(report));
        return out;
      }));
  // A stack and log lines tell more than outsiders need to know.
  auto one = control_route("GET", "/api/host/crashes/{id}", "One crash report", {});
  one.consumes.clear();
  routes.push_back(answering<crash::CrashReport>(
      std::move(one), [&host](auto& request) -> Result<crash::CrashReport> {
        if (auto report = host.crashes().find(request.param("id"))) return *report;
        return Error{Code::not_found, "there is no such crash report"};
      }));
}

}  // namespace

void add_instances(Host& host, std::vector<http::Route>& routes) {
  routes.push_back(answering<InstancesAnswer>(
      route("GET", "/api/host/plugins", "Instances of plugins", {}), [&host](auto&) {
        InstancesAnswer out;
        for (const auto& info : host.plugins().list()) out.items.push_back(answer_of(info));
        out.total = out.items.size();
        return out;
      }));
  routes.push_back(
      answering<InstanceAnswer>(route("GET", "/api/host/plugins/{id}", "One instance", {}),
                                [&host](auto& request) -> Result<InstanceAnswer> {
                                  for (const auto& info : host.plugins().list())
                                    if (info.id == request.param("id")) return answer_of(info);
                                  return host.plugins().find(request.param("id")).error();
                                }));
  add_crashes(host, routes);
  auto reload = control_route(
      "PUT", "/api/host/plugins/{id}", "Exchange the code of an instance",
      [&host](auto& request, auto& response) { reload_instance(host, request, response); });
  document_body(reload, schema_of<ReloadBody>(json::Mode::config));
  routes.push_back(with_answer(std::move(reload), schema_of<plugins::PluginHost::ReloadInfo>()));
  auto rollback = control_route("POST", "/api/host/plugins/{id}/rollback",
                                "Go back to the code before the last reload",
                                [&host](auto& request, auto& response) {
                                  const auto instance = host.plugins().find(request.param("id"));
                                  if (!instance.ok()) return (void)response.error(instance.error());
                                  answer(response, (*instance)->roll_back());
                                });
  routes.push_back(with_answer(std::move(rollback), schema_of<plugins::PluginHost::ReloadInfo>()));
}

}  // namespace tenon::app
