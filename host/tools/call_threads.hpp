// A thread for each call under way, so many and no more.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "host/base/alternate_signal_stack.hpp"

namespace tenon::tools {

// How long calls may take that are under way when the input ends.
inline constexpr std::chrono::milliseconds kLastCalls{2000};

class CallThreads {
 public:
  explicit CallThreads(size_t most) : most_(most) {}
  // Waits for all.
  ~CallThreads() {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return running_ == 0; });
  }
  CallThreads(const CallThreads&) = delete;
  CallThreads& operator=(const CallThreads&) = delete;

  // Whether all have ended in that time.
  bool wait(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, patience, [this] { return running_ == 0; });
  }

  // Waits until there is room. [one thread]
  void run(std::function<void()> call) {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return running_ < most_; });
    std::thread thread([this, call = std::move(call)] {
      {
        const AlternateSignalStack signal_stack;
        call();
      }
      const std::lock_guard done(mutex_);
      --running_;
      ended_.notify_all();
    });
    ++running_;
    thread.detach();
  }

 private:
  const size_t most_;
  std::mutex mutex_;  // guards running_
  std::condition_variable ended_;
  size_t running_ = 0;
};

}  // namespace tenon::tools
