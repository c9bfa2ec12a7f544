#include "host/app/host_routes.hpp"

#include <fmt/format.h>

#include "host/app/answers.hpp"
#include "host/app/config_routes.hpp"
#include "host/app/host.hpp"
#include "host/app/installation.hpp"
#include "host/app/instance_routes.hpp"
#include "host/app/route_tools.hpp"
#include "host/http/console_page.hpp"
#include "host/http/request.hpp"
#include "host/http/response.hpp"
#include "host/http/static_files.hpp"
#include "host/tools/openapi.hpp"
#include "tenon/json.hpp"
#include "tenon/views.hpp"

namespace tenon::app {
namespace {

constexpr std::string_view kPrometheus = "text/plain; version=0.0.4; charset=utf-8";

ReliabilityAnswer reliability(Host& host) {
  ReliabilityAnswer out;
  for (const auto& info : host.plugins().list()) {
    out.calls += info.calls;
    out.errors += info.errors;
    out.plugins.push_back({info.id, info.state, info.calls, info.errors});
  }
  if (out.calls) out.success_rate = 1.0 - double(out.errors) / double(out.calls);
  return out;
}

void add_health(Host& host, std::vector<http::Route>& routes) {
  routes.push_back(with_answer(
      route("GET", "/health", "Whether the host lives",
            [&host](auto&, auto& response) { send_json(response, 200, host.health().health()); }),
      health_schema()));
  routes.push_back(with_answer(route("GET", "/ready", "Whether it can serve; 503 when it cannot",
                                     [&host](auto&, auto& response) {
                                       const auto readiness = host.health().ready();
                                       send_json(response, readiness.ready ? 200 : 503,
                                                 readiness.body);
                                     }),
                               readiness_schema()));
  routes.push_back(answering<ReliabilityAnswer>(
      route("GET", "/api/health/reliability", "Calls and errors of each plugin", {}),
      [&host](auto&) { return reliability(host); }));
}

void add_metrics(Host& host, std::vector<http::Route>& routes) {
  for (const char* path : {"/metrics", "/metrics/prometheus"}) {
    auto metrics = route("GET", path, "Metrics for Prometheus", [&host](auto&, auto& response) {
      (void)response.send(200, kPrometheus, host.metrics().to_prometheus());
    });
    metrics.document = std::make_shared<http::RouteDocument>(http::RouteDocument{
        metrics.document->summary, nullptr, nullptr, prometheus_schema(), "text/plain"});
    routes.push_back(std::move(metrics));
  }
  routes.push_back(with_answer(
      route("GET", "/api/metrics", "Metrics",
            [&host](auto&, auto& response) {
              send_json(response, 200, boost::json::object{{"metrics", host.metrics().to_json()}});
            }),
      metrics_schema()));
}

void add_pages(Host& host, std::vector<http::Route>& routes) {
  routes.push_back(answering<Items<PageAnswer>>(
      route("GET", "/api/host/pages", "Pages of plugins", {}), [&host](auto&) {
        Items<PageAnswer> out;
        for (const auto& page : host.plugins().pages()) out.items.push_back(answer_of(page));
        return out;
      }));
}

// Who subscribes to what, and what has not been taken yet.
void add_events(Host& host, std::vector<http::Route>& routes) {
  routes.push_back(answering<Items<SubscriptionAnswer>>(
      route("GET", "/api/host/events", "Subscriptions to events", {}), [&host](auto&) {
        Items<SubscriptionAnswer> out;
        for (const auto& one : host.events().list()) out.items.push_back(answer_of(one));
        return out;
      }));
}

struct CallRequest {
  std::string interface;
  std::string method;
  std::optional<boost::json::value> input;
  std::optional<std::string> instance;
};
BOOST_DESCRIBE_STRUCT(CallRequest, (), (interface, method, input, instance))

void answer_call(Host& host, http::Request& request, http::Response& response,
                 const plugins::PluginHost::Callee& callee, std::string_view input) {
  tn_call call = {};
  call.struct_size = sizeof(call);
  call.request_id = view(request.correlation_id());
  const auto output = host.plugins().call(&call, callee, input);
  if (!output.ok()) return (void)response.error(output.error(), true);  // it has the token
  (void)response.send(200, kJson, *output);
}

// POST /api/host/call {"interface", "method", "input"}: what `tenon call` sends to a running host.
void call_method(Host& host, http::Request& request, http::Response& response) {
  const auto body = request.read_all();
  if (!body.ok()) return (void)response.error(body.error());
  const auto wanted = json::decode<CallRequest>(*body);
  if (!wanted.ok()) return (void)response.error(wanted.error());
  const auto input = boost::json::serialize(wanted->input.value_or(boost::json::object()));
  answer_call(host, request, response,
              {wanted->interface, wanted->method, wanted->instance.value_or("")}, input);
}

// With the input as the body; the path says what is called.
void call_by_path(Host& host, http::Request& request, http::Response& response) {
  const auto body = request.read_all();
  if (!body.ok()) return (void)response.error(body.error());
  const auto interface_id =
      fmt::format("{}/{}", request.param("interface"), request.param("major"));
  answer_call(host, request, response, {interface_id, request.param("method"), request.param("id")},
              *body);
}

void add_calls(Host& host, std::vector<http::Route>& routes) {
  auto call = control_route(
      "POST", "/api/host/call", "Call a method of a plugin",
      [&host](auto& request, auto& response) { call_method(host, request, response); });
  auto body = schema_of<CallRequest>();
  body.as_object()["examples"] = boost::json::array{boost::json::object{
      {"interface", "tenon.catalog/1"}, {"method", "report"}, {"input", boost::json::object()}}};
  document_body(call, std::move(body));
  routes.push_back(std::move(call));
  // The documents of the API have a path for each method instead of these.
  for (const char* pattern : {tools::kMethodPath, tools::kInstanceMethodPath}) {
    auto by_path = control_route("POST", pattern, "", [&host](auto& request, auto& response) {
      call_by_path(host, request, response);
    });
    by_path.document = nullptr;
    routes.push_back(std::move(by_path));
  }
}

// The command line asks for them: libraries on the disk may be others by now.
void add_commands(Host& host, std::vector<http::Route>& routes) {
  using Command = plugins::PluginHost::Command;
  routes.push_back(answering<Items<Command>>(
      route("GET", "/api/host/commands", "Commands that plugins add to `tenon`", {}),
      [&host](auto&) { return Items<Command>{host.plugins().commands()}; }));
}

// What programs and agents find out about all of this.
void add_tools(Host& host, std::vector<http::Route>& routes) {
  auto document = route("GET", "/openapi.json", "This document", {});
  document.handler = host.openapi();
  document.produces = {std::string(kJson)};
  routes.push_back(with_answer(std::move(document), openapi_schema()));
  if (!host.mcp()) return;
  for (auto& one : host.mcp()->routes(std::string(kOwner))) routes.push_back(std::move(one));
}

// Files of plugins' pages lie beside their libraries, in NAME.web, or in a copy of that which was
// checked.
Result<void> add_page_files(Host& host, std::vector<http::Route>& routes) {
  std::string last;
  for (const auto& page : host.plugins().pages()) {
    if (page.instance == last) continue;
    last = page.instance;
    if (!std::filesystem::is_directory(page.folder)) {
      host.log().warn("the pages of {} are not there: {} is missing", page.instance,
                      page.folder.string());
      continue;
    }
    TN_TRY(auto files, host.files_of(std::filesystem::canonical(page.folder)));
    http::Route one;
    one.method = "GET";
    one.pattern = "/plugins/" + page.instance + "/{file...}";
    one.owner = "plugin " + page.instance;
    one.handler = files;
    routes.push_back(std::move(one));
  }
  return {};
}

Result<void> add_console(Host& host, std::vector<http::Route>& routes) {
  const auto folder = installation_folder() / "share/tenon/console";
  if (!std::filesystem::exists(folder / "index.html")) {
    host.log().warn("the console is not built: {} has no index.html", folder.string());
    return {};
  }
  TN_TRY(auto page, http::ConsolePage::load(std::filesystem::canonical(folder)));
  http::Route one;
  one.method = "GET";
  one.pattern = "/{path...}";
  one.owner = kOwner;
  one.handler = page;
  routes.push_back(one);
  one.pattern = "/";
  routes.push_back(one);
  TN_TRY(one.handler, host.files_of(std::filesystem::canonical(folder)));
  one.pattern = "/console/{file...}";
  routes.push_back(std::move(one));
  return {};
}

}  // namespace

Result<std::vector<http::Route>> host_routes(Host& host) {
  std::vector<http::Route> routes;
  add_health(host, routes);
  add_metrics(host, routes);
  add_instances(host, routes);
  add_config(host, routes);
  add_pages(host, routes);
  add_calls(host, routes);
  add_commands(host, routes);
  add_events(host, routes);
  add_tools(host, routes);
  TN_CHECK(add_page_files(host, routes));
  TN_CHECK(add_console(host, routes));
  for (const auto& route : routes)
    if (!plugins::is_reserved_path(route.pattern))
      return Error{Code::internal, "the host's route " + route.pattern + " is not reserved for it"};
  return routes;
}

}  // namespace tenon::app
