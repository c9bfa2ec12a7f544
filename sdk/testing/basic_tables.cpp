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
    TN_CHECK(enter(guest.world, "config.get", call, Blocks::no));
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

tn_status TN_ABI config_resolve_path(void* ctx, const tn_call* call, tn_str path,
                                     const tn_sink* output) noexcept {
  return guarded(call, [&]() -> Result<void> {
    World& world = guest_of(ctx).world;
    TN_CHECK(enter(world, "config.resolve_path", call, Blocks::no));
    const std::filesystem::path resolved = std::filesystem::path(world.folder()) / view(path);
    return put(world, output, resolved.lexically_normal().string());
  });
}

tn_status TN_ABI metrics_series(void* ctx, const tn_call* call, uint32_t kind, tn_str name, tn_str,
                                const tn_metric_label* labels, uint64_t label_count,
                                const double* bounds, uint64_t bound_count,
                                uint64_t* series) noexcept {
  return guarded(call, [&]() -> Result<void> {
    World& world = guest_of(ctx).world;
    TN_CHECK(enter(world, "metrics.series", call, Blocks::no));
    if (kind < TN_COUNTER || kind > TN_HISTOGRAM)
      return Error{Code::invalid, "metric kind " + std::to_string(kind) + " is unknown"};
    std::vector<observe::MetricLabel> given;
    for (uint64_t i = 0; i < label_count; ++i)
      given.push_back({view(labels[i].name), view(labels[i].value)});
    TN_CHECK(observe::exposed_metric_name(view(name)));
    TN_CHECK(observe::check_labels(given));
    TN_CHECK(observe::check_bounds({bounds, bound_count}));
    Host::Labels sorted;
    for (uint64_t i = 0; i < label_count; ++i)
      sorted.emplace_back(view(labels[i].name), view(labels[i].value));
    std::sort(sorted.begin(), sorted.end());
    const std::lock_guard lock(world.mutex);
    for (size_t i = 0; i < world.series.size(); ++i) {
      if (world.series[i].name != view(name)) continue;
      if (world.series[i].value.kind != kind)
        return Error{Code::conflict, "this metric exists with another kind",
                     std::string(view(name))};
      if (world.series[i].labels != sorted) continue;
      *series = i;
      return {};
    }
    if (world.series.size() == 1000) return Error{Code::limit, "the instance has 1,000 series"};
    *series = world.series.size();
    world.series.push_back({std::string(view(name)), std::move(sorted), {kind, 0, 0}});
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
