// A plugin in a sandboxed process of its own: started, listened to, and accounted for when it ends.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/crash/crash_record.hpp"
#include "host/crash/crash_report.hpp"
#include "host/isolation/worker.hpp"
#include "host/sandbox/policy.hpp"
#include "host/sandbox/referee.hpp"
#include "host/workers/worker_output.hpp"
#include "host/workers/workers.hpp"

namespace tenon::workers {

struct WorkerRequest {
  std::string name;  // of the instance
  int library = -1;  // descriptor of the plugin's file; borrowed until start() returns
  sandbox::Policy policy;
  std::vector<std::string> environment;  // "NAME=value", all that it gets
  uint32_t concurrency = 0;              // calls at a time; 0: as many as there are lanes
  std::chrono::milliseconds start_timeout{10'000};
  std::chrono::milliseconds hang{
      5'000};  // silence, or a call beyond its deadline, after which it is ended
};

// How a worker ended.
struct Ended {
  pid_t pid = 0;
  isolation::ExitInfo exit;
  Result<crash::CrashRecord> record;
  std::optional<crash::Cause> cause;  // where the host knows better than the exit status
  std::string reason;                 // of the host, when it ended the worker
  std::string output;                 // the end of what it wrote to its standard output and error
};

// On the supervisor's thread; must not block nor destroy the worker.
struct WorkerCallbacks {
  std::function<void(Ended)> on_ended;  // not for one that the destructor ends
  std::function<void(std::string_view line)> on_line;
  std::function<void(const sandbox::Denied&)> on_denied;
};

class IsolatedWorker {
 public:
  // Blocks. An error says what the worker died of, with the end of its output.
  static Result<std::unique_ptr<IsolatedWorker>> start(Workers& workers,
                                                       const WorkerRequest& request,
                                                       WorkerCallbacks callbacks);
  // Ends it. Not from a callback or from within a call.
  ~IsolatedWorker();
  IsolatedWorker(const IsolatedWorker&) = delete;
  IsolatedWorker& operator=(const IsolatedWorker&) = delete;

  isolation::RemotePlugin& plugin() { return worker_->plugin(); }
  pid_t pid() const { return worker_->pid(); }
  // Set before any call fails for the worker's end.
  const std::atomic<bool>& gone() const { return worker_->gone(); }
  // Returns at once; on_ended follows. [any-thread]
  void end(crash::Cause cause, const std::string& reason);
  // The layers of its sandbox that are at work. [any-thread]
  sandbox::Report layers() const;
  // What it was refused so far. [any-thread]
  std::vector<sandbox::Denied> denials() const;

 private:
  // What of a worker lives on the supervisor's thread, from before the process is there.
  struct Desk;

  IsolatedWorker(Workers& workers, std::shared_ptr<Desk> desk)
      : workers_(workers), desk_(std::move(desk)) {}

  Workers& workers_;
  std::shared_ptr<Desk> desk_;
  std::unique_ptr<isolation::Worker> worker_;
};

}  // namespace tenon::workers
