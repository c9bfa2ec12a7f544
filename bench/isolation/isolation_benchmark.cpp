// What a call to an isolated plugin costs: beside a call in process, the same frames over a Unix
// socket, and an echo over gRPC on a Unix socket. All ways take turns in one run.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "bench/isolation/socket_channel.hpp"
#include "host/isolation/plugin_server.hpp"
#include "host/isolation/worker.hpp"
#include "tenon/column.h"
#ifdef TENON_BENCH_GRPC
#include "bench/isolation/grpc_echo.hpp"
#endif

namespace tenon::bench {
namespace {

using namespace isolation;

using Clock = std::chrono::steady_clock;

constexpr int kRounds = 7;
// Longer than any side spins.
constexpr auto kLongPause = std::chrono::milliseconds(2);

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

// The host of the plugin: it has a log that counts.
std::atomic<uint64_t> lines = 0;
const void* TN_ABI host_table(void*, tn_str id) {
  static const tn_host_log log{sizeof log, 0, [](void*) { return TN_LOG_INFO; },
                               [](void*, const tn_call*, uint32_t, tn_str, const tn_log_field*,
                                  uint64_t) { lines.fetch_add(1, std::memory_order_relaxed); }};
  return view(id) == TN_LOG_ID ? &log : nullptr;
}
const tn_host kHost{sizeof kHost,  TN_ABI_MAJOR,  TN_ABI_MINOR, nullptr,
                    view("0.1.0"), view("bench"), host_table};

// An instance of the echo plugin, wherever it runs.
struct Plugin {
  tn_instance* instance = nullptr;
  const tn_plugin_message* messages = nullptr;
  const tn_plugin_column* columns = nullptr;
  uint32_t cancelled = 0;
  tn_call call = {};  // as a host makes it

  template <class Query>
  void make(const Query& query) {
    const auto* life = static_cast<const tn_plugin*>(query(TN_PLUGIN_ID));
    if (life->create(life, nullptr, &kHost, &instance) != TN_OK) fail("the plugin is not made");
    messages = static_cast<const tn_plugin_message*>(query(TN_MESSAGE_ID));
    columns = static_cast<const tn_plugin_column*>(query(TN_COLUMN_ID));
    static const tn_error_sink errors{sizeof errors, 0, nullptr,
                                      [](void*, tn_status, tn_str, tn_str) {}};
    call.struct_size = sizeof call;
    call.deadline_ns = monotonic_now_ns() + int64_t{3600} * 1'000'000'000;
    call.cancelled = &cancelled;
    call.error = &errors;
    call.request_id = view("0123456789abcdef0123456789abcdef");
  }
  bool echo(const std::string& input, std::string& output) const {
    output.clear();
    const tn_sink sink{sizeof sink, 0, &output, [](void* ctx, tn_bytes chunk) {
                         static_cast<std::string*>(ctx)->append(chars(chunk));
                         return static_cast<tn_status>(TN_OK);
                       }};
    return messages->call(instance, &call, 0, view(input), &sink) == TN_OK;
  }
};

const tn_entry& load() {
  void* handle = dlopen(TENON_BENCH_ECHO, RTLD_NOW | RTLD_LOCAL);
  if (!handle) fail(dlerror());
  return *static_cast<const tn_entry*>(dlsym(handle, TN_ENTRY_SYMBOL));
}

std::unique_ptr<Worker> start_worker(Supervisor& supervisor) {
  const Descriptor library(open(TENON_BENCH_ECHO, O_RDONLY | O_CLOEXEC));
  WorkerSpec spec;
  spec.program = TENON_WORKER;
  spec.library = library.get();
  spec.name = "bench";
  auto worker = Worker::start(supervisor, spec);
  if (!worker.ok()) fail(worker.error().message);
  if ((*worker)->plugin().init(nullptr) != TN_OK) fail("the plugin refuses");
  return std::move(worker).value();
}

// This program again, as the other side of a comparison.
class Helper {
 public:
  Helper(const std::vector<std::string>& arguments, int socket) {
    SpawnPlan plan{"/proc/self/exe", arguments, {}, {}, -1};
    if (socket >= 0) plan.descriptors.push_back(socket);
    auto child = spawn(plan);
    if (!child.ok()) fail(child.error().message);
    child_ = std::move(child).value();
  }
  ~Helper() {
    ::kill(child_.pid, SIGKILL);
    waitpid(child_.pid, nullptr, 0);
  }

