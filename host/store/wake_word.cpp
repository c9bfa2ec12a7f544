#include "host/store/wake_word.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <ctime>

namespace tenon::store {

namespace {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

// The absolute time of CLOCK_MONOTONIC, which is what steady_clock reads.
timespec timespec_of(Deadline time) {
  auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch());
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
  return {static_cast<time_t>(seconds.count()), static_cast<long>((since - seconds).count())};
}

}  // namespace

void WakeWord::store_and_wake_all(std::uint32_t value) {
  value_.store(value, std::memory_order_release);
  ::syscall(SYS_futex, &value_, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

std::uint32_t WakeWord::wait_while(std::uint32_t old, Deadline until) const {
  const timespec end = timespec_of(until);
  const timespec* timeout = until == Deadline::max() ? nullptr : &end;
  while (true) {
    std::uint32_t value = load();
    if (value != old || std::chrono::steady_clock::now() >= until) return value;
    // It returns early when the value has changed already, at a signal, or for no reason.
    ::syscall(SYS_futex, &value_, FUTEX_WAIT_BITSET_PRIVATE, old, timeout, nullptr,
              FUTEX_BITSET_MATCH_ANY);
  }
}

}  // namespace tenon::store
