// tn_plugin_handover on the wire.
#pragma once

#include "host/isolation/sink_wire.hpp"
#include "tenon/handover.h"

namespace tenon::isolation {

using HandoverForm =
    Form<tn_plugin_handover, offsetof(tn_plugin_handover, save),
         TN_WIRE(Table::handover, tn_plugin_handover, save, save, CallArgument, SinkArgument),
         TN_WIRE(Table::handover, tn_plugin_handover, save, restore, CallArgument,
                 Value<tn_bytes>)>;

}  // namespace tenon::isolation
