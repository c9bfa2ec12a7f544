#include "host/observe/metric_series.hpp"

#include <algorithm>
#include <cmath>

namespace tenon::observe {

MetricSeries::MetricSeries(MetricKind kind, std::string exposed_name,
                           std::vector<prometheus::ClientMetric::Label> labels,
                           std::vector<double> bounds)
    : kind_(kind),
      exposed_name_(std::move(exposed_name)),
      labels_(std::move(labels)),
      bounds_(std::move(bounds)) {
  if (kind_ == MetricKind::histogram)
    counts_ = std::make_unique<std::atomic<uint64_t>[]>(bounds_.size() + 1);
}

void MetricSeries::record(double value) noexcept {
  switch (kind_) {
    case MetricKind::counter:
      if (value >= 0 && std::isfinite(value)) sum_.add(value);
      break;
    case MetricKind::gauge:
      gauge_.store(value, std::memory_order_relaxed);
      break;
    case MetricKind::histogram: {
      if (std::isnan(value)) return;
      const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
      counts_[static_cast<size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
      sum_.add(value);
      break;
    }
  }
}

prometheus::ClientMetric MetricSeries::collect() const {
  prometheus::ClientMetric out;
  out.label = labels_;
  if (kind_ == MetricKind::counter) out.counter.value = sum_.value();
  if (kind_ == MetricKind::gauge) out.gauge.value = gauge_.load(std::memory_order_relaxed);
  if (kind_ != MetricKind::histogram) return out;
  uint64_t cumulative = 0;
  for (size_t i = 0; i <= bounds_.size(); ++i) {
    cumulative += counts_[i].load(std::memory_order_relaxed);
    out.histogram.bucket.push_back(
        {cumulative, i < bounds_.size() ? bounds_[i] : std::numeric_limits<double>::infinity()});
  }
  out.histogram.sample_count = cumulative;
  out.histogram.sample_sum = sum_.value();
  return out;
}

}  // namespace tenon::observe
