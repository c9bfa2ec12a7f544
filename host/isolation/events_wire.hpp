// tn_host_events and tn_plugin_events on the wire.
#pragma once

#include "host/isolation/function.hpp"
#include "tenon/events.h"

namespace tenon::isolation {

inline void put(Writer& out, const tn_event& event) {
  out.number(event.attempt);
  out.number(event.id);
  out.number(event.time_ns);
  out.number(event.missed);
  out.text(event.topic);
  out.text(event.source);
  out.text(event.data);
}
inline void get(Reader& in, tn_event& event) {
  event.struct_size = sizeof event;
  event.attempt = in.number<uint32_t>();
  event.id = in.number<uint64_t>();
  event.time_ns = in.number<int64_t>();
  event.missed = in.number<uint64_t>();
  event.topic = in.text();
  event.source = in.text();
  event.data = in.text();
}

using HostEventsForm =
    Form<tn_host_events, offsetof(tn_host_events, publish),
         TN_WIRE(Table::host_events, tn_host_events, publish, publish, CallArgument, Value<tn_str>,
                 Value<tn_str>, Out<uint64_t>),
         TN_WIRE(Table::host_events, tn_host_events, publish, subscribe, CallArgument,
                 Value<tn_str>, Value<tn_str>, Value<uint32_t>, Value<uint64_t>),
         TN_WIRE(Table::host_events, tn_host_events, publish, unsubscribe, CallArgument,
                 Value<tn_str>)>;

using PluginEventsForm = Form<tn_plugin_events, offsetof(tn_plugin_events, deliver),
                              TN_WIRE(Table::events, tn_plugin_events, deliver, deliver,
                                      CallArgument, Value<uint64_t>, Record<tn_event>)>;

}  // namespace tenon::isolation
