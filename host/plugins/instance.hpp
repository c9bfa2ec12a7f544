// An instance: a library wired by one entry of the configuration, through all its generations.
#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/crash/restart_policy.hpp"
#include "host/plugins/generation.hpp"
#include "host/plugins/library.hpp"
#include "host/plugins/permissions.hpp"
#include "host/plugins/trial.hpp"
#include "host/workers/isolated_worker.hpp"

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

// What the permissions of an instance are computed from, for whichever version of its library.
struct PermissionGrants {
  config::PermissionLists lists;
  bool own = false;  // the library came with the host
  std::filesystem::path data_folder;
  std::vector<config::PathValue> written;  // files that its configuration names
};

// What the configuration says of one instance.
struct InstanceSetup {
  std::string id;
  Candidate candidate;
  std::string config;                   // complete JSON
  std::filesystem::path config_folder;  // where relative paths in it begin
  StepDeadlines deadlines;
  CallLimits limits;
  PermissionGrants grants;
  Permissions permissions;  // what the grants come to with the candidate's manifest
  std::shared_ptr<const signing::Trust> trust = std::make_shared<const signing::Trust>();
  bool isolated = false;  // in a worker process of its own, as what follows says
  config::InstanceLimits worker_limits;
  config::Supervision supervision;
  std::chrono::milliseconds drain{30'000};  // what an old generation gets for its last calls
  unsigned keep_mapped = 8;  // generations that could not be unloaded; then no reload
};

// Code::denied, with the line to add: the version of the library serves a route or requires an
// interface that is not granted.
Result<void> check_granted(const InstanceSetup& setup, const Permissions& permissions,
                           const Manifest& manifest);
// The permissions that the grants come to with that version of the library, checked likewise.
Result<Permissions> permissions_for(const InstanceSetup& setup, const Manifest& manifest);

// One reload, as it ended or stands.
struct ReloadRecord {
  std::chrono::system_clock::time_point at;
  uint64_t from = 0;  // generations
  uint64_t to = 0;
  std::string from_version;
  std::string to_version;
  std::string outcome;  // "serving", "refused", "trial", "rolled back"
  std::string reason;
  std::chrono::microseconds swap{0};  // what the host itself took, beside the plugin's own steps
};

struct ReloadRequest {
  std::filesystem::path file;         // empty: the file it came from
  std::optional<std::string> config;  // none: as it is
  std::filesystem::path config_folder;
  std::optional<TrialOptions> trial;  // none: all callers at once
  std::string why = "asked for";      // for the record
};

class Instance : public std::enable_shared_from_this<Instance> {
 public:
  // `services` and `copies` outlive it.
  Instance(HostServices& services, const LibraryCopies& copies, InstanceSetup setup);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  const std::string& id() const { return provider_.id(); }
  Provider& provider() { return provider_; }
  const Provider& provider() const { return provider_; }
  HostServices& services() { return services_; }

  // ---- [any-thread]
  struct Status {
    State state;
    std::string reason;  // of degraded and failed
    std::chrono::system_clock::time_point since;
    uint64_t generation = 1;
    uint64_t trial = 0;                    // the generation on trial; 0: none
    std::string earlier;                   // the version that roll_back() goes to; empty: none
    uint64_t left_mapped = 0;              // generations that could not be unloaded
    uint64_t restarts = 0;                 // after crashes
    std::optional<WorkerInfo> worker;      // of the serving generation, when it is isolated
    std::vector<sandbox::Denied> denials;  // what its workers were refused, the latest last
    std::filesystem::path file;            // of the serving generation
    std::filesystem::path pages;           // where its pages are served from
    std::vector<ReloadRecord> reloads;     // the latest last
  };
  Status status() const;
  bool isolated() const { return setup()->isolated; }
  std::shared_ptr<const InstanceSetup> setup() const;
  // Of the code that serves, or served last; empty: none has, or it carries none.
  std::string build_id() const;
  // What the configuration makes of the signature of the code that serves, or served last. None:
  // nobody looks at signatures, or none has served.
  std::optional<signing::Verdict> signature() const;
  // Whether the code that serves would be loaded under `next`.
  bool stays_trusted(const signing::Trust& next) const;
  // Of the serving generation, or of the file before one serves.
  std::shared_ptr<const Manifest> manifest() const;
  bool serves() const;
  // A step or call never came back: what it may touch is kept for good.
  bool lost() const;

  // ---- These wait for each other

