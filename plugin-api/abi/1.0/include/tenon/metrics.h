/* Metrics of an instance. The host adds the instance's name as a label. */
#ifndef TENON_METRICS_H
#define TENON_METRICS_H

#include "tenon/call.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TN_METRICS_ID "tenon.metrics/1"

#define TN_COUNTER 1u
#define TN_GAUGE 2u
#define TN_HISTOGRAM 3u

typedef struct tn_metric_label {
  tn_str name;
  tn_str value;
} tn_metric_label;

typedef struct tn_host_metrics {
  uint32_t struct_size;
  uint32_t reserved;
  /* The series of that name and labels, made when new. `name`: dotted lower case, exposed with underscores. `bounds`: of a
   * histogram's buckets, ascending. TN_E_CONFLICT when it exists with another kind; TN_E_LIMIT beyond 1,000
   * series an instance. [any-thread], may block briefly */
  tn_status(TN_ABI* series)(void* ctx, const tn_call* call, uint32_t kind, tn_str name, tn_str help,
                            const tn_metric_label* labels, uint64_t label_count, const double* bounds,
                            uint64_t bound_count, uint64_t* series);
  /* Best effort. Counter: adds (not negative). Gauge: sets. Histogram: observes. [any-thread], does not block */
  void(TN_ABI* record)(void* ctx, uint64_t series, double value);
} tn_host_metrics;

#ifdef __cplusplus
}
#endif

#endif
