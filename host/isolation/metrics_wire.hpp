// tn_host_metrics on the wire.
#pragma once

#include "host/isolation/log_wire.hpp"
#include "tenon/metrics.h"

namespace tenon::isolation {

using MetricsForm = Form<tn_host_metrics, offsetof(tn_host_metrics, series),
                         TN_WIRE(Table::host_metrics, tn_host_metrics, series, series, CallArgument,
                                 Value<uint32_t>, Value<tn_str>, Value<tn_str>,
                                 Items<tn_metric_label>, Items<double>, Out<uint64_t>),
                         TN_WIRE(Table::host_metrics, tn_host_metrics, series, record, OneWay,
                                 Value<uint64_t>, Value<double>)>;

}  // namespace tenon::isolation
