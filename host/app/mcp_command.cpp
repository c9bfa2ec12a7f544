#include <csignal>
#include <iostream>
#include <mutex>

#include "host/app/cli.hpp"
#include "host/app/host.hpp"
#include "host/app/mcp_bridge.hpp"
#include "host/tools/mcp_stdio.hpp"

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
  if (!loaded.parsed.config.mcp.enabled) {
    std::cerr << "tenon: mcp: the configuration says mcp.enabled: false\n";
    return kUnavailable;
  }
  loaded.keep_quiet();
  auto host = Host::create(std::move(loaded));
  if (!host.ok()) return report(host.error());
  if (const auto started = (*host)->start_plugins(); !started.ok()) return report(started.error());
  tools::serve_lines(*(*host)->agents(), std::cin, standard_output());
  if (!(*host)->stop()) std::_Exit(kOk);  // what never came back may touch what would be destroyed
  return kOk;
}

}  // namespace

int mcp_command(const std::vector<std::string>& arguments) {
  const auto values = parse_options(arguments, deployment_options());
  if (!values.ok()) {
    std::cerr << "tenon: mcp: " << values.error().message << '\n';
    return kUsage;
  }
  signal(SIGPIPE, SIG_IGN);  // a client that is gone ends the input, too
  auto loaded = read_deployment(*values);
  auto running = running_host(loaded);
  if (!running.ok()) return report(running.error());
  if (*running) return bridge(std::move(**running));
  find_plugins(loaded);
  if (!loaded.deployment.problems.empty()) {
    print_problems(loaded.deployment.problems);
    return kBadConfig;
  }
  return serve(std::move(loaded));
}

}  // namespace tenon::app
