// Metrics of the log itself, so that a log that loses lines is seen elsewhere than in the log.
#pragma once

#include "host/observe/logging.hpp"
#include "host/observe/metrics.hpp"

namespace tenon::observe {

// Shows tenon_log_lines_total{result="written"|"dropped"|"failed"}; see LogCounts. `logging`
// outlives `metrics`.
Result<void> add_log_metrics(Metrics& metrics, const Logging& logging);

}  // namespace tenon::observe
