// Compares, over loopback and in one process, a bare CivetWeb handler with a route of a plugin
// behind the whole path of this host (guard, router, metrics, plugin table): 1 and 10,000 routes,
// 1,000 idle connections beside, and how long a new connection waits while keep-alive clients hold
// every worker. Rounds of the variants are interleaved, because client and servers share the cores;
// ratios of medians are what to look at.
//
//   tenon_http_bench [rounds=9] [milliseconds per round=700]
#include <arpa/inet.h>
#include <civetweb.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/bench_host.hpp"
#include "host/app/route_observer.hpp"
#include "host/http/civetweb_server.hpp"
#include "host/plugins/plugin_routes.hpp"

namespace {

using namespace tenon::http;
using tenon::bench::BenchHost;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kBody = "{\"hello\":\"w\"}";
constexpr int kConnections = 32;

int connect_to(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    std::perror("connect");
    std::exit(1);
  }
  return fd;
}

struct Round {
  double per_second = 0;
  double p99_us = 0;
};

struct LoadClient {
  int fd;
  Clock::time_point sent;
};

// One thread, `kConnections` keep-alive connections, one request in flight on each.
Round run_load(std::uint16_t port, const std::string& path, std::chrono::milliseconds time,
               const std::atomic<bool>* stop = nullptr, int connections = kConnections) {
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const int epoll_fd = epoll_create1(0);
  std::vector<LoadClient> clients;
  const auto send_request = [&](LoadClient& client) {
    client.sent = Clock::now();
    if (::send(client.fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) return;
  };
  const auto open = [&](std::size_t i) {
    clients[i].fd = connect_to(port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, clients[i].fd, &event);
    send_request(clients[i]);
  };
  clients.resize(static_cast<std::size_t>(connections));
  for (std::size_t i = 0; i < clients.size(); ++i) open(i);
  std::vector<double> latencies;
  latencies.reserve(200'000);
  const auto start = Clock::now();
  const auto end = start + time;
  epoll_event events[64];
  char buffer[4096];
  while (Clock::now() < end && (stop == nullptr || !*stop)) {
    const int ready = epoll_wait(epoll_fd, events, 64, 100);
    for (int i = 0; i < ready; ++i) {
      const auto index = static_cast<std::size_t>(events[i].data.u64);
      const auto got = recv(clients[index].fd, buffer, sizeof buffer, 0);
      const std::string_view text(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
      if (got > 0) {
        latencies.push_back(
            std::chrono::duration<double, std::micro>(Clock::now() - clients[index].sent).count());
        if (text.substr(9, 3) != "200") {
          fmt::print(stderr, "unexpected response: {}\n", text);
          std::exit(1);
        }
      }
      if (got <= 0 || text.find("Connection: close") != std::string_view::npos) {
        close(clients[index].fd);
        open(index);
      } else {
        send_request(clients[index]);
      }
    }
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  for (const LoadClient& client : clients) close(client.fd);
  close(epoll_fd);
  Round round;
  round.per_second = static_cast<double>(latencies.size()) / seconds;
  if (!latencies.empty()) {
    const auto at = latencies.begin() + static_cast<std::ptrdiff_t>(latencies.size() * 99 / 100);
    std::nth_element(latencies.begin(), at, latencies.end());
    round.p99_us = *at;
  }
  return round;
}

int bare_handler(mg_connection* connection, void*) {
  static const std::string response = fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
      kBody.size(), kBody);
  mg_write(connection, response.data(), response.size());
  return 200;
}

struct BareServer {
  explicit BareServer(const char* workers) {
    const char* options[] = {"listening_ports",
                             "127.0.0.1:0",
                             "num_threads",
                             workers,
                             "enable_keep_alive",
                             "yes",
                             "tcp_nodelay",
                             "1",
                             "keep_alive_timeout_ms",
                             "1000",
                             "request_timeout_ms",
                             "3000",
                             nullptr};
    mg_callbacks callbacks{};
    context = mg_start(&callbacks, nullptr, options);
    mg_set_request_handler(context, "/", bare_handler, nullptr);
    mg_server_port ports[1];
    mg_get_server_ports(context, 1, ports);
    port = static_cast<std::uint16_t>(ports[0].port);
  }
  ~BareServer() { mg_stop(context); }
  mg_context* context;
  std::uint16_t port;
};

// The plugin's own route, among as many more of the same plugin as `routes` says.
struct FullServer {
  FullServer(BenchHost& host, int routes, std::uint32_t workers)
      : policy("secret"), observer(host.request_log()), pipeline(router, policy, &observer, {}) {
    std::vector<Route> all = tenon::bench::take(tenon::plugins::routes_of(host.instance()));
    for (int i = 1; i < routes; ++i) {
      Route route = all.front();
      route.pattern = fmt::format("/api/family{}/things{}/{{id}}", i % 100, i);
      all.push_back(std::move(route));
    }
    router.replace(RouteTable::build(std::move(all)).value());
    ServerOptions options;
    options.workers = workers;
    server = make_civetweb_server(options, pipeline);
    if (const auto started = server->start(); !started.ok()) {
      fmt::print(stderr, "{}\n", started.error().message);
      std::exit(1);
    }
  }
  Router router;
  HostTokenPolicy policy;
  tenon::app::RouteObserver observer;
  Pipeline pipeline;
  std::unique_ptr<HttpServer> server;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Variant {
  std::string name;
  std::function<Round()> run;
  std::vector<double> per_second = {};
  std::vector<double> p99_us = {};
};

void run_interleaved(std::vector<Variant>& variants, int rounds) {
  for (Variant& variant : variants) variant.run();  // warm up
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < variants.size(); ++i) {
      Variant& variant = variants[(i + static_cast<std::size_t>(round)) % variants.size()];
      const Round result = variant.run();
      variant.per_second.push_back(result.per_second);
      variant.p99_us.push_back(result.p99_us);
    }
  }
  const Variant& base = variants.front();
  for (const Variant& variant : variants) {
    std::vector<double> ratios;
    std::vector<double> p99_ratios;
    for (std::size_t i = 0; i < base.per_second.size(); ++i) {
      ratios.push_back(variant.per_second[i] / base.per_second[i]);
      p99_ratios.push_back(variant.p99_us[i] / base.p99_us[i]);
    }
    fmt::print("{:<28} {:>9.0f}/s  p99 {:>6.0f} us   ratio {:.3f}  p99 ratio {:.2f}\n",
               variant.name, median(variant.per_second), median(variant.p99_us), median(ratios),
               median(p99_ratios));
  }
}

// How long a new connection waits for its first response while `clients` hold every worker.
void measure_new_connection(BenchHost& host, std::uint32_t workers, int probes) {
  FullServer full(host, 1, workers);
  std::atomic<bool> stop{false};
  std::thread load([&] {
    run_load(full.server->port(), "/api/bench/7", std::chrono::minutes(1), &stop,
             static_cast<int>(workers) + 8);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  std::vector<double> waits;
  for (int i = 0; i < probes; ++i) {
    const auto start = Clock::now();
    const int fd = connect_to(full.server->port());
    const std::string_view request =
        "GET /api/bench/7 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) std::exit(1);
    char buffer[4096];
    if (recv(fd, buffer, sizeof buffer, 0) <= 0) std::exit(1);
    waits.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    close(fd);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  stop = true;
  load.join();
  std::sort(waits.begin(), waits.end());
  fmt::print(
      "new connection, {:>4} workers all busy: median {:.1f} ms, max {:.1f} ms ({} probes)\n",
      workers, waits[waits.size() / 2], waits.back(), probes);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 9;
  const std::chrono::milliseconds time(argc > 2 ? std::atoi(argv[2]) : 700);
  const rlimit files{8192, 8192};
  setrlimit(RLIMIT_NOFILE, &files);

  BenchHost host;
  BareServer bare("1280");
  FullServer one(host, 1, 1280);
  FullServer many(host, 10'000, 1280);
  const auto load = [&](std::uint16_t port, const std::string& path) {
    return [port, path, time] { return run_load(port, path, time); };
  };
  {
    std::vector<Variant> variants{{"bare CivetWeb", load(bare.port, "/api/bench/7")},
                                  {"plugin route", load(one.server->port(), "/api/bench/7")}};
    run_interleaved(variants, rounds);
  }
  {
    std::vector<Variant> variants{
        {"plugin route", load(one.server->port(), "/api/bench/7")},
        {"plugin route of 10,000", load(many.server->port(), "/api/family99/things9999/7")}};
    run_interleaved(variants, rounds);
  }
  {
    std::vector<Variant> variants{{"none idle beside", load(one.server->port(), "/api/bench/7")},
                                  {"1,000 idle beside", [&] {
                                     std::vector<int> idle;
                                     for (int i = 0; i < 1000; ++i)
                                       idle.push_back(connect_to(one.server->port()));
                                     const Round round =
                                         run_load(one.server->port(), "/api/bench/7", time);
                                     for (const int fd : idle) close(fd);
                                     return round;
                                   }}};
    run_interleaved(variants, rounds);
  }
  measure_new_connection(host, 32, 50);
  measure_new_connection(host, 256, 50);
  return 0;
}
