#include "host/plugins/host_tables.hpp"
#include "host/plugins/instance_context.hpp"

namespace tenon::plugins {
namespace {

Result<observe::MetricKind> kind_of(uint32_t kind) {
  switch (kind) {
    case TN_COUNTER:
      return observe::MetricKind::counter;
    case TN_GAUGE:
      return observe::MetricKind::gauge;
    case TN_HISTOGRAM:
      return observe::MetricKind::histogram;
    default:
      return Error{Code::invalid, "metric kind " + std::to_string(kind) + " is unknown"};
  }
}

tn_status TN_ABI series(void* ctx, const tn_call* call, uint32_t kind, tn_str name, tn_str help,
                        const tn_metric_label* labels, uint64_t label_count, const double* bounds,
                        uint64_t bound_count, uint64_t* out) noexcept {
  return guarded(call, [&]() -> Result<void> {
    InstanceContext& context = context_of(ctx);
    std::vector<observe::MetricLabel> kept;
    for (uint64_t i = 0; i < label_count; ++i)
      kept.push_back({view(labels[i].name), view(labels[i].value)});
    observe::Metrics::SeriesSpec spec;
    TN_TRY(spec.kind, kind_of(kind));
    spec.name = view(name);
    spec.help = view(help);
    spec.labels = kept;
    spec.bounds = {bounds, bound_count};
    TN_TRY(*out, context.services().metrics.series(context.metrics(), spec));
    return {};
  });
}

void TN_ABI record(void* ctx, uint64_t handle, double value) noexcept {
  context_of(ctx).metrics().record(handle, value);
}

}  // namespace

const tn_host_metrics* metrics_table() {
  static constexpr tn_host_metrics table{sizeof(tn_host_metrics), 0, series, record};
  return &table;
}

}  // namespace tenon::plugins
