// A host around one plugin, without configuration: what the benchmarks measure through.
#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "host/observe/logging.hpp"
#include "host/observe/metrics.hpp"
#include "host/observe/request_log.hpp"
#include "host/plugins/instance.hpp"

namespace tenon::bench {

// The value, or the end of the benchmark with the reason.
template <class T>
T take(Result<T> result) {
  if (!result.ok()) {
    fmt::print(stderr, "{}\n", result.error().message);
    std::exit(1);
  }
  return std::move(result).value();
}

class BenchHost {
 public:
  // Loads the plugin bench-null and brings it up.
  BenchHost()
      : folder_(std::filesystem::temp_directory_path() / fmt::format("tenon-bench-{}", getpid())) {
    std::filesystem::create_directories(folder_);
    instance_ = load("bench-null");
  }
  ~BenchHost() {
    instance_->stop(control_);
    instance_.reset();
    std::filesystem::remove_all(folder_);
  }

  const std::shared_ptr<plugins::Instance>& instance() { return instance_; }
  plugins::MessageBus& bus() { return bus_; }
  plugins::ControlThread& control() { return control_; }
  plugins::HostServices& services() { return services_; }
  observe::RequestLog& request_log() { return *request_log_; }
  static std::filesystem::path library() { return TENON_BENCH_PLUGIN; }

  // One more instance of the plugin.
  std::shared_ptr<plugins::Instance> load(const std::string& id) {
    plugins::InstanceSetup setup;
    setup.id = id;
    setup.candidate = take(plugins::inspect(library()));
    setup.config = "{}";
    setup.config_folder = folder_;
    auto instance = std::make_shared<plugins::Instance>(services_, copies_, std::move(setup));
    if (const auto up = instance->start(control_); !up.ok()) {
      fmt::print(stderr, "{}\n", up.error().message);
      std::exit(1);
    }
    return instance;
  }

 private:
  static observe::LogOptions quiet() {
    observe::LogOptions options;
    options.level = observe::Level::warn;
    return options;
  }

  const std::filesystem::path folder_;
  std::unique_ptr<observe::Logging> logging_ = take(observe::Logging::create(quiet()));
  observe::Metrics metrics_;
  std::unique_ptr<observe::RequestLog> request_log_ =
      take(observe::RequestLog::create(metrics_, logging_->logger("http")));
  plugins::MessageBus bus_;
  plugins::Timers timers_;
  plugins::Timers keeper_;
  plugins::Transactions transactions_;
  plugins::CallChains chains_;
  plugins::HostServices services_{"bench", folder_,       *logging_, metrics_, bus_,
                                  timers_, transactions_, chains_,   keeper_};
  const plugins::LibraryCopies copies_{folder_};
  plugins::ControlThread control_;
  std::shared_ptr<plugins::Instance> instance_;
};

}  // namespace tenon::bench
