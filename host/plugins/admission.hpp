// How many calls run in one instance at a time, and how many wait for their turn.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "tenon/result.hpp"

namespace tenon::plugins {

class Admission {
 public:
  // 0: no limit, and a call then costs nothing here. Calls that are inside stay. [any-thread]
  void limit(uint32_t concurrency, uint32_t queue);

  // Waits for a turn until `deadline`. Code::limit: too many wait already; Code::timeout: no turn
  // came. leave() after a success. [any-thread]
  Result<void> enter(std::chrono::steady_clock::time_point deadline);
  void leave();

  bool limited() const { return concurrency() != 0; }
  uint32_t concurrency() const { return concurrency_.load(std::memory_order_relaxed); }
  uint32_t queue() const { return queue_.load(std::memory_order_relaxed); }

 private:
  bool try_enter();

  std::atomic<uint32_t> concurrency_{0};
  std::atomic<uint32_t> queue_{0};
  std::atomic<uint32_t> inside_{0};
  std::atomic<uint32_t> waiting_{0};
  std::mutex mutex_;
  std::condition_variable left_;
};

}  // namespace tenon::plugins
