// One series of a metric.
#pragma once

#include <prometheus/client_metric.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/observe/metric_rules.hpp"
#include "host/observe/sharded_counter.hpp"

namespace tenon::observe {

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
