// Metrics of the process as a whole, read from /proc when asked.
#pragma once

#include <prometheus/collectable.h>

#include <memory>
#include <string>

#include "host/observe/metrics.hpp"

namespace tenon::observe {

struct ProcessFigures {
  double resident_bytes = 0;
  double open_fds = 0;
  double threads = 0;
  double cpu_seconds = 0;
  double start_time_seconds = 0;  // since 1970
};
ProcessFigures read_process_figures();

// Shows process_resident_memory_bytes, process_open_fds, process_threads,
// process_cpu_seconds_total, process_start_time_seconds and tenon_build_info{version}.
Result<void> add_process_metrics(Metrics& metrics, std::string version);

}  // namespace tenon::observe
