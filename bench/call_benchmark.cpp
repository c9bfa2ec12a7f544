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

// A bus with the bare table as its only provider.
struct BareBus {
  BareBus() {
    manifest = std::make_shared<plugins::Manifest>(table.library->manifest());
    provider.serve(provider.add({1, manifest.get(), nullptr, table.messages}));
    bus.offer(provider, manifest);
    method = take(bus.resolve("", {"bench.table/1"}, "nothing"));
  }
  BareTable table;
  std::shared_ptr<const plugins::Manifest> manifest;
  plugins::CallChains chains;
  plugins::Provider provider{"bench-table", chains};
  plugins::MessageBus bus;
  tn_method method;
};
BareBus& bare_bus() {
  static BareBus made;
  return made;
}

void through_host(benchmark::State& state) {
  BareBus& bare = bare_bus();
  const tn_call call = no_call();
  for (auto _ : state)
    benchmark::DoNotOptimize(bare.bus.call(&call, bare.method, view(kInput), nullptr));
}
BENCHMARK(through_host);
BENCHMARK(through_host)->Threads(2);

// The second and later calls of one chain: they find the generation that the first has met.
void through_host_in_a_chain(benchmark::State& state) {
  BareBus& bare = bare_bus();
  tn_call call = no_call();
  call.call_id = bare.chains.begin();
  for (auto _ : state)
    benchmark::DoNotOptimize(bare.bus.call(&call, bare.method, view(kInput), nullptr));
  bare.chains.end(call.call_id);
}
BENCHMARK(through_host_in_a_chain);
BENCHMARK(through_host_in_a_chain)->Threads(2);

// A chain of one call.
void chain_through_host(benchmark::State& state) {
  BareBus& bare = bare_bus();
  tn_call call = no_call();
  for (auto _ : state) {
    call.call_id = bare.chains.begin();
    benchmark::DoNotOptimize(bare.bus.call(&call, bare.method, view(kInput), nullptr));
    bare.chains.end(call.call_id);
  }
}
BENCHMARK(chain_through_host);
BENCHMARK(chain_through_host)->Threads(2);

void through_host_with_json(benchmark::State& state) {
  const tn_method method = take(host().bus().resolve("", {"bench.null/1"}, "nothing"));
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

// A reload without callers: all of it, and what the host's own exchange takes of it.
void reload(benchmark::State& state) {
  const auto instance = host().load("bench-reload");
  double swap_us = 0;
  for (auto _ : state) swap_us += static_cast<double>(take(instance->reload({})).swap.count());
  state.counters["swap_us"] = swap_us / static_cast<double>(state.iterations());
  instance->stop(host().control());
}
BENCHMARK(reload)->Unit(benchmark::kMicrosecond)->UseRealTime();

// So many instances of one plugin, none of which needs another.
plugins::Deployment deployment_of(int count, const std::filesystem::path& library) {
  plugins::Deployment out;
  const plugins::Candidate candidate = take(plugins::inspect(library));
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

void start_100_plugins(benchmark::State& state, const std::filesystem::path& library) {
  const plugins::Deployment deployment = deployment_of(100, library);
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
// 10 KB of C, and 240 KB of C++ that reads its configuration as JSON.
BENCHMARK_CAPTURE(start_100_plugins, in_c, TENON_BENCH_TABLE)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(10)
    ->UseRealTime()
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(start_100_plugins, in_cpp, BenchHost::library())
    ->Unit(benchmark::kMillisecond)
    ->Iterations(10)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

}  // namespace
}  // namespace tenon::bench

BENCHMARK_MAIN();
