// tenon.log/1, tenon.config/1, tenon.metrics/1 and tenon.progress/1 of a test's host.
#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>

#include "host/observe/metric_rules.hpp"
#include "world.hpp"

namespace tenon::testing {
namespace {

uint32_t TN_ABI log_level(void*) noexcept {
  return TN_LOG_TRACE;
}

void TN_ABI log_write(void* ctx, const tn_call* call, uint32_t level, tn_str message,
                      const tn_log_field* fields, uint64_t count) noexcept {
  (void)guarded(nullptr, [&]() -> Result<void> {
    World& world = guest_of(ctx).world;
    pass(world, "log.write");
    LogLine line{level, std::string(view(message)), {}, std::string(Call(call).request_id())};
    for (uint64_t i = 0; i < count; ++i)
      line.fields[std::string(view(fields[i].name))] = view(fields[i].value);
    const std::lock_guard lock(world.mutex);
    world.log.push_back(std::move(line));
    return {};
  });
}

tn_status TN_ABI config_get(void* ctx, const tn_call* call, tn_str pointer,
                            const tn_sink* output) noexcept {
  return guarded(call, [&]() -> Result<void> {
    Guest& guest = guest_of(ctx);
    TN_CHECK(enter(guest.world, "config.get", call));
    TN_TRY(const auto whole, json::parse(guest.config));
    boost::json::error_code failed;
    const auto* found = whole.find_pointer({pointer.data, pointer.size}, failed);
    if (!found)
      return Error{Code::not_found, "the configuration has no such value",
                   std::string(view(pointer))};
    return put(guest.world, output, boost::json::serialize(*found));
  });
}

tn_status TN_ABI config_data_folder(void* ctx, const tn_call* call,
                                    const tn_sink* output) noexcept {
  return guarded(call, [&]() -> Result<void> {
    World& world = guest_of(ctx).world;
    TN_CHECK(enter(world, "config.data_folder", call));
    return put(world, output, world.folder());
  });
}

bool lies_in(const std::filesystem::path& place, const std::filesystem::path& folder) {
  const auto [rest, end] = std::mismatch(folder.begin(), folder.end(), place.begin(), place.end());
  return rest == folder.end() || (std::next(rest) == folder.end() && rest->empty());
}

// As a deployment that grants nothing more: what the configuration names, the manifest asks for,
// and the plugin's own folder.
Result<void> check_readable(const Guest& guest, std::string_view given,
                            const std::filesystem::path& place) {
  const std::filesystem::path folder = guest.world.folder();
  if (guest.declared.unbound) return {};
  if (std::filesystem::path(given).is_absolute() && lies_in(place, folder)) return {};
  for (const std::string& granted : guest.readable)
    if (lies_in(place, (folder / granted).lexically_normal())) return {};
  return Error{Code::denied,
               "the plugin may not read " + place.string() +
                   ": its configuration's schema does not say that the value is a path (.path = "
                   "tenon::PathAccess::read), nor do its manifest's permissions name it"};
}

tn_status TN_ABI config_resolve_path(void* ctx, const tn_call* call, tn_str path,
                                     const tn_sink* output) noexcept {
  return guarded(call, [&]() -> Result<void> {
    Guest& guest = guest_of(ctx);
    World& world = guest.world;
    TN_CHECK(enter(world, "config.resolve_path", call));
    const std::filesystem::path place =
        (std::filesystem::path(world.folder()) / view(path)).lexically_normal();
    TN_CHECK(check_readable(guest, view(path), place));
    return put(world, output, place.string());
  });
}

Host::Labels sorted_labels(const tn_metric_label* labels, uint64_t count) {
  Host::Labels sorted;
  for (uint64_t i = 0; i < count; ++i)
    sorted.emplace_back(view(labels[i].name), view(labels[i].value));
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

// The series, or where it goes when it is new.
Result<size_t> find_series(const World& world, const Series& wanted) {
  for (size_t i = 0; i < world.series.size(); ++i) {
    const Series& one = world.series[i];
    if (one.exposed != wanted.exposed) continue;
    const bool same = one.labels == wanted.labels;
    if (one.value.kind != wanted.value.kind || (same && one.bounds != wanted.bounds))
      return Error{Code::conflict,
                   "the metric \"" + one.exposed + "\" exists with another kind or other bounds",
                   "name"};
    if (same) return i;
  }
  if (world.series.size() == 1000) return Error{Code::limit, "the instance has 1,000 series"};
  return world.series.size();
}

tn_status TN_ABI metrics_series(void* ctx, const tn_call* call, uint32_t kind, tn_str name, tn_str,
                                const tn_metric_label* labels, uint64_t label_count,
                                const double* bounds, uint64_t bound_count,
                                uint64_t* series) noexcept {
  return guarded(call, [&]() -> Result<void> {
    World& world = guest_of(ctx).world;
    TN_CHECK(enter(world, "metrics.series", call));
    if (kind < TN_COUNTER || kind > TN_HISTOGRAM)
      return Error{Code::invalid, "metric kind " + std::to_string(kind) + " is unknown"};
    std::vector<observe::MetricLabel> given;
    for (uint64_t i = 0; i < label_count; ++i)
      given.push_back({view(labels[i].name), view(labels[i].value)});
    Series wanted;
    TN_TRY(wanted.exposed, observe::exposed_metric_name(view(name)));
    TN_CHECK(observe::check_plugin_metric(wanted.exposed));
    TN_CHECK(observe::check_labels(given));
    TN_CHECK(observe::check_bounds({bounds, bound_count}));
    wanted.labels = sorted_labels(labels, label_count);
    if (kind == TN_HISTOGRAM) wanted.bounds.assign(bounds, bounds + bound_count);
    wanted.value.kind = kind;
    const std::lock_guard lock(world.mutex);
    TN_TRY(*series, find_series(world, wanted));
    if (*series == world.series.size()) world.series.push_back(std::move(wanted));
    return {};
  });
}

void TN_ABI metrics_record(void* ctx, uint64_t series, double value) noexcept {
  World& world = guest_of(ctx).world;
  const std::lock_guard lock(world.mutex);
  if (series >= world.series.size()) return;
  MetricValue& metric = world.series[series].value;
  if (metric.kind == TN_COUNTER && value < 0) return;
  metric.value = metric.kind == TN_GAUGE ? value : metric.value + value;
  ++metric.count;
}

void TN_ABI progress_report(void* ctx, const tn_call*, tn_str text, uint64_t done,
                            uint64_t total) noexcept {
  (void)guarded(nullptr, [&]() -> Result<void> {
    World& world = guest_of(ctx).world;
    pass(world, "progress.report");
    const std::lock_guard lock(world.mutex);
    world.progress.push_back({std::string(view(text)), done, total});
    return {};
  });
}

}  // namespace

const tn_host_log kLogTable{sizeof kLogTable, 0, log_level, log_write};
const tn_host_config kConfigTable{sizeof kConfigTable, 0, config_get, config_data_folder,
                                  config_resolve_path};
const tn_host_metrics kMetricsTable{sizeof kMetricsTable, 0, metrics_series, metrics_record};
const tn_host_progress kProgressTable{sizeof kProgressTable, 0, progress_report};

}  // namespace tenon::testing
