// tn_host_progress on the wire.
#pragma once

#include "host/isolation/function.hpp"
#include "tenon/progress.h"

namespace tenon::isolation {

using ProgressForm = Form<tn_host_progress, offsetof(tn_host_progress, report),
                          TN_WIRE(Table::host_progress, tn_host_progress, report, report, OneWay,
                                  CallArgument, Value<tn_str>, Value<uint64_t>, Value<uint64_t>)>;

}  // namespace tenon::isolation
