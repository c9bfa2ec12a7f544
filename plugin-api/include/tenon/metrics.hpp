// Metrics for C++ plugins. A series that cannot be made records nothing.
#pragma once

#include "tenon/host.hpp"
#include "tenon/metrics.h"

namespace tenon {

// One series of a metric; copies refer to the same.
class Series {
 public:
  Series() = default;
  Series(void* ctx, const tn_host_metrics* table, uint64_t handle)
      : ctx_(ctx), table_(table), handle_(handle) {}
  // Counter: adds. Gauge: sets. Histogram: observes.
  void record(double value = 1) const {
    if (table_) table_->record(ctx_, handle_, value);
  }

 private:
  void* ctx_ = nullptr;
  const tn_host_metrics* table_ = nullptr;
  uint64_t handle_ = 0;
};

class Metrics {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  explicit Metrics(const Host& host)
      : ctx_(host.raw().ctx), table_(host_table<tn_host_metrics>(host.raw(), TN_METRICS_ID)) {}

  Result<Series> counter(std::string_view name, std::string_view help, Labels labels = {}) const {
    return series(TN_COUNTER, name, help, labels, {});
  }
  Result<Series> gauge(std::string_view name, std::string_view help, Labels labels = {}) const {
    return series(TN_GAUGE, name, help, labels, {});
  }
  // `bounds`: upper bounds of the buckets, ascending.
  Result<Series> histogram(std::string_view name, std::string_view help,
                           std::span<const double> bounds, Labels labels = {}) const {
    return series(TN_HISTOGRAM, name, help, labels, bounds);
  }

 private:
  Result<Series> series(uint32_t kind, std::string_view name, std::string_view help, Labels labels,
                        std::span<const double> bounds) const {
    if (!table_) return missing_table(TN_METRICS_ID);
    std::vector<tn_metric_label> raw;
    for (const auto& [label, value] : labels) raw.push_back({view(label), view(value)});
    uint64_t handle = 0;
    TN_CHECK(Call().invoke([&](const tn_call* c) {
      return table_->series(ctx_, c, kind, view(name), view(help), raw.data(), raw.size(),
                            bounds.data(), bounds.size(), &handle);
    }));
    return Series(ctx_, table_, handle);
  }
  void* ctx_;
  const tn_host_metrics* table_;
};

}  // namespace tenon
