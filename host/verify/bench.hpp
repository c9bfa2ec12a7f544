// A private host for one library: real services on a scratch folder, providers that it needs, and
// as many instances of it as a check likes. Lives in the child process.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/plugins/control_thread.hpp"
#include "host/plugins/instance.hpp"
#include "host/store/data_dir.hpp"
#include "host/verify/plan.hpp"

namespace tenon::verify {

class Bench {
 public:
  // Opens services below `data`; nothing of the plugin runs. `worker_program` is for isolated
  // instances.
  static Result<std::unique_ptr<Bench>> open(const Plan& plan, const std::filesystem::path& data,
                                             const std::filesystem::path& worker_program);
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  // Starts the providers; an error names the one that did not come up.
  Result<void> start_providers();
  // An instance of the library, not started. Each name once: the services remember who had it.
  Result<std::shared_ptr<plugins::Instance>> make(const std::string& name, bool isolated = false);

  plugins::ControlThread& control() { return control_; }
  plugins::HostServices& services() { return *services_; }
  const plugins::LibraryCopies& copies() const { return copies_; }
  const plugins::PlannedInstance& subject() const { return plan_.subject; }
  // What workers were refused, and how they died.
  std::vector<std::string> troubles() const;

 private:
  Bench(const Plan& plan, const std::filesystem::path& data)
      : plan_(plan), copies_{data / "libraries"} {}
  Result<void> open_services(const std::filesystem::path& data,
                             const std::filesystem::path& worker_program);
  void trouble(const std::string& text);

  const Plan plan_;
  const plugins::LibraryCopies copies_;
  std::unique_ptr<observe::Logging> logging_;
  std::unique_ptr<observe::Metrics> metrics_;
  std::unique_ptr<store::Store> store_;
  plugins::MessageBus bus_;
  plugins::Timers timers_;
  plugins::Timers keeper_;
  plugins::Transactions transactions_;
  plugins::CallChains chains_;
  std::unique_ptr<plugins::EventHub> events_;
  std::unique_ptr<workers::Workers> workers_;
  std::unique_ptr<plugins::HostServices> services_;
  plugins::ControlThread control_;
  std::vector<std::shared_ptr<plugins::Instance>> instances_;  // all that were made
  mutable std::mutex mutex_;
  std::vector<std::string> troubles_;  // guarded by mutex_
};

}  // namespace tenon::verify
