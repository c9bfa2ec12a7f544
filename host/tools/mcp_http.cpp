#include "host/tools/mcp_http.hpp"

#include <thread>

#include "host/base/alternate_signal_stack.hpp"
#include "host/base/random.hpp"
#include "host/http/media_type.hpp"
#include "host/http/request.hpp"
#include "host/http/response.hpp"

namespace tenon::tools {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kEvents = "text/event-stream";
constexpr std::string_view kSession = "Mcp-Session-Id";
constexpr uint64_t kLargestMessage = 4 * 1024 * 1024;
constexpr size_t kLongestBatch = 100;
// A comment this often shows both ends whether the other is still there.
constexpr std::chrono::seconds kStillHere{15};

// Refusals are JSON-RPC errors, which is what clients show.
void refuse(http::Response& response, int status, int code, std::string message) {
  (void)response.send(status, kJson, rpc_error(nullptr, {code, std::move(message)}));
}

bool accepts(http::Request& request, std::string_view type) {
  const std::string types[] = {std::string(type)};
  return http::accepts_any(request.header("Accept").value_or(""), types);
}

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1";
}

// Writes what comes until the queue is closed, or the client is gone.
void pump(MessageQueue& queue, http::Response& response) {
  (void)response.begin(200, {{"Content-Type", kEvents}, {"Cache-Control", "no-store"}});
  if (!response.write(": stream\n\n").ok() || !response.flush().ok()) return;
  while (const auto message = queue.take(kStillHere)) {
    const auto text =
        message->empty() ? ": still here\n\n" : "event: message\ndata: " + *message + "\n\n";
    if (!response.write(text).ok() || !response.flush().ok()) return;
  }
  (void)response.finish();
}

class MethodHandler final : public http::Handler {
 public:
  using Method = void (McpHttp::*)(http::Request&, http::Response&);
  using Function = std::function<void(http::Request&, http::Response&)>;
  explicit MethodHandler(Function function) : function_(std::move(function)) {}
  void handle(http::Request& request, http::Response& response) override {
    if (!is_loopback(request.remote_address()))
      return (void)response.problem(403, "Only this machine may use /mcp.");
    function_(request, response);
  }

 private:
  const Function function_;
};

}  // namespace

class McpHttp::Open {
 public:
  explicit Open(McpServer& server) : server_(server), session_(server) {}

  McpSession& session() { return session_; }

  // The session's stream; one that is open already ends, as its client has come back. Null: the
  // session has ended.
  std::shared_ptr<MessageQueue> open_stream() {
    const std::lock_guard lock(mutex_);
    if (ended_) return nullptr;
    if (stream_) stream_->close();
    stream_ = std::make_shared<MessageQueue>();
    subscription_.reset();
    subscription_ = std::make_unique<McpServer::Subscription>(
        server_, [stream = stream_](std::string message) { stream->notify(std::move(message)); });
    return stream_;
  }
  void close_stream(const std::shared_ptr<MessageQueue>& stream) {
    const std::lock_guard lock(mutex_);
    if (stream_ != stream) return;
    subscription_.reset();
    stream_.reset();
  }
  void end() {
    session_.cancel_all();
    const std::lock_guard lock(mutex_);
    ended_ = true;
    if (stream_) stream_->close();
  }
  bool in_use() {
    const std::lock_guard lock(mutex_);
    return stream_ || session_.busy();
  }

 private:
  McpServer& server_;
  McpSession session_;
  std::mutex mutex_;  // guards all below
  std::shared_ptr<MessageQueue> stream_;
  std::unique_ptr<McpServer::Subscription> subscription_;
  bool ended_ = false;
};

std::vector<http::Route> McpHttp::routes(const std::string& owner) {
  const auto make = [&](const char* method, MethodHandler::Method handler, bool stream) {
    http::Route route;
    route.method = method;
    route.pattern = "/mcp";
    route.owner = owner;
    route.access = http::Access::host_state;
    route.always_own_origin = true;
    route.stream = stream;
    route.limits.max_body_bytes = kLargestMessage;
    route.handler = std::make_shared<MethodHandler>(
        [this, handler](auto& request, auto& response) { (this->*handler)(request, response); });
    return route;
  };
  std::vector<http::Route> out = {make("POST", &McpHttp::post, true),
                                  make("GET", &McpHttp::get, true),
                                  make("DELETE", &McpHttp::end, false)};
  out[0].consumes = {std::string(kJson)};
  return out;
}

void McpHttp::stop() {
  std::map<std::string, Entry> ended;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    ended.swap(sessions_);
  }
  for (const auto& [id, entry] : ended) entry.open->end();
}

void McpHttp::post(http::Request& request, http::Response& response) {
  if (!accepts(request, kJson) || !accepts(request, kEvents))
    return refuse(response, 406, kInvalidRequest,
                  "Accept: expected application/json and text/event-stream");
  const auto body = request.read_all();
  if (!body.ok()) return (void)response.error(body.error());
  const auto document = parse_rpc_text(*body);
  if (const auto* error = std::get_if<RpcError>(&document))
    return refuse(response, 400, error->code, error->message);
  const auto& value = std::get<boost::json::value>(document);

  const auto parsed = parse_rpc(value);
  const auto* message = std::get_if<RpcMessage>(&parsed);
  if (message && message->method == "initialize" && !request.header(kSession)) {
    if (message->kind != RpcMessage::Kind::request)
      return refuse(response, 400, kInvalidRequest, "initialize: expected an id");
    std::shared_ptr<Open> open;
    const auto id = begin(open);
    if (!id.ok()) return refuse(response, 503, kServerBusy, id.error().message);
    (void)response.add_header(kSession, *id);
    return answer_request(request, response, *open, *message);
  }

  const auto open = session_of(request, response);
  if (!open) return;
  if (value.is_array()) return answer_batch(request, response, *open, value.get_array());
  if (!message) {
    const auto& error = std::get<RpcError>(parsed);
    return refuse(response, 400, error.code, error.message);
  }
  if (message->kind == RpcMessage::Kind::request)
    return answer_request(request, response, *open, *message);
  if (message->kind == RpcMessage::Kind::notification) open->session().notice(*message);
  (void)response.send(202, {}, "");
}

