#include <csignal>
#include <cstdlib>
#include <iostream>

#include "host/app/cli.hpp"
#include "host/app/host.hpp"
#include "host/config/listen_address.hpp"
#include "host/http/crash_report.hpp"

namespace tenon::app {
namespace {

// Signals that end the host. They are blocked in every thread and awaited by main alone.
sigset_t block_stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return set;
}

}  // namespace

int run_command(const std::vector<std::string>& arguments) {
  auto options = deployment_options();
  options.add_options()("listen", po::value<std::string>(), "");
  const auto values = parse_options(arguments, options);
  if (!values.ok()) {
    std::cerr << "tenon: run: " << values.error().message << '\n';
    return kUsage;
  }
  auto loaded = load_deployment(*values);
  if (!loaded.deployment.problems.empty()) {
    print_problems(loaded.deployment.problems);
    return kBadConfig;
  }
  std::string address = loaded.parsed.config.http.address;
  std::string port = std::to_string(loaded.parsed.config.http.port);
  if (values->count("listen")) {
    const auto listen = config::parse_listen_address((*values)["listen"].as<std::string>());
    if (!listen.ok()) {
      std::cerr << "tenon: run: --listen: " << listen.error().message << '\n';
      return kUsage;
    }
    address = listen->address;
    port = std::to_string(listen->port);
  }

  const http::CrashReporter crash_reporter;
  const sigset_t stop_signals = block_stop_signals();
  auto host = Host::create(std::move(loaded));
  if (!host.ok()) return report(host.error());
  if (const auto started = (*host)->start_plugins(); !started.ok()) return report(started.error());
  const auto url = (*host)->listen(address, port);
  if (!url.ok()) return report(url.error());
  std::cout << "tenon is running at " << *url << "  (Ctrl-C stops it)" << std::endl;

  int received = 0;
  sigwait(&stop_signals, &received);
  std::cout << "\nstopping" << std::endl;
  pthread_sigmask(SIG_UNBLOCK, &stop_signals, nullptr);  // a second one ends the process at once
  if (!(*host)->stop())
    std::_Exit(kOk);  // what never came back may still touch what would be destroyed
  return kOk;
}

}  // namespace tenon::app
