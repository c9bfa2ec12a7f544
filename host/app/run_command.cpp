#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "host/app/cli.hpp"
#include "host/app/host.hpp"
#include "host/app/watch.hpp"
#include "host/app/watch_build.hpp"
#include "host/config/listen_address.hpp"
#include "host/http/crash_report.hpp"

namespace tenon::app {
namespace {

// Signals that end the host, or make it read its configuration again. They are blocked in every
// thread and awaited by main alone.
sigset_t block_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return set;
}

// Nothing: it is not asked for.
Result<std::optional<WatchOptions>> watch_options(const po::variables_map& values) {
  WatchOptions out;
  if (values.count("build")) out.build = values["build"].as<std::string>();
  if (values.count("sources"))
    for (const auto& folder : values["sources"].as<std::vector<std::string>>())
      out.sources.emplace_back(folder);
  if (!values.count("watch")) {
    if (!out.build.empty() || !out.sources.empty())
      return Error{Code::invalid, "--build and --sources need --watch"};
    return std::optional<WatchOptions>();
  }
  if (out.build.empty() != out.sources.empty())
    return Error{Code::invalid, "--build and --sources need each other"};
  return std::optional(std::move(out));
}

// What is not built yet cannot be watched. Errors: the build failed, or was broken off.
Result<void> build_first(const std::string& command, const sigset_t& signals) {
  std::cout << "watch: running " << command << std::endl;
  const Descriptor interrupted(signalfd(-1, &signals, SFD_CLOEXEC));
  BuildCommand build(command);
  TN_CHECK(build.start());
  std::array<pollfd, 2> wait{{{build.fd(), POLLIN, 0}, {interrupted.get(), POLLIN, 0}}};
  while (poll(wait.data(), wait.size(), -1) < 0) continue;
  if (!wait[0].revents) return Error{Code::cancelled, "the build was broken off"};
  if (const auto failure = build.finish(); !failure.empty())
    return Error{Code::internal, fmt::format("the build failed ({})", failure)};
  std::cout << "watch: built" << std::endl;
  return {};
}

}  // namespace

po::options_description run_options() {
  auto options = deployment_options();
  options.add_options()  //
      ("listen", po::value<std::string>(),
       "ADDR:PORT to listen on, instead of the file's; port 0: any")                   //
      ("watch", "take changed libraries, pages and configuration files as they come")  //
      ("build", po::value<std::string>(),
       "with --watch: command to run when the sources change, and first when a library is not "
       "there")  //
      ("sources", po::value<std::vector<std::string>>(), "folder with sources; may be repeated");
  return options;
}

int run_command(const std::vector<std::string>& arguments) {
  const auto values = parse_options(arguments, run_options());
  if (!values.ok()) {
    std::cerr << "tenon: run: " << values.error().message << '\n';
    return kUsage;
  }
  auto watching = watch_options(*values);
  if (!watching.ok()) {
    std::cerr << "tenon: run: " << watching.error().message << '\n';
    return kUsage;
  }
  auto loaded = load_deployment(*values);
  const sigset_t signals = block_signals();
  if (loaded.deployment.lacks_libraries && *watching && !(*watching)->build.empty()) {
    if (const auto built = build_first((*watching)->build, signals); !built.ok())
      return report(built.error());
    loaded = load_deployment(*values);
  }
  if (!loaded.deployment.problems.empty()) {
    print_problems(loaded.deployment.problems);
    return kBadConfig;
  }
  config::ListenAddress place{loaded.parsed.config.http.address, loaded.parsed.config.http.port};
  if (values->count("listen")) {
    const auto listen = config::parse_listen_address((*values)["listen"].as<std::string>());
    if (!listen.ok()) {
      std::cerr << "tenon: run: --listen: " << listen.error().message << '\n';
      return kUsage;
    }
    place = *listen;
  }

  const http::CrashReporter crash_reporter;
  auto host = Host::create(std::move(loaded));
  if (!host.ok()) return report(host.error());
  if (const auto held = (*host)->hold(place.address, place.port); !held.ok())
    return report(held.error());
  if (const auto started = (*host)->start_plugins(); !started.ok()) return report(started.error());
  const auto url = (*host)->listen(place.address, place.port);
  if (!url.ok()) return report(url.error());
  std::unique_ptr<Watch> watch;
  if (*watching) {
    auto started = Watch::start(**host, std::move(**watching));
    if (!started.ok()) return report(started.error());
    watch = std::move(*started);
  }
  // Last: who reads it may save a file at once.
  std::cout << "tenon is running at " << *url << "  (Ctrl-C stops it)" << std::endl;

  int received = 0;
  while (sigwait(&signals, &received) == 0 && received == SIGHUP)
    (void)(*host)->configuration().reload(**host, "SIGHUP");
  watch.reset();
  std::cout << "\nstopping" << std::endl;
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);  // a second one ends the process at once
  if (!(*host)->stop())
    std::_Exit(kOk);  // what never came back may still touch what would be destroyed
  return kOk;
}

}  // namespace tenon::app
