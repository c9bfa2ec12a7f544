// One series of a metric, and what its name and labels may be.
#pragma once

#include <prometheus/client_metric.h>

#include <atomic>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/observe/sharded_counter.hpp"
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
// Code::invalid for names Prometheus refuses or the host sets itself, doubles, bad UTF-8, sizes.
Result<void> check_labels(std::span<const MetricLabel> labels);
Result<void> check_bounds(std::span<const double> bounds);

class MetricSeries {
 public:
  // `bounds`: of a histogram, ascending.
  MetricSeries(MetricKind kind, std::string exposed_name,
               std::vector<prometheus::ClientMetric::Label> labels, std::vector<double> bounds);

  // See MetricOwner::record.
  void record(double value) noexcept;
  prometheus::ClientMetric collect() const;

  MetricKind kind() const { return kind_; }
  const std::string& exposed_name() const { return exposed_name_; }
  const std::vector<double>& bounds() const { return bounds_; }

 private:
  const MetricKind kind_;
  const std::string exposed_name_;
  const std::vector<prometheus::ClientMetric::Label> labels_;
  const std::vector<double> bounds_;
  std::atomic<double> gauge_{0};
  Sharded<double> sum_;                              // a counter's value, a histogram's sum
  std::unique_ptr<std::atomic<uint64_t>[]> counts_;  // a histogram's, one more than bounds
};

}  // namespace tenon::observe
