#include "host/observe/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace tenon::observe {
namespace {

constexpr double kLatencyBounds[] = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                     0.01,   0.025,   0.05,   0.1,   0.25,   0.5,
                                     1,      2.5,     5,      10,    30,     60};
constexpr double kQuantiles[] = {0.5, 0.9, 0.99};
constexpr std::string_view kHistogramSuffixes[] = {"_bucket", "_sum", "_count"};
constexpr size_t kMaxHelpBytes = 500;

prometheus::MetricType type_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::counter:
      return prometheus::MetricType::Counter;
    case MetricKind::gauge:
      return prometheus::MetricType::Gauge;
    case MetricKind::histogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

std::string_view name_of(prometheus::MetricType type) {
  switch (type) {
    case prometheus::MetricType::Counter:
      return "counter";
    case prometheus::MetricType::Gauge:
      return "gauge";
    case prometheus::MetricType::Histogram:
      return "histogram";
    case prometheus::MetricType::Summary:
      return "summary";
    default:
      return "untyped";
  }
}

// Help is one line of a text format.
std::string one_line(std::string_view help) {
  std::string out(help.substr(0, kMaxHelpBytes));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  std::replace(out.begin(), out.end(), '\\', '/');
  return out;
}

// What tells the series of an owner apart: labels in any order are the same labels.
std::string series_key(const std::string& exposed, std::vector<MetricLabel> labels) {
  std::sort(labels.begin(), labels.end(),
            [](const MetricLabel& a, const MetricLabel& b) { return a.name < b.name; });
  std::string key = exposed;
  for (const auto& [name, value] : labels)
    key += '{' + std::string(name) + '=' + std::to_string(value.size()) + ':' + std::string(value);
  return key;
}

Error conflict(std::string message) {
  return {Code::conflict, std::move(message), "name"};
}

boost::json::value number(double value) {
  // JSON has no infinity and no NaN.
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

boost::json::object histogram_json(const prometheus::ClientMetric& metric) {
  boost::json::object out;
  out["count"] = metric.histogram.sample_count;
  out["sum"] = number(metric.histogram.sample_sum);
  auto& buckets = out["buckets"].emplace_array();
  for (const auto& bucket : metric.histogram.bucket)
    buckets.push_back({{"le", number(bucket.upper_bound)}, {"count", bucket.cumulative_count}});
  if (metric.summary.quantile.empty()) return out;
  auto& quantiles = out["quantiles"].emplace_object();
  for (const auto& quantile : metric.summary.quantile) {
    std::ostringstream name;
    name << quantile.quantile;
    quantiles[name.str()] = number(quantile.value);
  }
  return out;
}

boost::json::object series_json(prometheus::MetricType type,
                                const prometheus::ClientMetric& metric) {
  boost::json::object out;
  if (type == prometheus::MetricType::Histogram)
    out = histogram_json(metric);
  else
    out["value"] =
        number(type == prometheus::MetricType::Gauge ? metric.gauge.value : metric.counter.value);
  auto& labels = out["labels"].emplace_object();
  for (const auto& label : metric.label) labels[label.name] = label.value;
  return out;
}

}  // namespace

MetricOwner::MetricOwner(std::string name, bool host) : name_(std::move(name)), host_(host) {}

Metrics::Metrics() : host_(std::make_shared<MetricOwner>("host", true)) {}

std::shared_ptr<MetricOwner> Metrics::plugin(std::string_view instance) {
  std::lock_guard lock(mutex_);
  auto found = plugins_.find(instance);
  if (found == plugins_.end())
    found = plugins_
                .emplace(std::string(instance),
                         std::make_shared<MetricOwner>(std::string(instance), false))
                .first;
  return found->second;
}

void Metrics::remove_plugin(std::string_view instance) {
  std::lock_guard lock(mutex_);
  const auto found = plugins_.find(instance);
  if (found == plugins_.end()) return;
  for (const auto& series : found->second->series_) {
    const auto family = families_.find(series->exposed_name());
    if (--family->second.series == 0 && !family->second.reserved) families_.erase(family);
  }
  plugins_.erase(found);
}

Result<void> Metrics::check_family(const std::string& exposed, const MetricOwner& owner,
                                   MetricKind kind) const {
  if (const auto found = families_.find(exposed); found != families_.end()) {
    const Family& family = found->second;
    if (family.reserved) return conflict("the metric \"" + exposed + "\" belongs to the host");
    if (family.kind != kind)
      return conflict("the metric \"" + exposed + "\" of \"" + owner.name() + "\" is a " +
                      std::string(to_string(kind)) + ", but \"" + family.first_owner +
                      "\" has it as a " + std::string(to_string(family.kind)));
    return {};
  }
  if (!owner.is_host()) TN_CHECK(check_plugin_metric(exposed));
  // A histogram shows names of its own making; they must not meet another family's.
  for (const std::string_view suffix : kHistogramSuffixes) {
    if (kind == MetricKind::histogram && families_.contains(exposed + std::string(suffix)))
      return conflict("the histogram \"" + exposed + "\" would also show as \"" + exposed +
                      std::string(suffix) + "\", which is another metric");
    if (!exposed.ends_with(suffix)) continue;
    const auto base = families_.find(exposed.substr(0, exposed.size() - suffix.size()));
    if (base != families_.end() && base->second.kind == MetricKind::histogram)
      return conflict("the metric \"" + exposed + "\" is also shown by the histogram \"" +
                      base->first + "\"");
  }
  return {};
}

