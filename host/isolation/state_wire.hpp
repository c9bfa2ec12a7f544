// tn_host_state on the wire.
#pragma once

#include "host/isolation/sink_wire.hpp"
#include "tenon/state.h"

namespace tenon::isolation {

using StateForm =
    Form<tn_host_state, offsetof(tn_host_state, get),
         TN_WIRE(Table::host_state, tn_host_state, get, get, CallArgument, Value<tn_str>,
                 SinkArgument, Out<uint64_t>),
         TN_WIRE(Table::host_state, tn_host_state, get, put, CallArgument, Value<tn_str>,
                 Value<tn_bytes>),
         TN_WIRE(Table::host_state, tn_host_state, get, put_if, CallArgument, Value<tn_str>,
                 Value<tn_bytes>, Value<uint64_t>),
         TN_WIRE(Table::host_state, tn_host_state, get, remove, CallArgument, Value<tn_str>),
         TN_WIRE(Table::host_state, tn_host_state, get, list, CallArgument, Value<tn_str>,
                 Value<tn_str>, Value<uint64_t>, SinkArgument)>;

}  // namespace tenon::isolation