  // discovered -> ready. Errors name the step; whatever had been done is undone.
  Result<void> start(ControlThread& control);
  // The same for one that was stopped, or never came up, with another setup.
  Result<void> start(ControlThread& control, InstanceSetup setup);
  // It cannot start for a reason outside it.
  void refuse(const std::string& reason) { enter(State::failed, reason); }
  // ready -> stopped: no new calls, waits for those under way, stops. Errors are logged.
  void stop(ControlThread& control);

  // Brings the next generation up beside the one that serves, and then exchanges them, or begins a
  // trial. An error says what the next one failed in; the present one has served all the time.
  Result<ReloadRecord> reload(const ReloadRequest& request);
  // Goes back to the code and configuration before the last reload; ends a trial.
  Result<ReloadRecord> roll_back();

  // A change of the setup as one of several that are made together; see instance_change.hpp.
  class Change;

 private:
  using Generations = std::vector<std::shared_ptr<Generation>>;
  // What a generation was made from, to make another.
  struct Origin {
    std::shared_ptr<const LibraryCopy> copy;
    std::shared_ptr<const InstanceSetup> setup;
  };
  struct Running {
    std::shared_ptr<Generation> generation;
    Origin origin;
  };
  struct Watch {
    Running running;
    TrialOptions options;
    ReloadRecord record;
    std::chrono::steady_clock::time_point begun;
    CallGate::Counts old_counts, new_counts;  // when it began
    observe::LatencySnapshot old_latency, new_latency;
  };

  // The reason of being ready, which generation serves and since when, is for the log alone.
  void enter(State state, std::string reason = {});
  Result<std::unique_ptr<PluginCode>> start_worker(const std::shared_ptr<const LibraryCopy>& copy,
                                                   const InstanceSetup& setup, uint64_t number);
  void on_worker_ended(uint64_t number, std::shared_ptr<workers::Ended> ended);
  void take_end(uint64_t number, const std::shared_ptr<workers::Ended>& ended);
  void wait_for_restart(const std::string& what);
  void restart();
  void serve_first(Running next);
  void serve_after_crash(Running next, ReloadRecord& record);
  void note_denial(const sandbox::Denied& denied);
  void report_crash(crash::Death death, const workers::Ended& ended);
  Result<std::shared_ptr<const LibraryCopy>> copy_of(const std::filesystem::path& file,
                                                     const InstanceSetup& setup);
  Result<Running> prepare(ControlThread& control, Origin origin, bool first);
  Result<Running> prepare_previous(ControlThread& control);
  Result<Running> prepare_probed(ControlThread& control, Origin origin);
  Result<void> check_replacement(const Manifest& next) const;
  Result<void> check_mapped(const InstanceSetup& setup) const;
  void adopt(std::shared_ptr<const InstanceSetup> setup);
  void settle(Running next, ReloadRecord& record, bool tell_routes);
  void show_current();
  Result<void> exchange(ControlThread& control, Running next, ReloadRecord& record);
  Result<void> hand_over(ControlThread& control, Generation& from, Generation& to);
  void begin_trial(Running next, const TrialOptions& options, ReloadRecord record);
  void watch_trial();
  void end_trial(const std::string& reason);
  Observed observed(const Serving& serving, const CallGate::Counts& counts,
                    const observe::LatencySnapshot& latency) const;
  void retire(const std::shared_ptr<Generation>& old);
  void finish_later(const std::shared_ptr<Generation>& old, const CallGate& gate,
                    std::chrono::steady_clock::time_point deadline);
  void finish(const std::shared_ptr<Generation>& old);
  void probe(Generation& generation);
  ReloadRecord record_of(const Manifest& next, uint64_t number) const;
  void remember(const ReloadRecord& record);

  HostServices& services_;
  const LibraryCopies& copies_;
  Provider provider_;

  std::mutex changing_;  // held by whoever changes generations; guards what follows
  Running current_;
  std::optional<Origin> previous_;
  std::optional<Watch> watch_;
  crash::RestartPolicy restarts_;
  bool stopped_ = false;
  uint64_t last_number_ = 0;

  mutable std::mutex mutex_;  // guards all below
  std::shared_ptr<const InstanceSetup> setup_;
  std::string build_id_;
  Status status_;
  std::shared_ptr<const LibraryCopy> serving_copy_;  // null: none has served
  std::shared_ptr<const Manifest> manifest_;
  Generations retiring_;
  Generations lost_;
};

}  // namespace tenon::plugins