 private:
  Child child_;
};

int serve_socket() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  SocketChannel channel{Descriptor(kFirstInherited)};
  Endpoint endpoint(channel);
  const PluginServer server(endpoint, load());
  channel.connect(endpoint);
  channel.serve();
  return 0;
}

struct Times {
  std::vector<double> us;
  double at(double share) {
    std::sort(us.begin(), us.end());
    return us[static_cast<size_t>(static_cast<double>(us.size() - 1) * share)];
  }
};

struct Way {
  const char* name;
  std::function<bool(const std::string&, std::string&)> echo;
  int calls;  // a round, hot
};

struct Load {
  const char* name;
  size_t bytes;
  bool cold;
};

void measure(const Way& way, const Load& load, Times& times) {
  const std::string input(load.bytes, 'x');
  std::string output;
  const int calls = load.cold ? 60 : way.calls;
  for (int i = -calls / 10; i < calls; ++i) {
    if (load.cold) std::this_thread::sleep_for(kLongPause);
    const auto before = Clock::now();
    if (!way.echo(input, output)) fail(std::string(way.name) + " failed");
    const std::chrono::duration<double, std::micro> took = Clock::now() - before;
    if (i >= 0) times.us.push_back(took.count());
  }
  if (output != input) fail(std::string(way.name) + " did not echo");
}

void print_round_trips(const std::vector<Way>& ways) {
  const Load loads[] = {{"64 B, in a row", 64, false},
                        {"64 B, after a pause", 64, true},
                        {"64 KiB, in a row", 64 << 10, false},
                        {"64 KiB, after a pause", 64 << 10, true}};
  for (const Load& load : loads) {
    std::vector<Times> times(ways.size());
    for (int round = 0; round < kRounds; ++round)
      for (size_t i = 0; i < ways.size(); ++i) measure(ways[i], load, times[i]);
    std::printf("%-24s %10s %10s %12s\n", load.name, "p50 us", "p99 us", "of isolated");
    const double isolated = times[1].at(0.5);
    for (size_t i = 0; i < ways.size(); ++i)
      std::printf("  %-22s %10.2f %10.2f %12.2f\n", ways[i].name, times[i].at(0.5),
                  times[i].at(0.99), times[i].at(0.5) / isolated);
  }
}

double seconds_of(const std::function<void()>& work) {
  const auto before = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - before).count();
}

void print_rates(const Plugin& direct, const Plugin& isolated) {
  constexpr uint64_t kRows = 64;
  constexpr int kBatches = 20'000;
  constexpr size_t kLines = 100'000;
  const std::vector<double> values(kRows, 1.5);
  const tn_column column{view("x"), TN_F64, 0, values.data(), kRows, nullptr};
  const tn_batch batch{sizeof batch, 1, &column, kRows};
  const std::string many(kLines, 'l');
  const auto batches = [&](const Plugin& plugin) {
    uint64_t rows = 0;
    const tn_batch_sink sink{sizeof sink, 0, &rows, [](void* ctx, const tn_batch* b) {
                               *static_cast<uint64_t*>(ctx) += b->rows;
                               return static_cast<tn_status>(TN_OK);
                             }};
    const double took = seconds_of([&] {
      for (int i = 0; i < kBatches; ++i)
        if (plugin.columns->call(plugin.instance, nullptr, 0, &batch, &sink) != TN_OK)
          fail("a batch failed");
    });
    if (rows != kRows * kBatches) fail("rows are missing");
    return static_cast<double>(rows) / took / 1e6;
  };
  const auto posts = [&](const Plugin& plugin) {
    lines = 0;
    const double took = seconds_of(
        [&] { plugin.messages->call(plugin.instance, nullptr, 1, view(many), nullptr); });
    return static_cast<double>(lines) / took / 1e6;
  };
  Times rows[2], sent[2];
  for (int round = 0; round < kRounds; ++round)
    for (int i = 0; i < 2; ++i) {
      rows[i].us.push_back(batches(i ? isolated : direct));
      sent[i].us.push_back(posts(i ? isolated : direct));
    }
  std::printf("%-24s %10s %10s\n", "millions a second", "in process", "isolated");
  std::printf("  %-22s %10.1f %10.1f\n", "rows, 64 in a batch", rows[0].at(0.5), rows[1].at(0.5));
  std::printf("  %-22s %10.2f %10.2f\n", "log lines, one way", sent[0].at(0.5), sent[1].at(0.5));
}

