// What the name, labels and bounds of a metric may be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tenon/metrics.h"
#include "tenon/result.hpp"

namespace tenon::observe {

enum class MetricKind : uint32_t {
  counter = TN_COUNTER,
  gauge = TN_GAUGE,
  histogram = TN_HISTOGRAM,
};
std::string_view to_string(MetricKind kind);

struct MetricLabel {
  std::string_view name;
  std::string_view value;
};

inline constexpr size_t kMaxMetricNameBytes = 200;
inline constexpr size_t kMaxMetricLabels = 16;
inline constexpr size_t kMaxLabelValueBytes = 256;
inline constexpr size_t kMaxBounds = 64;

// "catalog.scan_time" as exposed: "catalog_scan_time". Code::invalid unless the name is lower-case
// words ([a-z][a-z0-9_]*) joined by dots.
Result<std::string> exposed_metric_name(std::string_view dotted);
// Code::conflict for a name, as exposed, that is the host's own.
Result<void> check_plugin_metric(std::string_view exposed);
// Code::invalid for names Prometheus refuses or the host sets itself, doubles, bad UTF-8, sizes.
Result<void> check_labels(std::span<const MetricLabel> labels);
Result<void> check_bounds(std::span<const double> bounds);

}  // namespace tenon::observe
