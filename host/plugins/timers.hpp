// Timers of all instances. One thread keeps the time, a few run what is due.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tenon::plugins {

class Timers {
 public:
  using Clock = std::chrono::steady_clock;
  using Action = std::function<void()>;

  // `threads` run actions; a blocked one delays others only when all are blocked.
  explicit Timers(unsigned threads = 4);
  // Waits for running actions.
  ~Timers();
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  // Runs `action` after `delay`, then every `period` (zero: once). One timer's runs never overlap;
  // periods missed meanwhile are skipped. `owner` groups timers for stop_all. [any-thread]
  uint64_t start(const std::string& owner, std::chrono::nanoseconds delay,
                 std::chrono::nanoseconds period, Action action);

  // On return the timer neither runs nor will run, unless its own action calls this. Only the owner
  // can. [any-thread]
  void stop(const std::string& owner, uint64_t timer);
  // Between these an owner's timers do not run; those that were due meanwhile run at once
  // afterwards. One that runs already is not waited for.
  void pause(const std::string& owner);
  void resume(const std::string& owner);

  // Stops all of an owner's timers and forgets that it was paused; false when one still runs at the
  // deadline.
  bool stop_all(const std::string& owner, Clock::time_point deadline);

 private:
  struct Timer {
    std::string owner;
    std::chrono::nanoseconds period;
    Action action;
    Clock::time_point due;
    std::thread::id running_on;  // default: not running
    bool stopped = false;
  };
  using Id = uint64_t;

  void work();
  void finish(std::unique_lock<std::mutex>& lock, Id id, const std::shared_ptr<Timer>& timer);
  bool wait_until_idle(std::unique_lock<std::mutex>& lock, const Timer& timer,
                       Clock::time_point deadline);

  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::condition_variable idle_;
  std::map<Id, std::shared_ptr<Timer>> timers_;
  std::multimap<Clock::time_point, Id> queue_;
  std::map<std::string, std::vector<Id>> paused_;  // owners, and their timers that are due
  Id next_id_ = 1;
  bool quit_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace tenon::plugins
