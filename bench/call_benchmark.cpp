// What a call into a plugin costs beside a virtual call: through its table, through the host with
// accounting, and with JSON on both sides; and what loading costs.
#include <benchmark/benchmark.h>

#include "bench/bench_host.hpp"
#include "bench/virtual_call.hpp"
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
      take(plugins::Library::open(TENON_BENCH_TABLE, folder));
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
  for (auto _ : state) take(plugins::Library::open(TENON_BENCH_TABLE, table.folder));
}
BENCHMARK(load_and_unload)->Unit(benchmark::kMicrosecond);

void bring_up_100_instances(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<std::shared_ptr<plugins::Instance>> all;
    for (int i = 0; i < 100; ++i) all.push_back(host().load(fmt::format("bench-{}", i)));
    state.PauseTiming();
    for (auto& instance : all) {
      host().bus().withdraw(instance->id());
      instance->take_down(host().control());
    }
    all.clear();
    state.ResumeTiming();
  }
}
BENCHMARK(bring_up_100_instances)->Unit(benchmark::kMillisecond)->Iterations(5);

}  // namespace
}  // namespace tenon::bench

BENCHMARK_MAIN();