void McpHttp::answer_request(http::Request& request, http::Response& response, Open& open,
                             const RpcMessage& message) {
  if (open.session().tells_meanwhile(message))
    return stream_answer(request, response, open, message);
  const auto answer = open.session().answer(message, nullptr, request.correlation_id());
  // Whoever has cancelled waits for no answer: a stream without one.
  if (!answer) return (void)response.send(200, kEvents, "");
  (void)response.send(200, kJson, *answer);
}

// The call runs on a thread of its own, so that what it tells goes out while it runs and nothing of
// a plugin waits for a slow client.
void McpHttp::stream_answer(http::Request& request, http::Response& response, Open& open,
                            const RpcMessage& message) {
  const auto queue = std::make_shared<MessageQueue>();
  const std::jthread call([&, id = std::string(request.correlation_id())] {
    const AlternateSignalStack signal_stack;
    const Outlet outlet = [queue](std::string text) { queue->notify(std::move(text)); };
    if (auto answer = open.session().answer(message, outlet, id)) queue->answer(std::move(*answer));
    queue->close();
  });
  pump(*queue, response);
}

// A list of messages, as revision 2025-03-26 had it: one after the other, and nothing meanwhile.
void McpHttp::answer_batch(http::Request& request, http::Response& response, Open& open,
                           const boost::json::array& batch) {
  if (request.header("MCP-Protocol-Version").value_or(kProtocols[2]) != kProtocols[2])
    return refuse(response, 400, kInvalidRequest, "lists of messages are not part of the protocol");
  if (batch.empty() || batch.size() > kLongestBatch)
    return refuse(response, 400, kInvalidRequest, "expected 1 to 100 messages");
  std::string answers;
  for (const auto& item : batch) {
    const auto parsed = parse_rpc(item);
    std::optional<std::string> answer;
    if (const auto* error = std::get_if<RpcError>(&parsed)) {
      answer = rpc_error(nullptr, *error);
    } else if (const auto& message = std::get<RpcMessage>(parsed);
               message.kind == RpcMessage::Kind::request) {
      answer = open.session().answer(message, nullptr, request.correlation_id());
    } else if (message.kind == RpcMessage::Kind::notification) {
      open.session().notice(message);
    }
    if (answer) answers += (answers.empty() ? "[" : ",") + *answer;
  }
  if (answers.empty()) return (void)response.send(202, {}, "");
  (void)response.send(200, kJson, answers + "]");
}

void McpHttp::get(http::Request& request, http::Response& response) {
  if (request.is_head()) return (void)response.problem(405, "A stream has no head alone.");
  if (!accepts(request, kEvents))
    return refuse(response, 406, kInvalidRequest, "Accept: expected text/event-stream");
  const auto open = session_of(request, response);
  if (!open) return;
  const auto stream = open->open_stream();
  if (!stream) return refuse(response, 404, kInvalidRequest, "the session has ended");
  pump(*stream, response);
  open->close_stream(stream);
}

void McpHttp::end(http::Request& request, http::Response& response) {
  const auto open = session_of(request, response);
  if (!open) return;
  {
    const std::lock_guard lock(mutex_);
    sessions_.erase(std::string(*request.header(kSession)));
  }
  open->end();
  (void)response.send(204, {}, "");
}

std::shared_ptr<McpHttp::Open> McpHttp::session_of(http::Request& request,
                                                   http::Response& response) {
  const auto revision = request.header("MCP-Protocol-Version");
  if (revision && !is_protocol(*revision)) {
    refuse(response, 400, kInvalidRequest,
           "MCP-Protocol-Version: this revision is not spoken here");
    return nullptr;
  }
  const auto id = request.header(kSession);
  if (!id) {
    refuse(response, 400, kInvalidRequest, "Mcp-Session-Id: is missing; begin with initialize");
    return nullptr;
  }
  auto open = find(std::string(*id));
  if (!open)
    refuse(response, 404, kInvalidRequest, "there is no such session; begin with initialize");
  return open;
}

std::shared_ptr<McpHttp::Open> McpHttp::find(const std::string& id) {
  const std::lock_guard lock(mutex_);
  drop_idle();
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return nullptr;
  found->second.used = Clock::now();
  return found->second.open;
}

Result<std::string> McpHttp::begin(std::shared_ptr<Open>& open) {
  TN_TRY(std::string id, random_hex(16));
  const std::lock_guard lock(mutex_);
  drop_idle();
  if (stopped_ || sessions_.size() >= server_.host().settings.sessions)
    return Error{Code::limit,
                 stopped_ ? "the host is stopping" : "there are too many sessions (mcp.sessions)"};
  open = std::make_shared<Open>(server_);
  sessions_[id] = {open, Clock::now()};
  return id;
}

// [mutex_] Those that nobody has used for long.
void McpHttp::drop_idle() {
  const auto now = Clock::now();
  for (auto at = sessions_.begin(); at != sessions_.end();) {
    if (at->second.open->in_use()) at->second.used = now;
    const bool idle = now - at->second.used > server_.host().settings.idle;
    at = idle ? sessions_.erase(at) : std::next(at);
  }
}

}  // namespace tenon::tools