Result<uint64_t> Metrics::series(MetricOwner& owner, const SeriesSpec& spec) {
  if (spec.kind < MetricKind::counter || spec.kind > MetricKind::histogram)
    return Error{Code::invalid, "a metric is a counter (1), a gauge (2) or a histogram (3)",
                 "kind"};
  TN_TRY(const std::string exposed, exposed_metric_name(spec.name));
  TN_CHECK(check_labels(spec.labels));
  TN_CHECK(check_bounds(spec.bounds));
  std::vector<double> bounds;
  if (spec.kind == MetricKind::histogram) {
    if (spec.bounds.empty())
      bounds.assign(std::begin(kLatencyBounds), std::end(kLatencyBounds));
    else
      bounds.assign(spec.bounds.begin(), spec.bounds.end());
  }
  const std::string key = series_key(exposed, {spec.labels.begin(), spec.labels.end()});

  std::lock_guard lock(mutex_);
  TN_CHECK(check_family(exposed, owner, spec.kind));
  if (const auto known = owner.handles_.find(key); known != owner.handles_.end()) {
    const MetricSeries& present = *owner.series_[known->second];
    if (present.kind() != spec.kind || present.bounds() != bounds)
      return conflict("the metric \"" + std::string(spec.name) + "\" of \"" + owner.name() +
                      "\" exists with another kind or other bounds");
    return known->second;
  }
  if (owner.series_.size() >= MetricOwner::kMaxSeries)
    return Error{Code::limit,
                 "\"" + owner.name() + "\" has " + std::to_string(MetricOwner::kMaxSeries) +
                     " series, the most an owner may have; \"" + std::string(spec.name) +
                     "\" is refused (a label with ever new values?)"};
  std::vector<prometheus::ClientMetric::Label> labels;
  if (!owner.is_host()) labels.push_back({"plugin", owner.name()});
  for (const auto& [name, value] : spec.labels)
    labels.push_back({std::string(name), std::string(value)});

  const uint64_t handle = owner.series_.size();
  owner.series_.push_back(
      std::make_unique<MetricSeries>(spec.kind, exposed, std::move(labels), std::move(bounds)));
  owner.handles_.emplace(key, handle);
  owner.slots_[handle].store(owner.series_.back().get(), std::memory_order_release);
  // The series of an owner that was removed meanwhile is not shown, and holds no name.
  const auto present = plugins_.find(owner.name());
  if (owner.is_host() || (present != plugins_.end() && present->second.get() == &owner)) {
    auto& family =
        families_
            .try_emplace(exposed, Family{spec.kind, one_line(spec.help), 0, false, owner.name()})
            .first->second;
    ++family.series;
  }
  return handle;
}

Result<void> Metrics::add_collectable(std::shared_ptr<const prometheus::Collectable> collectable,
                                      std::span<const std::string_view> names) {
  std::lock_guard lock(mutex_);
  for (const std::string_view name : names)
    if (families_.contains(name))
      return conflict("the metric \"" + std::string(name) + "\" is taken");
  for (const std::string_view name : names)
    families_.emplace(std::string(name), Family{MetricKind::histogram, "", 0, true, "host"});
  collectables_.push_back(std::move(collectable));
  return {};
}

std::vector<prometheus::MetricFamily> Metrics::collect() const {
  std::map<std::string, prometheus::MetricFamily> by_name;
  std::vector<std::shared_ptr<const prometheus::Collectable>> collectables;
  {
    std::lock_guard lock(mutex_);
    collectables = collectables_;
    const auto add = [&](const MetricOwner& owner) {
      for (const auto& series : owner.series_) {
        auto& family = by_name[series->exposed_name()];
        if (family.name.empty()) {
          family.name = series->exposed_name();
          family.help = families_.find(family.name)->second.help;
          family.type = type_of(series->kind());
        }
        family.metric.push_back(series->collect());
      }
    };
    add(*host_);
    for (const auto& [name, owner] : plugins_) add(*owner);
  }
  for (const auto& collectable : collectables)
    for (auto& family : collectable->Collect()) by_name.emplace(family.name, std::move(family));
  std::vector<prometheus::MetricFamily> out;
  for (auto& [name, family] : by_name) out.push_back(std::move(family));
  return out;
}

std::string Metrics::to_prometheus() const {
  return prometheus::TextSerializer().Serialize(collect());
}

boost::json::value Metrics::to_json() const {
  boost::json::array out;
  for (const auto& family : collect()) {
    boost::json::object& shown = out.emplace_back(boost::json::object_kind).as_object();
    shown["name"] = family.name;
    shown["kind"] = name_of(family.type);
    shown["help"] = family.help;
    auto& series = shown["series"].emplace_array();
    for (const auto& metric : family.metric) series.push_back(series_json(family.type, metric));
  }
  return out;
}

prometheus::ClientMetric latency_metric(const LatencySnapshot& snapshot) {
  prometheus::ClientMetric out;
  for (const double bound : kLatencyBounds) {
    const std::chrono::nanoseconds ns(std::llround(bound * 1e9));
    out.histogram.bucket.push_back({snapshot.count_below(ns), bound});
  }
  out.histogram.bucket.push_back({snapshot.count, std::numeric_limits<double>::infinity()});
  out.histogram.sample_count = snapshot.count;
  out.histogram.sample_sum = static_cast<double>(snapshot.sum_ns) / 1e9;
  for (const double share : kQuantiles)
    out.summary.quantile.push_back(
        {share, static_cast<double>(snapshot.percentile(share).count()) / 1e9});
  return out;
}

}  // namespace tenon::observe
