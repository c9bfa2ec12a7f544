// tenon.clock/1 of a test's host: nothing fires before the test says so.
#include "world.hpp"

namespace tenon::testing {
namespace {

int64_t TN_ABI now_ns(void* ctx) noexcept {
  World& world = guest_of(ctx).world;
  pass(world, "clock.now");
  const std::lock_guard lock(world.mutex);
  return world.now_ns;
}

int64_t TN_ABI monotonic_ns(void* ctx) noexcept {
  World& world = guest_of(ctx).world;
  pass(world, "clock.monotonic");
  const std::lock_guard lock(world.mutex);
  return world.monotonic_ns;
}

tn_status TN_ABI start_timer(void* ctx, const tn_call* call, int64_t delay_ns, int64_t period_ns,
                             uint64_t token, uint64_t* timer) noexcept {
  return guarded(call, [&]() -> Result<void> {
    Guest& guest = guest_of(ctx);
    TN_CHECK(enter(guest.world, "clock.start_timer", call));
    if (delay_ns < 0 || period_ns < 0)
      return Error{Code::invalid, "a timer's delay and period are not negative"};
    if (!guest.timer_table)
      return Error{Code::invalid, "the plugin has no table " TN_CLOCK_ID " to fire timers at"};
    const std::lock_guard lock(guest.world.mutex);
    *timer = guest.world.next_id++;
    guest.timers[*timer] = {guest.world.monotonic_ns + delay_ns, period_ns, token};
    return {};
  });
}

void TN_ABI stop_timer(void* ctx, uint64_t timer) noexcept {
  Guest& guest = guest_of(ctx);
  const std::lock_guard lock(guest.world.mutex);
  guest.timers.erase(timer);
}

}  // namespace

const tn_host_clock kClockTable{sizeof kClockTable, 0,           now_ns,
                                monotonic_ns,       start_timer, stop_timer};

}  // namespace tenon::testing
