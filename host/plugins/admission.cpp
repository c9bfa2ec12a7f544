#include "host/plugins/admission.hpp"

#include <fmt/format.h>

namespace tenon::plugins {

bool Admission::try_enter() {
  uint32_t inside = inside_.load(std::memory_order_relaxed);
  while (inside < concurrency_)
    if (inside_.compare_exchange_weak(inside, inside + 1, std::memory_order_acquire)) return true;
  return false;
}

Result<void> Admission::enter(std::chrono::steady_clock::time_point deadline) {
  if (try_enter()) return {};
  std::unique_lock lock(mutex_);
  if (waiting_.load() >= queue_)
    return Error{Code::limit,
                 fmt::format("{} calls run and {} wait already", concurrency_, queue_)};
  waiting_.fetch_add(1);  // before looking again: whoever leaves from now on sees somebody wait
  const bool entered = left_.wait_until(lock, deadline, [&] { return try_enter(); });
  waiting_.fetch_sub(1);
  if (entered) return {};
  return Error{Code::timeout,
               fmt::format("none of the {} calls that run ended in time", concurrency_)};
}

void Admission::leave() {
  inside_.fetch_sub(1);
  if (waiting_.load() == 0) return;
  // Under the lock, or one who has looked and does not sleep yet would miss it.
  { const std::lock_guard lock(mutex_); }
  left_.notify_one();
}

}  // namespace tenon::plugins
