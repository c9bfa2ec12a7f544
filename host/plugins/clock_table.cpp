#include "host/plugins/generation.hpp"
#include "host/plugins/host_tables.hpp"

namespace tenon::plugins {
namespace {

int64_t TN_ABI now_ns(void*) noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

int64_t TN_ABI monotonic_ns(void*) noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

tn_status TN_ABI start_timer(void* ctx, const tn_call* call, int64_t delay_ns, int64_t period_ns,
                             uint64_t token, uint64_t* timer) noexcept {
  return guarded(call, [&]() -> Result<void> {
    InstanceContext& context = context_of(ctx);
    if (delay_ns < 0 || period_ns < 0)
      return Error{Code::invalid, "a timer's delay and period are not negative"};
    if (!context.generation().has_timers())
      return Error{Code::invalid, context.id() + " has no table " TN_CLOCK_ID " to fire timers at"};
    *timer = context.services().timers.start(
        context.generation().owner(), std::chrono::nanoseconds(delay_ns),
        std::chrono::nanoseconds(period_ns),
        [generation = &context.generation(), token] { generation->fire_timer(token); });
    return {};
  });
}

void TN_ABI stop_timer(void* ctx, uint64_t timer) noexcept {
  InstanceContext& context = context_of(ctx);
  context.services().timers.stop(context.generation().owner(), timer);
}

}  // namespace

const tn_host_clock* clock_table() {
  static constexpr tn_host_clock table{sizeof(tn_host_clock), 0,           now_ns,
                                       monotonic_ns,          start_timer, stop_timer};
  return &table;
}

}  // namespace tenon::plugins
