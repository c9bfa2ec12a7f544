// One thread for ever that starts all workers of a host and hears all that they say beside their
// lanes. The kernel ends a worker when the THREAD that spawned it ends, not the process.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "host/isolation/spawn.hpp"
#include "host/isolation/watcher.hpp"

namespace tenon::isolation {

// A worker under supervision. All functions are called on the supervisor's thread and must not
// block.
class Supervised {
 public:
  virtual ~Supervised() = default;
  virtual void on_message() = 0;  // the control socket is readable, or its other end closed
  virtual void on_end() = 0;      // the process has ended
  virtual void on_beat() = 0;     // from time to time
};

class Supervisor {
 public:
  explicit Supervisor(std::chrono::milliseconds beat = std::chrono::seconds(2));
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // [any-thread], waits for the supervisor's thread
  Result<Child> start(const SpawnPlan& plan);
  uint64_t add(Supervised& worker, int pidfd, int control);
  // After this the worker is told nothing more.
  void remove(uint64_t id);
  // Hears no more of one of a worker's descriptors. [the supervisor's thread]
  void ignore(int fd);

  // Calls `ready` on the supervisor's thread whenever `fd` is readable, until unwatch() has
  // returned. [any-thread], waits for the supervisor's thread
  uint64_t watch(int fd, std::function<void()> ready);
  void unwatch(uint64_t id);
  // Runs `job` on the supervisor's thread and waits for its end. [any-thread]
  void run(const std::function<void()>& job);

  // For cancellation of the host's calls.
  Watcher& watcher() { return watcher_; }

 private:
  struct Member {
    Supervised* worker = nullptr;
    int pidfd = -1;
    int control = -1;
  };
  void work();
  void take_jobs();
  void dispatch(uint64_t tag);
  void beat();

  const std::chrono::milliseconds period_;
  Descriptor epoll_;
  Descriptor bell_;
  Watcher watcher_;
  struct Watched {
    int fd = -1;
    std::function<void()> ready;
  };
  std::map<uint64_t, Member> members_;  // of the thread alone, as what follows
  std::map<uint64_t, Watched> watched_;
  uint64_t next_id_ = 1;
  std::chrono::steady_clock::time_point next_beat_;
  std::mutex mutex_;
  std::condition_variable done_;
  std::vector<const std::function<void()>*> jobs_;  // guarded by mutex_, as what follows
  uint64_t asked_ = 0;
  uint64_t finished_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace tenon::isolation
