#include <fmt/format.h>

#include <boost/json.hpp>
#include <csignal>
#include <iostream>
#include <mutex>

#include "host/app/cli.hpp"
#include "host/app/host.hpp"
#include "host/app/mcp_bridge.hpp"
#include "host/plugins/plugin_host.hpp"
#include "host/tools/json_schema.hpp"
#include "host/tools/mcp_stdio.hpp"
#include "host/tools/tool_list.hpp"

namespace tenon::app {
namespace {

// Standard output carries the protocol alone.
tools::Outlet standard_output() {
  return [mutex = std::make_shared<std::mutex>()](std::string message) {
    const std::lock_guard lock(*mutex);
    std::cout << message << '\n' << std::flush;
  };
}

int bridge(RunningHost host) {
  const auto out = standard_output();
  McpBridge bridge(std::move(host), out);
  tools::read_lines(std::cin, out, [&](std::string line) { bridge.take(std::move(line)); });
  return kOk;
}

// A host that lives as long as its client, and that nobody else can reach.
int serve(LoadedDeployment loaded) {
  loaded.keep_quiet();
  auto host = Host::create(std::move(loaded));
  if (!host.ok()) return report(host.error());
  if (const auto started = (*host)->start_plugins(); !started.ok()) return report(started.error());
  tools::serve_lines(*(*host)->agents(), std::cin, standard_output());
  if (!(*host)->stop()) std::_Exit(kOk);  // what never came back may touch what would be destroyed
  return kOk;
}

// By the manifests of the deployment: nothing is started.
int list_tools(const LoadedDeployment& loaded, bool json) {
  const tools::ToolList list(plugins::PluginHost::served(loaded.deployment),
                             loaded.parsed.config.mcp.tools);
  if (json) {
    boost::json::array offered, withheld;
    for (const auto& tool : list.all()) offered.push_back(tool.description);
    for (const auto& [name, reason] : list.withheld())
      withheld.push_back(boost::json::object{{"name", name}, {"reason", reason}});
    std::cout << boost::json::serialize(
                     boost::json::object{{"tools", offered}, {"withheld", withheld}})
              << '\n';
    return kOk;
  }
  for (const auto& tool : list.all())
    std::cout << fmt::format("{}  {}\n", tool.name,
                             tools::text_of(tool.description, "description"));
  for (const auto& [name, reason] : list.withheld())
    std::cout << fmt::format("{}  not offered: {}\n", name, reason);
  return kOk;
}

}  // namespace

po::options_description mcp_options() {
  auto options = deployment_options();
  options.add_options()  //
      ("list", "print the tools that agents get, and those that they do not, with the reason");
  return options;
}

int mcp_command(const std::vector<std::string>& arguments) {
  const auto values = parse_options(arguments, mcp_options());
  if (!values.ok()) {
    std::cerr << "tenon: mcp: " << values.error().message << '\n';
    return kUsage;
  }
  signal(SIGPIPE, SIG_IGN);  // a client that is gone ends the input, too
  auto loaded = read_deployment(*values);
  const bool lists = values->count("list") != 0;
  if (!lists) {
    auto running = running_host(loaded);
    if (!running.ok()) return report(running.error());
    if (*running) return bridge(std::move(**running));
  }
  find_plugins(loaded);
  if (!loaded.deployment.problems.empty()) {
    print_problems(loaded.deployment.problems);
    return kBadConfig;
  }
  if (!loaded.parsed.config.mcp.enabled) {
    std::cerr << "tenon: mcp: the configuration says mcp.enabled: false\n";
    return kUnavailable;
  }
  return lists ? list_tools(loaded, values->count("json") != 0) : serve(std::move(loaded));
}

}  // namespace tenon::app
