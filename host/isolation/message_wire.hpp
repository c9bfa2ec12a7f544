// tn_host_message and tn_plugin_message on the wire.
#pragma once

#include "host/isolation/sink_wire.hpp"
#include "tenon/message.h"

namespace tenon::isolation {

inline void put(Writer& out, const tn_selector& selector) {
  out.text(selector.interface_id);
  out.text(selector.range);
  out.text(selector.instance);
  out.text(TN_HAS(&selector, labels) ? selector.labels : tn_str{});
}
inline void get(Reader& in, tn_selector& selector) {
  selector.struct_size = sizeof selector;
  selector.interface_id = in.text();
  selector.range = in.text();
  selector.instance = in.text();
  selector.labels = in.text();
}

using HostMessageForm =
    Form<tn_host_message, offsetof(tn_host_message, providers),
         TN_WIRE(Table::host_message, tn_host_message, providers, providers, CallArgument,
                 Record<tn_selector>, SinkArgument),
         TN_WIRE(Table::host_message, tn_host_message, providers, resolve, CallArgument,
                 Record<tn_selector>, Value<tn_str>, Out<tn_method>),
         TN_WIRE(Table::host_message, tn_host_message, providers, call, CallArgument,
                 Value<tn_method>, Value<tn_str>, SinkArgument),
         TN_WIRE(Table::host_message, tn_host_message, providers, release, OneWay,
                 Value<tn_method>)>;

using PluginMessageForm = Form<tn_plugin_message, offsetof(tn_plugin_message, call),
                               TN_WIRE(Table::message, tn_plugin_message, call, call, CallArgument,
                                       Value<uint32_t>, Value<tn_str>, SinkArgument)>;

}  // namespace tenon::isolation
