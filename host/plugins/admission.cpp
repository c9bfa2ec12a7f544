#include "host/plugins/admission.hpp"

#include <fmt/format.h>

namespace tenon::plugins {

void Admission::limit(uint32_t concurrency, uint32_t queue) {
  {
    const std::lock_guard lock(mutex_);  // whoever waits looks again
    concurrency_ = concurrency;
    queue_ = queue;
  }
  left_.notify_all();
}

bool Admission::try_enter() {
  const uint32_t limit = concurrency();
  uint32_t inside = inside_.load(std::memory_order_relaxed);
  while (inside < limit || limit == 0)
    if (inside_.compare_exchange_weak(inside, inside + 1, std::memory_order_acquire)) return true;
  return false;
}

Result<void> Admission::enter(std::chrono::steady_clock::time_point deadline) {
  if (try_enter()) return {};
  std::unique_lock lock(mutex_);
  if (waiting_.load() >= queue())
    return Error{Code::limit,
                 fmt::format("{} calls run and {} wait already", concurrency(), queue())};
  waiting_.fetch_add(1);  // before looking again: whoever leaves from now on sees somebody wait
  const bool entered = left_.wait_until(lock, deadline, [&] { return try_enter(); });
  waiting_.fetch_sub(1);
  if (entered) return {};
  return Error{Code::timeout,
               fmt::format("none of the {} calls that run ended in time", concurrency())};
}

void Admission::leave() {
  inside_.fetch_sub(1);
  if (waiting_.load() == 0) return;
  // Under the lock, or one who has looked and does not sleep yet would miss it.
  { const std::lock_guard lock(mutex_); }
  left_.notify_one();
}

}  // namespace tenon::plugins
