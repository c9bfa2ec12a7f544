// Metrics of the host and its plugins, shown in the Prometheus text format and as JSON.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/observe/latency_histogram.hpp"
#include "host/observe/metric_series.hpp"
#include "tenon/metrics.h"
#include "tenon/result.hpp"

namespace tenon::observe {

class Metrics;

// The series of one owner: a plugin instance, over all its generations, or the host.
// A plugin's series carry the label plugin="owner"; the host's do not.
class MetricOwner {
 public:
  static constexpr size_t kMaxSeries = 1000;

  MetricOwner(std::string name, bool host);
  const std::string& name() const { return name_; }
  bool is_host() const { return host_; }

  // Records into the series of that handle: adds to a counter (what is negative or no number is
  // ignored), sets a gauge, observes in a histogram. Ignores handles it never gave. [any thread],
  // neither locks nor allocates
  void record(uint64_t series, double value) noexcept {
    if (series >= kMaxSeries) return;
    if (MetricSeries* found = slots_[series].load(std::memory_order_acquire)) found->record(value);
  }

 private:
  friend class Metrics;
  const std::string name_;
  const bool host_;
  std::array<std::atomic<MetricSeries*>, kMaxSeries> slots_{};
  std::vector<std::unique_ptr<MetricSeries>> series_;  // guarded by the mutex of Metrics
  std::map<std::string, uint64_t> handles_;            // by name and labels; guarded likewise
};

// [any thread] throughout. Owners stay usable after their removal and after the Metrics itself;
// what they then record is no longer shown.
class Metrics {
 public:
  Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // The owner of that plugin instance, made on first use; the next generation gets the same, and
  // its counters go on.
  std::shared_ptr<MetricOwner> plugin(std::string_view instance);
  std::shared_ptr<MetricOwner> host() { return host_; }
  // Takes an instance's series out of the exposition and frees its names.
  void remove_plugin(std::string_view instance);

  struct SeriesSpec {
    MetricKind kind = MetricKind::counter;
    std::string_view name;  // dotted lower case
    std::string_view help = {};
    std::span<const MetricLabel> labels = {};
    std::span<const double> bounds = {};  // of a histogram; none: the usual ones of latencies in s
  };
  // The handle of a series, made when new. Code::invalid: a name, label or bound that cannot be;
  // Code::conflict: the name is in use with another kind, or belongs to the host; Code::limit:
  // beyond MetricOwner::kMaxSeries.
  Result<uint64_t> series(MetricOwner& owner, const SeriesSpec& spec);

  // Shows families that something else counts. `names` are theirs as exposed, and refused to all
  // others from now on. Code::conflict when one is taken. Kept until the Metrics ends.
  Result<void> add_collectable(std::shared_ptr<const prometheus::Collectable> collectable,
                               std::span<const std::string_view> names);

  std::vector<prometheus::MetricFamily> collect() const;
  std::string to_prometheus() const;  // text format 0.0.4
  // [{"name", "kind", "help", "series": [{"labels": {}, "value"} or {"labels", "count", "sum",
  // "buckets": [{"le", "count"}], "quantiles": {"0.5": ...}}]}], sorted by name
  boost::json::value to_json() const;

 private:
  struct Family {
    MetricKind kind;
    std::string help;
    size_t series = 0;
    bool reserved = false;
    std::string first_owner;
  };
  Result<void> check_family(const std::string& exposed, const MetricOwner& owner,
                            MetricKind kind) const;

  mutable std::mutex mutex_;
  const std::shared_ptr<MetricOwner> host_;
  std::map<std::string, std::shared_ptr<MetricOwner>, std::less<>> plugins_;  // guarded
  std::map<std::string, Family, std::less<>> families_;                       // guarded
  std::vector<std::shared_ptr<const prometheus::Collectable>> collectables_;  // guarded
};

// What a family of latencies shows of a histogram: seconds, at fixed bounds and as quantiles. The
// text format shows the buckets only, JSON both.
prometheus::ClientMetric latency_metric(const LatencySnapshot& snapshot);

}  // namespace tenon::observe
