// A worker process, as its host holds it: started, watched, called and ended.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>

#include "host/isolation/control.hpp"
#include "host/isolation/remote_plugin.hpp"
#include "host/isolation/ring_channel.hpp"
#include "host/isolation/supervisor.hpp"

namespace tenon::isolation {

struct WorkerSpec {
  std::filesystem::path program;         // serves by worker_main
  std::vector<std::string> arguments;    // such as {"worker"}
  std::vector<std::string> environment;  // "NAME=value", all that it gets
  int library = -1;                      // descriptor of the plugin's file; borrowed until started
  std::vector<int> extra;   // further descriptors: kFirstExtra and up; borrowed likewise
  int output = -1;          // becomes its standard output and error; -1: the host's
  std::string name;         // of the instance, for messages and process lists
  std::string before_load;  // for the worker's hook of that name; at most 60 KiB
  RegionShape lanes;
  bool own_clock = false;  // the host runs on a test's clock
  std::chrono::milliseconds start_timeout{10'000};
  std::chrono::milliseconds answer_timeout{5'000};  // of a heartbeat
};

struct ExitInfo {
  int code = 0;         // of an ordinary exit
  int signal = 0;       // that ended it; 0: an ordinary exit
  bool dumped = false;  // a core
  std::string text;     // all of it in one phrase, with the reason of kill() or of a refusal
};

// Called on the supervisor's thread; must not block, nor destroy the worker.
struct WorkerEvents {
  std::function<void(const ExitInfo&)> on_exit;
  // A heartbeat was not answered in time, or a call did not end that long after its deadline;
  // `what` says which. Once until it answers again.
  std::function<void(const std::string& what)> on_unresponsive;
};

class Worker final : private Supervised {
 public:
  // Spawns, shakes hands and connects; blocks. The reason of a failure names what the worker said
  // or how it ended. `supervisor` outlives the worker. Events come from the return on.
  static Result<std::unique_ptr<Worker>> start(Supervisor& supervisor, const WorkerSpec& spec,
                                               WorkerEvents events = {});
  // Ends calls under way, kills the process and reaps it; no event comes after. Not from an event
  // or from within a call.
  ~Worker() override;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  RemotePlugin& plugin() { return *plugin_; }
  pid_t pid() const { return child_.pid; }
  // Set before any call fails because the worker has ended or was cut off.
  const std::atomic<bool>& gone() const { return channel_->ended(); }
  // Returns at once; on_exit follows. The first reason counts. [any-thread]
  void kill(const std::string& reason = {});
  // Tells the plugin about changed log levels now rather than at the next heartbeat. [any-thread]
  void push_log_levels();

 private:
  Worker(Supervisor& supervisor, const WorkerSpec& spec, WorkerEvents events)
      : supervisor_(supervisor),
        name_(spec.name),
        answer_timeout_(spec.answer_timeout),
        events_(std::move(events)) {}

  void on_message() override;
  void on_end() override;
  void on_beat() override;
  Result<Hello> shake_hands(Deadline deadline);
  Result<void> take_message(const Buffer& frame, ControlOp op);
  std::optional<ExitInfo> reap(std::chrono::milliseconds patience);

  Supervisor& supervisor_;
  const std::string name_;
  const std::chrono::milliseconds answer_timeout_;
  const WorkerEvents events_;
  Child child_;
  ControlSocket control_;
  std::unique_ptr<RingChannel> channel_;
  std::unique_ptr<Endpoint> endpoint_;
  std::unique_ptr<RemotePlugin> plugin_;
  uint64_t supervised_ = 0;
  // Of the supervisor's thread alone.
  uint64_t ping_ = 0;
  std::optional<std::chrono::steady_clock::time_point> pinged_;
  bool reported_ = false;
  bool ended_ = false;
  std::optional<std::chrono::steady_clock::time_point> hung_up_;  // closed its end of the socket
  std::mutex mutex_;
  std::string reason_;   // guarded by mutex_, as what follows
  bool reaped_ = false;  // the process is no more, and its number may be another's
};

}  // namespace tenon::isolation
