// A worker process: spawned, watched and ended. It serves one plugin file over a SocketChannel.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <future>

#include "host/isolation/endpoint.hpp"
#include "host/isolation/remote_plugin.hpp"
#include "host/isolation/socket_channel.hpp"

namespace tenon::isolation {

// One thread for ever, from which all workers are spawned: the kernel ends a worker when the THREAD
// that spawned it ends, not the process.
class Supervisor {
 public:
  Supervisor();
  ~Supervisor();
  // Runs `job` on the thread and returns its answer.
  Result<pid_t> run(std::function<Result<pid_t>()> job);

 private:
  void work();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::packaged_task<Result<pid_t>()>> jobs_;  // guarded by mutex_
  bool ending_ = false;                                    // guarded by mutex_
  std::thread thread_;
};

struct WorkerOptions {
  std::filesystem::path program;  // tenon_isolation_worker
  std::filesystem::path plugin;
  size_t calling = 4;  // calls at a time to the plugin
  size_t serving = 2;  // calls at a time from its own threads
  std::chrono::milliseconds start_timeout{10'000};
};

class WorkerProcess {
 public:
  // Spawns the worker, shakes hands and connects. `supervisor` outlives it.
  static Result<std::unique_ptr<WorkerProcess>> start(Supervisor& supervisor,
                                                      const WorkerOptions& options);
  // Closes the connection, kills what is left and reaps it.
  ~WorkerProcess();

  pid_t pid() const { return pid_; }
  RemotePlugin& plugin() { return *plugin_; }
  SocketChannel& channel() { return *channel_; }
  // Readable once the worker has ended.
  int pidfd() const { return pidfd_.fd(); }
  void kill();

 private:
  WorkerProcess() = default;
  pid_t pid_ = -1;
  Socket pidfd_;
  std::unique_ptr<SocketChannel> channel_;
  std::unique_ptr<Endpoint> endpoint_;
  std::unique_ptr<RemotePlugin> plugin_;
};

}  // namespace tenon::isolation
