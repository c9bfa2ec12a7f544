#include "host/http/civetweb_server.hpp"

#include <arpa/inet.h>
#include <civetweb.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "host/http/held_address.hpp"
#include "host/http/text.hpp"

namespace tenon::http {
namespace {

constexpr std::size_t kMaxHeadBytes = 16384;

// While every worker is held, one connection in this time is told to close, so that a new one waits
// no longer; the rate is low enough to cost nothing.
constexpr std::chrono::milliseconds kTurnoverInterval{5};

class CivetwebServer;

// A worker thread's own; the connection it serves is counted here too, as there is only one.
struct WorkerSlot {
  CivetwebServer* server = nullptr;
  std::uint32_t index = 0;
  std::unique_ptr<Worker> worker;  // made at the thread's first request
  std::uint32_t requests = 0;      // on the current connection
  std::atomic<bool> busy{false};   // a request is being served
  const char* buffer_start = nullptr;
};

class CivetwebServer : public HttpServer {
 public:
  CivetwebServer(ServerOptions options, Pipeline& pipeline)
      : options_(std::move(options)), pipeline_(pipeline) {}
  ~CivetwebServer() override {
    // Its threads use this object: wait for them however long they take.
    while (!stop(std::chrono::seconds(60)).ok()) {
      pipeline_.log().warn("requests are still running");
    }
  }

  Result<void> start() override;
  std::uint16_t port() const override { return port_; }
  Result<void> stop(std::chrono::milliseconds deadline) override;
  ServerStats stats() const override {
    return {active_connections_.load(std::memory_order_relaxed), options_.workers};
  }

  int on_request(mg_connection* connection);
  void on_library_error(mg_connection* connection, int status, const char* message);
  WorkerSlot* add_worker();
  void on_connection_open(const mg_connection* connection);
  void on_connection_closed();

  bool stopping() const { return stopping_.load(std::memory_order_relaxed); }
  bool should_close(const WorkerSlot& slot);

 private:
  Worker& worker_of(WorkerSlot& slot);
  void wake_listener() const;
  bool requests_running();

  ServerOptions options_;
  Pipeline& pipeline_;
  mg_context* context_ = nullptr;
  std::uint16_t port_ = 0;
  std::future<void> stopper_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint32_t> active_connections_{0};
  std::atomic<std::int64_t> next_turnover_ns_{0};
  std::mutex mutex_;  // guards slots_ and last_message_
  std::vector<std::unique_ptr<WorkerSlot>> slots_;
  std::string last_message_;

  friend int log_message(const mg_connection*, const char*);
};

CivetwebServer& server_of(const mg_connection* connection) {
  return *static_cast<CivetwebServer*>(mg_get_user_data(mg_get_context(connection)));
}

WorkerSlot& slot_of(const mg_connection* connection) {
  return *static_cast<WorkerSlot*>(mg_get_thread_pointer(connection));
}

class CivetwebTransport : public Transport {
 public:
  CivetwebTransport(mg_connection* connection, CivetwebServer& server, WorkerSlot& slot)
      : connection_(connection), server_(server), slot_(slot) {}

  std::ptrdiff_t read_body(std::span<std::byte> into) override {
    return mg_read(connection_, into.data(), into.size());
  }
  bool write(std::string_view bytes) override {
    // The library takes an int; a larger piece goes in parts.
    constexpr std::size_t kMaxPiece = 1U << 30;
    while (!bytes.empty()) {
      const auto piece = bytes.substr(0, kMaxPiece);
      if (mg_write(connection_, piece.data(), piece.size()) != static_cast<int>(piece.size())) {
        return false;
      }
      bytes.remove_prefix(piece.size());
    }
    return true;
  }
  void close_after_response() override { mg_disable_connection_keep_alive(connection_); }
  bool should_close() const override { return server_.should_close(slot_); }
  bool stopping() const override { return server_.stopping(); }

