// One loaded copy of an instance: its code, its object, and the steps of its life.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "host/plugins/control_thread.hpp"
#include "host/plugins/instance_context.hpp"
#include "host/plugins/permissions.hpp"
#include "host/plugins/plugin_code.hpp"
#include "host/plugins/provider.hpp"
#include "tenon/clock.h"
#include "tenon/handover.h"

namespace tenon::plugins {

// How long each step may take.
struct StepDeadlines {
  std::chrono::milliseconds load{5000};
  std::chrono::milliseconds configure{10000};
  std::chrono::milliseconds start{30000};
  std::chrono::milliseconds stop{10000};
};

class Generation {
 public:
  // Finds or makes the code of the generation; runs on a thread that may be lost.
  using Load = std::function<Result<std::unique_ptr<PluginCode>>()>;
  enum class Step { loaded, configured, started };

  // `services` and `provider` outlive it.
  Generation(HostServices& services, Provider& provider, uint64_t number, StepDeadlines deadlines,
             Permissions permissions);
  // Destroys what is left and unloads; a step or call that never came back keeps its code for good.
  ~Generation();
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  const std::string& id() const { return provider_.id(); }
  uint64_t number() const { return number_; }
  // The name of what it owns at the host: timers, transactions.
  const std::string& owner() const { return owner_; }
  const Manifest& manifest() const { return code_->manifest(); }
  const PluginCode& code() const { return *code_; }
  PluginCode& code() { return *code_; }
  Serving& serving() { return *serving_; }
  Provider& provider() { return provider_; }
  HostServices& services() { return services_; }
  const Permissions& permissions() const { return permissions_; }
  // Something of it never came back: what it may touch is kept for good.
  bool lost() const { return lost_; }
  // It was taken down, but its code could not be unloaded.
  bool stays_mapped() const { return stays_mapped_; }

  std::chrono::milliseconds age() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 made_);
  }
  // The last lines that it has logged, oldest first. [any-thread]
  std::vector<std::string> recent_lines() const;

  // ---- one thread at a time

  // Loads, configures and starts; `config` is complete JSON, relative paths in it begin at
  // `config_folder`. Its timers wait until run_timers(). Errors name the step; whatever had been
  // done is undone. `on_step` hears of each that is done.
  Result<void> bring_up(ControlThread& control, Load load, std::string config,
                        const std::filesystem::path& config_folder,
                        const std::function<void(Step)>& on_step);
  void run_timers() {
    services_.timers.resume(owner_);
    if (services_.events) services_.events->activate(id());
  }
  // Stops and destroys what has no callers any more (Serving's gate closed and empty). False: a
  // step did not end, and all of it is kept. The error of the plugin's own stop or destroy is told
  // in `problem`.
  bool take_down(ControlThread& control, std::string* problem);
  // It will not come back: a call or a step is stuck in it.
  void leave_behind();

  // Asks the plugin whether it can serve. [any-thread]
  Result<void> probe();
  // What an older generation leaves for a newer one; nothing: it has no such table, or nothing to
  // say.
  Result<std::optional<std::string>> save(ControlThread& control);
  Result<void> restore(ControlThread& control, const std::string& state);
  bool can_hand_over() const { return handover_ != nullptr; }

  // ---- for the host's tables; [any-thread]
  bool is_isolated() const { return code_->gone() != nullptr; }
  bool has_timers() const { return timer_ != nullptr; }
  void fire_timer(uint64_t token);

 private:
  // Runs a step with its deadline and the call it gets; a step that throws has failed.
  template <class Body>
  Result<void> run_step(ControlThread& control, const char* name, std::chrono::milliseconds limit,
                        Body body);
  Result<void> load_code(ControlThread& control, Load load);
  Result<void> find_tables();
  Result<void> create_and_start(ControlThread& control, const std::function<void(Step)>& on_step);
  Error failed_in(const char* step, const Error& error) const;
  void undo(ControlThread& control);
  bool destroy(ControlThread& control, std::string* problem);
  void end_events(bool wait);

  HostServices& services_;
  Provider& provider_;
  const uint64_t number_;
  const std::string owner_;
  const StepDeadlines deadlines_;
  const Permissions permissions_;
  const std::chrono::steady_clock::time_point made_ = std::chrono::steady_clock::now();

  std::unique_ptr<PluginCode> code_;
  std::unique_ptr<InstanceContext> context_;
  const tn_plugin* life_ = nullptr;
  const tn_plugin_timer* timer_ = nullptr;
  const tn_plugin_handover* handover_ = nullptr;
  tn_instance* object_ = nullptr;
  Serving* serving_ = nullptr;
  bool lost_ = false;
  bool stays_mapped_ = false;
};

}  // namespace tenon::plugins
