#include "host/app/config_routes.hpp"

#include "host/app/answers.hpp"
#include "host/app/host.hpp"
#include "host/app/route_tools.hpp"

namespace tenon::app {
namespace {

// There is nothing to say about it: the file is taken as it is now.
void reload(Host& host, http::Request& request, http::Response& response) {
  const auto text = request.read_all();
  if (!text.ok()) return (void)response.error(text.error());
  if (!text->empty() && *text != "{}")
    return (void)response.problem(400, "expected no body: the configuration file is read again");
  const auto outcome = host.configuration().reload(host, "asked for");
  if (outcome.kind == ConfigOutcome::refused) return (void)response.problem(409, outcome.to_text());
  send_json(response, 200, outcome.to_json());
}

}  // namespace

void add_config(Host& host, std::vector<http::Route>& routes) {
  auto show = control_route("GET", "/api/host/config", "The configuration that runs",
                            [&host](auto&, auto& response) {
                              send_json(response, 200, host.configuration().describe());
                            });
  show.consumes.clear();
  routes.push_back(with_answer(std::move(show), config_schema()));
  auto change =
      control_route("PUT", "/api/host/config", "Read the configuration file again",
                    [&host](auto& request, auto& response) { reload(host, request, response); });
  change.consumes.clear();  // the body may be absent
  routes.push_back(with_answer(std::move(change), config_change_schema()));
}

}  // namespace tenon::app
