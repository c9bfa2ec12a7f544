// tn_host_clock and tn_plugin_timer on the wire.
#pragma once

#include "host/isolation/function.hpp"
#include "tenon/clock.h"

namespace tenon::isolation {

using ClockForm =
    Form<tn_host_clock, offsetof(tn_host_clock, now_ns),
         TN_WIRE(Table::host_clock, tn_host_clock, now_ns, now_ns),
         TN_WIRE(Table::host_clock, tn_host_clock, now_ns, monotonic_ns),
         TN_WIRE(Table::host_clock, tn_host_clock, now_ns, start_timer, CallArgument,
                 Value<int64_t>, Value<int64_t>, Value<uint64_t>, Out<uint64_t>),
         TN_WIRE(Table::host_clock, tn_host_clock, now_ns, stop_timer, Value<uint64_t>)>;

using TimerForm =
    Form<tn_plugin_timer, offsetof(tn_plugin_timer, fire),
         TN_WIRE(Table::timer, tn_plugin_timer, fire, fire, CallArgument, Value<uint64_t>)>;

}  // namespace tenon::isolation