 private:
  mg_connection* connection_;
  CivetwebServer& server_;
  WorkerSlot& slot_;
};

// What the library calls. No exception may pass through it.

int begin_request(mg_connection* connection) {
  return server_of(connection).on_request(connection);
}

int http_error(mg_connection* connection, int status, const char* message) {
  server_of(connection).on_library_error(connection, status, message);
  return 0;
}

int log_message(const mg_connection* connection, const char* message) {
  if (connection == nullptr) return 1;
  auto& server = server_of(connection);
  const std::lock_guard lock(server.mutex_);
  server.last_message_ = message;
  return 1;
}

void* init_thread(const mg_context* context, int type) {
  constexpr int kWorkerThread = 1;
  if (type != kWorkerThread) return nullptr;
  return static_cast<CivetwebServer*>(mg_get_user_data(context))->add_worker();
}

void exit_thread(const mg_context*, int, void* slot) {
  // The handler stack and the signal stack belong to this thread and end with it.
  if (slot != nullptr) static_cast<WorkerSlot*>(slot)->worker.reset();
}

int init_connection(const mg_connection* connection, void**) {
  server_of(connection).on_connection_open(connection);
  return 0;
}

void connection_closed(const mg_connection* connection) {
  server_of(connection).on_connection_closed();
}

Result<void> CivetwebServer::start() {
  if (context_ != nullptr) return Error{Code::conflict, "The server runs already.", "listen"};
  if (!options_.port.empty() && (options_.port.back() == 's' || options_.port.back() == 'r')) {
    return Error{
        Code::unsupported,
        fmt::format("Port {} asks for TLS, which this server does not do: listen on a plain "
                    "port and put a TLS proxy (nginx, Caddy) in front.",
                    options_.port),
        "listen"};
  }
  const auto port = parse_decimal(options_.port);
  if (!port || *port > 65535) {
    return Error{Code::invalid, fmt::format("Port {} is not 0 to 65535.", options_.port), "listen"};
  }
  if (options_.address.find_first_not_of("0123456789.") != std::string::npos) {
    return Error{
        Code::unsupported,
        fmt::format("Address {} is not IPv4 (such as 127.0.0.1 or 0.0.0.0).", options_.address),
        "listen"};
  }
  const auto listen = fmt::format("{}:{}", options_.address, options_.port);
  const auto workers = std::to_string(options_.workers);
  const auto request_timeout = std::to_string(options_.request_timeout.count());
  const auto keep_alive_timeout = std::to_string(options_.keep_alive_timeout.count());
  const auto max_head = std::to_string(kMaxHeadBytes);
  const std::array<const char*, 23> settings{"listening_ports",
                                             listen.c_str(),
                                             "num_threads",
                                             workers.c_str(),
                                             "request_timeout_ms",
                                             request_timeout.c_str(),
                                             "keep_alive_timeout_ms",
                                             keep_alive_timeout.c_str(),
                                             "enable_keep_alive",
                                             "yes",
                                             "tcp_nodelay",
                                             "1",
                                             "decode_url",
                                             "no",
                                             "decode_query_string",
                                             "no",
                                             "max_request_size",
                                             max_head.c_str(),
                                             "connection_queue",
                                             "128",
                                             "listen_backlog",
                                             "1024",
                                             nullptr};
  mg_callbacks callbacks{};
  callbacks.begin_request = begin_request;
  callbacks.http_error = http_error;
  callbacks.log_message = log_message;
  callbacks.init_thread = init_thread;
  callbacks.exit_thread = exit_thread;
  callbacks.init_connection = init_connection;
  callbacks.connection_closed = connection_closed;
  mg_init_library(MG_FEATURES_DEFAULT);
  std::array<char, 256> text{};
  mg_init_data init{&callbacks, this, const_cast<const char**>(settings.data())};
  mg_error_data error{nullptr, text.data(), text.size()};
  context_ = mg_start2(&init, &error);
  if (context_ == nullptr) {
    // The library does not say which of many reasons it was.
    TN_CHECK(hold_address(options_.address, static_cast<std::uint16_t>(*port)));
    return Error{Code::unavailable, fmt::format("cannot listen on {}: {}", listen, text.data()),
                 "listen"};
  }
  std::array<mg_server_port, 4> ports{};
  if (mg_get_server_ports(context_, static_cast<int>(ports.size()), ports.data()) > 0) {
    port_ = static_cast<std::uint16_t>(ports[0].port);
  }
  return {};
}

Result<void> CivetwebServer::stop(std::chrono::milliseconds deadline) {
  if (context_ == nullptr) return {};
  stopping_ = true;
  const auto end = std::chrono::steady_clock::now() + deadline;
  constexpr std::chrono::milliseconds kStep{20};
  // The library breaks off what is being written once it is told to stop: running requests first.
  while (!stopper_.valid() && requests_running()) {
    if (std::chrono::steady_clock::now() >= end) {
      return Error{Code::timeout, "Requests are still running.", "stop"};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  // It waits for its workers without a deadline of its own.
  if (!stopper_.valid()) {
    stopper_ = std::async(std::launch::async, [context = context_] { mg_stop(context); });
  }
  while (stopper_.wait_for(kStep) != std::future_status::ready) {
    if (std::chrono::steady_clock::now() >= end) {
      return Error{Code::timeout, "Requests are still running.", "stop"};
    }
    wake_listener();
  }
  stopper_.get();
  context_ = nullptr;
  return {};
}

bool CivetwebServer::requests_running() {
  const std::lock_guard lock(mutex_);
  return std::any_of(slots_.begin(), slots_.end(),
                     [](const auto& slot) { return slot->busy.load(); });
}

// The library's accepting thread looks at its stop flag every two seconds, or when a client comes.
void CivetwebServer::wake_listener() const {
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (client < 0) return;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  inet_pton(AF_INET, options_.address == "0.0.0.0" ? "127.0.0.1" : options_.address.c_str(),
            &address.sin_addr);
  // Refused when nobody listens any more, which is as good.
  if (connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) errno = 0;
  close(client);
}

WorkerSlot* CivetwebServer::add_worker() {
  const std::lock_guard lock(mutex_);
  slots_.push_back(std::make_unique<WorkerSlot>());
  slots_.back()->server = this;
  slots_.back()->index = static_cast<std::uint32_t>(slots_.size());
  return slots_.back().get();
}

void CivetwebServer::on_connection_open(const mg_connection* connection) {
  active_connections_.fetch_add(1, std::memory_order_relaxed);
  slot_of(connection).requests = 0;
}

void CivetwebServer::on_connection_closed() {
  active_connections_.fetch_sub(1, std::memory_order_relaxed);
}

bool CivetwebServer::should_close(const WorkerSlot& slot) {
  if (stopping()) return true;
  const auto active = active_connections_.load(std::memory_order_relaxed);
  const auto free_workers = active < options_.workers ? options_.workers - active : 0;
  if (free_workers * 100 >= options_.workers * options_.low_percent) return false;
  if (slot.requests >= options_.low_max_requests) return true;
  if (free_workers > 0) return false;
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto now_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  auto due = next_turnover_ns_.load(std::memory_order_relaxed);
  const auto next = now_ns + std::chrono::nanoseconds(kTurnoverInterval).count();
  return now_ns >= due && next_turnover_ns_.compare_exchange_strong(due, next);
}

Worker& CivetwebServer::worker_of(WorkerSlot& slot) {
  if (!slot.worker) slot.worker = std::make_unique<Worker>(slot.index, options_.stack_bytes);
  return *slot.worker;
}

// On a thread's first request nothing is known of the buffer. The byte before it belongs to
// malloc's own header (a size, whose high byte is no blank), so it can be read, which the
// sanitizers cannot know.
__attribute__((noinline, no_sanitize("address"), no_sanitize("thread"))) bool follows_blank(
    const char* text) {
  const char before = *(text - 1);
  return before == ' ' || (before >= '\t' && before <= '\r');
}

RawRequest raw_request_of(const mg_request_info& info, std::array<Header, MG_MAX_HEADERS>& headers,
                          WorkerSlot& slot) {
  RawRequest raw;
  raw.method = info.request_method;
  raw.path = info.request_uri;
  raw.has_query = info.query_string != nullptr;
  if (raw.has_query) raw.query = info.query_string;
  raw.version = info.http_version;
  for (int i = 0; i < info.num_headers; ++i) {
    headers[static_cast<std::size_t>(i)] = {info.http_headers[i].name, info.http_headers[i].value};
  }
  raw.headers = {headers.data(), static_cast<std::size_t>(info.num_headers)};
  raw.remote_address = info.remote_addr;
  raw.remote_port = static_cast<std::uint16_t>(info.remote_port);
  // The library does not say where its buffer starts. It is the same one for the thread's life, and
  // malloc aligns it: a method that stands elsewhere has bytes before it.
  constexpr std::uintptr_t kAlignment = alignof(std::max_align_t);
  const char* const method = info.request_method;
  const bool aligned = reinterpret_cast<std::uintptr_t>(method) % kAlignment == 0;
  if (slot.buffer_start == nullptr) {
    slot.buffer_start = aligned && !follows_blank(method) ? method : method - 1;
  } else if (aligned && method < slot.buffer_start) {
    slot.buffer_start = method;
  }
  raw.buffer_start = slot.buffer_start;
  raw.buffer_size = kMaxHeadBytes;
  return raw;
}

int CivetwebServer::on_request(mg_connection* connection) {
  constexpr int kHandled = 200;
  WorkerSlot& slot = slot_of(connection);
  ++slot.requests;
  slot.busy.store(true);
  if (stopping_.load()) {
    slot.busy.store(false);
    on_library_error(connection, 503, "The server is stopping.");
    return kHandled;
  }
  try {
    Worker& worker = worker_of(slot);
    worker.stack.run([&] {
      std::array<Header, MG_MAX_HEADERS> headers;
      const RawRequest raw = raw_request_of(*mg_get_request_info(connection), headers, slot);
      CivetwebTransport transport(connection, *this, slot);
      pipeline_.serve(raw, transport, worker);
    });
  } catch (const std::exception& error) {
    pipeline_.log().error("no request could be served on worker {}: {}", slot.index, error.what());
    mg_disable_connection_keep_alive(connection);
  }
  slot.busy.store(false, std::memory_order_release);
  return kHandled;
}

void CivetwebServer::on_library_error(mg_connection* connection, int status, const char* message) {
  WorkerSlot& slot = slot_of(connection);
  try {
    Worker& worker = worker_of(slot);
    worker.stack.run([&] {
      CivetwebTransport transport(connection, *this, slot);
      pipeline_.refuse(status, message, transport, worker);
    });
  } catch (const std::exception& error) {
    pipeline_.log().error("no error could be sent on worker {}: {}", slot.index, error.what());
    mg_disable_connection_keep_alive(connection);
  }
}

}  // namespace

std::unique_ptr<HttpServer> make_civetweb_server(ServerOptions options, Pipeline& pipeline) {
  return std::make_unique<CivetwebServer>(std::move(options), pipeline);
}

}  // namespace tenon::http
