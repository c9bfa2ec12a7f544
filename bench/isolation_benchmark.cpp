// Round trips of a message call to a worker process over its socket.
#include <algorithm>
#include <cstdio>

#include "host/isolation/worker_process.hpp"
#include "tenon/message.h"

namespace tenon::isolation {
namespace {

const void* no_tables(void*, tn_str) {
  return nullptr;
}

int run() {
  Supervisor supervisor;
  WorkerOptions options;
  options.program = TENON_WORKER;
  options.plugin = TENON_ECHO;
  auto worker = WorkerProcess::start(supervisor, options);
  if (!worker.ok()) return std::fprintf(stderr, "%s\n", worker.error().message.c_str()), 1;
  RemotePlugin& plugin = (*worker)->plugin();
  const tn_host host{sizeof host,   TN_ABI_MAJOR,  TN_ABI_MINOR, nullptr,
                     view("0.1.0"), view("bench"), no_tables};
  tn_instance* instance = nullptr;
  if (plugin.init(nullptr) != TN_OK || plugin.create(nullptr, &host, &instance) != TN_OK) return 1;
  const auto* messages = static_cast<const tn_plugin_message*>(plugin.query(TN_MESSAGE_ID));
  for (const size_t size : {size_t{64}, size_t{64} << 10}) {
    const std::string input(size, 'x');
    std::vector<double> times;
    for (int i = 0; i < 22'000; ++i) {
      StringSink output;
      const int64_t before = monotonic_now_ns();
      if (messages->call(instance, nullptr, 0, view(input), output.get()) != TN_OK) return 1;
      if (i >= 2'000) times.push_back(static_cast<double>(monotonic_now_ns() - before) / 1000);
    }
    std::sort(times.begin(), times.end());
    std::printf("%6zu B round trip: p50 %.1f us, p99 %.1f us\n", size, times[times.size() / 2],
                times[times.size() * 99 / 100]);
  }
  static_cast<const tn_plugin*>(plugin.query(TN_PLUGIN_ID))->destroy(instance, nullptr);
  return 0;
}

}  // namespace
}  // namespace tenon::isolation

int main() {
  return tenon::isolation::run();
}