void print_ready() {
  Supervisor supervisor;
  Times times;
  for (int i = 0; i < 40; ++i) {
    const auto before = Clock::now();
    const auto worker = start_worker(supervisor);
    times.us.push_back(std::chrono::duration<double, std::milli>(Clock::now() - before).count());
  }
  std::printf("%-24s %10s %10s\n", "milliseconds", "p50", "p99");
  std::printf("  %-22s %10.2f %10.2f\n", "worker ready", times.at(0.5), times.at(0.99));
}

// `part`: calls, rates or ready; empty: all.
int run(const std::string& part) {
  const auto wanted = [&](const char* name) { return part.empty() || part == name; };
  Plugin direct;
  const tn_entry& entry = load();
  direct.make([&](const char* id) { return entry.query(view(id)); });

  Supervisor supervisor;
  const auto worker = start_worker(supervisor);
  Plugin isolated;
  isolated.make([&](const char* id) { return worker->plugin().query(id); });

  int fds[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) fail("no socket pair");
  SocketChannel socket{Descriptor(fds[0])};
  Endpoint endpoint(socket);
  socket.connect(endpoint);
  const Helper socket_side({"socket"}, fds[1]);
  close(fds[1]);
  RemotePlugin remote(endpoint);
  if (remote.init(nullptr) != TN_OK) fail("the plugin refuses");
  Plugin over_socket;
  over_socket.make([&](const char* id) { return remote.query(id); });

  const auto echo_of = [](const Plugin& plugin) {
    return [&plugin](const std::string& in, std::string& out) { return plugin.echo(in, out); };
  };
  std::vector<Way> ways = {{"in process", echo_of(direct), 20'000},
                           {"isolated", echo_of(isolated), 20'000},
                           {"Unix socket", echo_of(over_socket), 2'000}};
#ifdef TENON_BENCH_GRPC
  const std::string path = "/tmp/tenon-bench-" + std::to_string(getpid());
  const Helper grpc_side({"grpc", path}, -1);
  GrpcEcho grpc(path);
  ways.push_back({"gRPC, Unix socket",
                  [&](const std::string& in, std::string& out) { return grpc.call(in, out); },
                  500});
#endif
  if (wanted("calls")) print_round_trips(ways);
  if (wanted("rates")) print_rates(direct, isolated);
  if (wanted("ready")) print_ready();
#ifdef TENON_BENCH_GRPC
  unlink(path.c_str());
#else
  std::printf("no gRPC: install libgrpc++-dev, libprotobuf-dev and protobuf-compiler-grpc\n");
#endif
  return 0;
}

}  // namespace
}  // namespace tenon::bench

int main(int count, char** arguments) {
  const std::string role = count > 1 ? arguments[1] : "";
  if (role == "socket") return tenon::bench::serve_socket();
#ifdef TENON_BENCH_GRPC
  if (role == "grpc" && count > 2) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return tenon::bench::serve_grpc_echo(arguments[2]);
  }
#endif
  return tenon::bench::run(role);
}
