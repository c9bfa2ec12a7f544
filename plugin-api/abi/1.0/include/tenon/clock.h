/* Time and timers. The host owns the threads; tests own the clock. */
#ifndef TENON_CLOCK_H
#define TENON_CLOCK_H

#include "tenon/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TN_CLOCK_ID "tenon.clock/1"

typedef struct tn_host_clock {
  uint32_t struct_size;
  uint32_t reserved;
  /* Nanoseconds since 1970-01-01 UTC; the system's clock unless the host runs on a test's. [any-thread], does not block */
  int64_t(TN_ABI* now_ns)(void* ctx);
  /* Nanoseconds of a clock that never goes back. [any-thread], does not block */
  int64_t(TN_ABI* monotonic_ns)(void* ctx);
  /* Fires after `delay_ns`, then every `period_ns` (0: once). A period that is missed is skipped, firings of one timer
   * never overlap. `token` comes back with each firing. [any-thread], does not block */
  tn_status(TN_ABI* start_timer)(void* ctx, const tn_call* call, int64_t delay_ns, int64_t period_ns, uint64_t token,
                                 uint64_t* timer);
  /* On return the timer neither runs nor will run, unless called by its own firing. Timers end with the instance's
   * stop in any case. [any-thread], may block */
  void(TN_ABI* stop_timer)(void* ctx, uint64_t timer);
} tn_host_clock;

/* The plugin's side: needed by a plugin that starts timers. */
typedef struct tn_plugin_timer {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any-thread], may block */
  tn_status(TN_ABI* fire)(tn_instance* instance, const tn_call* call, uint64_t token);
} tn_plugin_timer;

#ifdef __cplusplus
}
#endif

#endif
