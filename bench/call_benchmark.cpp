// What a call into a plugin costs beside a virtual call: through its table, through the host with
// accounting, and with JSON on both sides; and what loading costs.
#include <benchmark/benchmark.h>

#include "bench/bench_host.hpp"
#include "bench/virtual_call.hpp"
#include "host/plugins/plugin_host.hpp"
#include "tenon/views.hpp"

namespace tenon::bench {
namespace {

constexpr std::string_view kInput = "{}";

BenchHost& host() {
  static BenchHost made;
  return made;
}

// The plugin in C whose method only returns, loaded beside the other.
struct BareTable {
  std::filesystem::path folder = std::filesystem::temp_directory_path();
  std::unique_ptr<plugins::Library> library =
      take(plugins::Library::open(TENON_BENCH_TABLE, {folder}));
  const tn_plugin_message* messages = library->table<tn_plugin_message>(TN_MESSAGE_ID);
};

tn_call no_call() {
  tn_call call = {};
  call.struct_size = sizeof(call);
  return call;
}

void virtual_call(benchmark::State& state) {
  const auto object = make_virtual_call();
  for (auto _ : state) benchmark::DoNotOptimize(object->call(nullptr, 0, kInput, nullptr));
}
BENCHMARK(virtual_call);

void plugin_table(benchmark::State& state) {
  const BareTable table;
  const tn_call call = no_call();
  for (auto _ : state)
    benchmark::DoNotOptimize(table.messages->call(nullptr, &call, 0, view(kInput), nullptr));
}
BENCHMARK(plugin_table);

void through_host(benchmark::State& state) {
  static const BareTable table;
  static plugins::CallGate gate;
  static plugins::MessageBus bus;
  static const plugins::Manifest& manifest = table.library->manifest();
  if (state.thread_index() == 0)
    bus.offer({"bench-table", &manifest, nullptr, table.messages, nullptr, &gate});
  const tn_method method = take(bus.resolve("bench.table/1", "", "", "nothing"));
  const tn_call call = no_call();
  for (auto _ : state) benchmark::DoNotOptimize(bus.call(&call, method, view(kInput), nullptr));
}
BENCHMARK(through_host);
BENCHMARK(through_host)->Threads(2);

void through_host_with_json(benchmark::State& state) {
  const tn_method method = take(host().bus().resolve("bench.null/1", "", "", "nothing"));
  const tn_call call = no_call();
  for (auto _ : state) {
    StringSink output;
    benchmark::DoNotOptimize(host().bus().call(&call, method, view(kInput), output.get()));
  }
}
BENCHMARK(through_host_with_json);

void load_and_unload(benchmark::State& state) {
  const BareTable table;
  for (auto _ : state) take(plugins::Library::open(TENON_BENCH_TABLE, {table.folder}));
}
BENCHMARK(load_and_unload)->Unit(benchmark::kMicrosecond);

// So many instances of one plugin, none of which needs another.
plugins::Deployment deployment_of(int count) {
  plugins::Deployment out;
  const plugins::Candidate candidate = take(plugins::inspect(BenchHost::library()));
  const plugins::StepDeadlines limits;
  for (int i = 0; i < count; ++i) {
    config::InstanceSpec spec;
    spec.id = fmt::format("bench-{}", i);
    spec.deadlines = {limits.load, limits.configure, limits.start, limits.stop};
    out.instances.push_back({spec, candidate, "{}", {}});
  }
  std::vector<plugins::GraphNode> nodes;
  for (const auto& one : out.instances) nodes.push_back({one.spec.id, &one.candidate.manifest});
  out.plan = plugins::plan_start(nodes);
  return out;
}

void start_100_plugins(benchmark::State& state) {
  const plugins::Deployment deployment = deployment_of(100);
  const auto folder =
      std::filesystem::temp_directory_path() / fmt::format("tenon-bench-{}-copies", getpid());
  for (auto _ : state) {
    plugins::PluginHost all(host().services(), {folder});
    if (!all.start(deployment).ok()) state.SkipWithError("not started");
    state.PauseTiming();
    all.stop();
    state.ResumeTiming();
  }
  std::filesystem::remove_all(folder);
}
BENCHMARK(start_100_plugins)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(10)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

}  // namespace
}  // namespace tenon::bench

BENCHMARK_MAIN();
