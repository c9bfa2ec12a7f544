// Time and timers for C++ plugins. A plugin with timers has a member
//   tenon::Result<void> on_timer(tenon::Call& call, uint64_t token);
#pragma once

#include "tenon/clock.h"
#include "tenon/host.hpp"

namespace tenon {

class Clock {
 public:
  explicit Clock(const Host& host)
      : ctx_(host.raw().ctx), table_(host_table<tn_host_clock>(host.raw(), TN_CLOCK_ID)) {}

  // The host's clock, which tests may set; the system's when this host has none.
  std::chrono::system_clock::time_point now() const {
    if (!table_ || !TN_HAS(table_, now_ns) || !table_->now_ns)
      return std::chrono::system_clock::now();
    return std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(
            std::chrono::nanoseconds(table_->now_ns(ctx_))));
  }
  // The clock of Call::deadline(), which tests may move; the steady one when this host has none.
  std::chrono::steady_clock::time_point monotonic() const {
    if (!table_ || !TN_HAS(table_, monotonic_ns) || !table_->monotonic_ns)
      return std::chrono::steady_clock::now();
    return std::chrono::steady_clock::time_point(
        std::chrono::nanoseconds(table_->monotonic_ns(ctx_)));
  }
  // Fires on_timer(token) after `delay`, then every `period` (zero: once). Returns the timer's id;
  // Code::unsupported when this host has no timers.
  Result<uint64_t> start_timer(std::chrono::nanoseconds delay, std::chrono::nanoseconds period,
                               uint64_t token) const {
    if (!table_) return missing_table(TN_CLOCK_ID);
    if (!TN_HAS(table_, start_timer) || !table_->start_timer)
      return Error{Code::unsupported, "the " TN_CLOCK_ID " of this host has no timers"};
    uint64_t timer = 0;
    TN_CHECK(Call().invoke([&](const tn_call* c) {
      return table_->start_timer(ctx_, c, delay.count(), period.count(), token, &timer);
    }));
    return timer;
  }
  // On return the timer neither runs nor will run, unless called by its own firing.
  void stop_timer(uint64_t timer) const {
    if (table_ && TN_HAS(table_, stop_timer) && table_->stop_timer) table_->stop_timer(ctx_, timer);
  }

 private:
  void* ctx_;
  const tn_host_clock* table_;
};

}  // namespace tenon
