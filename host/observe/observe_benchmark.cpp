// What observing costs on the paths of a call, a line and a request.
#include <benchmark/benchmark.h>

#include <memory>

#include "host/observe/latency_histogram.hpp"
#include "host/observe/logging.hpp"
#include "host/observe/metrics.hpp"
#include "host/observe/request_log.hpp"

namespace tenon::observe {
namespace {

void counter_add(benchmark::State& state) {
  static ShardedCounter counter;
  for (auto _ : state) counter.add();
}
BENCHMARK(counter_add)->Threads(1)->Threads(2);

void histogram_record(benchmark::State& state) {
  static LatencyHistogram histogram;
  int64_t ns = 1;
  for (auto _ : state) {
    histogram.record(std::chrono::nanoseconds(ns));
    ns = (ns * 5 + 77) & 0xFFFFFF;
  }
}
BENCHMARK(histogram_record)->Threads(1)->Threads(2);

void plugin_series_record(benchmark::State& state) {
  static Metrics metrics;
  const auto owner = metrics.plugin("a");
  const uint64_t series = metrics.series(*owner, {MetricKind::counter, "calls"}).value();
  for (auto _ : state) owner->record(series, 1);
}
BENCHMARK(plugin_series_record)->Threads(1)->Threads(2);

struct Requests {
  Requests() {
    LogOptions options;
    options.file = "/dev/null";
    log = Logging::create(options).value();
    requests = RequestLog::create(metrics, log->logger("http")).value();
    route = requests->route("catalog", "GET", "/products/{id}");
  }
  std::unique_ptr<Logging> log;
  Metrics metrics;
  std::unique_ptr<RequestLog> requests;
  std::shared_ptr<RouteMetrics> route;
};

void request_record(benchmark::State& state) {
  static Requests all;
  int64_t ns = 1;
  for (auto _ : state) {
    all.requests->record(*all.route, {200, 512, std::chrono::nanoseconds(ns), "id"});
    ns = (ns * 5 + 77) & 0xFFFFFF;
  }
}
BENCHMARK(request_record)->Threads(1)->Threads(2);

void line_below_level(benchmark::State& state) {
  LogOptions options;
  options.file = "/dev/null";
  const auto log = Logging::create(options).value();
  const auto logger = log->logger("a");
  const LogField fields[] = {{"shop", "x"}, {"rows", "12"}};
  for (auto _ : state) write(*logger, {Level::debug, "scan finished", "req-1", fields});
}
BENCHMARK(line_below_level);

// Time of the writer only; beyond what the background thread takes away the oldest lines drop.
void line_enqueue(benchmark::State& state) {
  LogOptions options;
  options.file = "/dev/null";
  options.format = LogFormat::json;
  const auto log = Logging::create(options).value();
  const auto logger = log->logger("a");
  const LogField fields[] = {{"shop", "x"}, {"rows", "12"}};
  for (auto _ : state) write(*logger, {Level::info, "scan finished", "req-1", fields});
  const LogCounts counts = log->counts();
  state.counters["dropped"] =
      static_cast<double>(counts.dropped) / static_cast<double>(state.iterations());
}
BENCHMARK(line_enqueue);

// All the way to the output, nothing dropped.
void line_written(benchmark::State& state) {
  LogOptions options;
  options.file = "/dev/null";
  options.format = state.range(0) == 0 ? LogFormat::text : LogFormat::json;
  const auto log = Logging::create(options).value();
  const auto logger = log->logger("a");
  const LogField fields[] = {{"shop", "x"}, {"rows", "12"}};
  constexpr int kBatch = 4096;
  for (auto _ : state) {
    for (int i = 0; i < kBatch; ++i)
      write(*logger, {Level::info, "scan finished", "req-1", fields});
    log->flush();
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(line_written)->Arg(0)->Arg(1)->UseRealTime();

}  // namespace
}  // namespace tenon::observe

BENCHMARK_MAIN();
