// tn_host_config on the wire.
#pragma once

#include "host/isolation/sink_wire.hpp"
#include "tenon/config.h"

namespace tenon::isolation {

using ConfigForm =
    Form<tn_host_config, offsetof(tn_host_config, get),
         TN_WIRE(Table::host_config, tn_host_config, get, get, CallArgument, Value<tn_str>,
                 SinkArgument),
         TN_WIRE(Table::host_config, tn_host_config, get, data_folder, CallArgument, SinkArgument),
         TN_WIRE(Table::host_config, tn_host_config, get, resolve_path, CallArgument, Value<tn_str>,
                 SinkArgument)>;

}  // namespace tenon::isolation
