// One loaded copy of a plugin: a library, its object, and the steps of its life.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "host/plugins/call_gate.hpp"
#include "host/plugins/control_thread.hpp"
#include "host/plugins/instance_context.hpp"
#include "host/plugins/library.hpp"
#include "host/plugins/message_bus.hpp"
#include "tenon/draft/clock.h"
#include "tenon/draft/http.h"

namespace tenon::plugins {

enum class State {
  discovered,
  loaded,
  configured,
  started,
  ready,
  degraded,
  draining,
  stopped,
  failed
};
std::string_view state_name(State state);

// How long each step may take.
struct StepDeadlines {
  std::chrono::milliseconds load{5000};
  std::chrono::milliseconds configure{10000};
  std::chrono::milliseconds start{30000};
  std::chrono::milliseconds stop{10000};
};

class Instance {
 public:
  // `services` must outlive the instance.
  Instance(HostServices& services, std::string id, Candidate candidate, StepDeadlines deadlines);
  // Destroys what is left and unloads; a step that never came back keeps its library mapped.
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  const std::string& id() const { return id_; }
  const Manifest& manifest() const { return candidate_.manifest; }
  const std::filesystem::path& file() const { return candidate_.file; }

  struct Status {
    State state;
    std::string reason;  // of degraded and failed
    std::chrono::system_clock::time_point since;
  };
  Status status() const;
  CallGate& gate() { return gate_; }
  // A step or call never came back: what it may touch is kept for good.
  bool lost() const { return lost_; }
  HostServices& services() { return services_; }

  // discovered -> ready. `config` is complete JSON; `config_folder` is where its relative paths
  // begin. Errors name the step; whatever had been done is undone. [one thread at a time, as all
  // below]
  Result<void> bring_up(ControlThread& control, const LibraryCopies& copies,
                        std::string config, const std::filesystem::path& config_folder);
  // It cannot start for a reason outside it.
  void refuse(const std::string& reason) { enter(State::failed, reason); }
  // ready -> stopped: no new calls, waits for those under way, stops. Errors are logged; what does
  // not end is left mapped.
  void take_down(ControlThread& control);

  // Asks the plugin whether it can serve; moves between ready and degraded.
  void probe();

  // What callers reach while it is ready.
  ProviderEndpoint endpoint();
  // Serves one request; what goes wrong is told to the caller. [any-thread]
  tn_status handle_http(const tn_call* call, uint32_t route, const tn_http_request* request,
                        const tn_http_exchange* exchange);
  bool has_timers() const { return timer_ != nullptr; }
  void fire_timer(uint64_t token);

 private:
  // Runs a step with its deadline and the call it gets; a step that throws has failed.
  template <class Step>
  Result<void> run_step(ControlThread& control, const char* name, std::chrono::milliseconds limit,
                        Step step);
  void enter(State state, std::string reason = {});
  Result<void> fail_in(const char* step, const Error& error);
  void tear_down(ControlThread& control, bool started);

  HostServices& services_;
  const std::string id_;
  const Candidate candidate_;
  const StepDeadlines deadlines_;

  mutable std::mutex mutex_;  // guards status_
  Status status_;

  std::unique_ptr<InstanceContext> context_;
  std::unique_ptr<Library> library_;
  const tn_plugin* life_ = nullptr;
  const tn_plugin_http* http_ = nullptr;
  const tn_plugin_timer* timer_ = nullptr;
  tn_instance* object_ = nullptr;
  CallGate gate_;
  bool lost_ = false;  // a step never came back
};

}  // namespace tenon::plugins
