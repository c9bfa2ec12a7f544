#include "host/tools/mcp_http.hpp"

#include <fmt/format.h>

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
// A comment this often shows both ends whether the other is still there.
constexpr std::chrono::seconds kStillHere{15};
constexpr std::chrono::milliseconds kRetry{1000};

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

// Writes what comes until there is no more, or the client is gone.
void pump(EventStream& stream, const EventStream::Reader& reader, http::Response& response,
          const McpSession& session) {
  (void)response.begin(200, {{"Content-Type", kEvents}, {"Cache-Control", "no-store"}});
  // An event without data lets a client come back that has had no other. Older clients would take
  // it for a message.
  const std::string first =
      session.revision() == kRevisions[0]
          ? fmt::format("id: {}\nretry: {}\ndata:\n\n", stream.id_of(reader.after), kRetry.count())
          : std::string(": stream\n\n");
  if (!response.write(first).ok() || !response.flush().ok()) return;
  while (const auto event = stream.take(reader, kStillHere)) {
    const std::string text = event->message.empty()
                                 ? std::string(": still here\n\n")
                                 : fmt::format("id: {}\nevent: message\ndata: {}\n\n",
                                               stream.id_of(event->sequence), event->message);
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

  EventStreams& streams() { return streams_; }

  // Reads what is told without being asked, from now on and until the session ends.
  EventStream::Reader listen() {
    const std::lock_guard lock(mutex_);
    if (!subscription_)
      subscription_ = std::make_unique<McpServer::Subscription>(
          server_, [stream = streams_.own()](std::string message) {
            stream->notify_once(std::move(message));
          });
    return streams_.own()->read();
  }
  void end() {
    session_.end();
    streams_.own()->close();
  }

  // Whether requests of it are under way, or were until a short time ago.
  bool is_idle(Clock::duration longest) {
    const std::lock_guard lock(mutex_);
    return users_ == 0 && Clock::now() - left_ > longest;
  }
  void enter() {
    const std::lock_guard lock(mutex_);
    ++users_;
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    --users_;
    left_ = Clock::now();
  }

 private:
  McpServer& server_;
  McpSession session_;
  EventStreams streams_;
  std::mutex mutex_;  // guards all below
  std::unique_ptr<McpServer::Subscription> subscription_;
  size_t users_ = 0;  // requests under way
  Clock::time_point left_ = Clock::now();
};

class McpHttp::Use {
 public:
  Use() = default;
  explicit Use(std::shared_ptr<Open> open) : open_(std::move(open)) { open_->enter(); }
  ~Use() {
    if (open_) open_->leave();
  }
  Use(Use&&) = default;
  Use& operator=(Use&&) = delete;
  explicit operator bool() const { return open_ != nullptr; }
  Open& operator*() const { return *open_; }
  Open* operator->() const { return open_.get(); }

 private:
  std::shared_ptr<Open> open_;
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
  std::map<std::string, std::shared_ptr<Open>> ended;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    ended.swap(sessions_);
  }
  for (const auto& [id, open] : ended) open->end();
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
  if (message && message->method == "initialize" && !request.header(kSession))
    return begin(request, response, *message);

  const auto open = session_of(request, response);
  if (!open) return;
  if (value.is_array()) return answer_list(request, response, *open, value.get_array());
  if (!message)
    return (void)response.send(400, kJson, rpc_error(rpc_id_of(value), std::get<RpcError>(parsed)));
  if (message->kind == RpcMessage::Kind::request)
    return answer_request(request, response, *open, *message);
  if (message->kind == RpcMessage::Kind::notification) open->session().notice(*message);
  (void)response.send(202, {}, "");
}

void McpHttp::begin(http::Request& request, http::Response& response,
                    const RpcMessage& initialize) {
  if (initialize.kind != RpcMessage::Kind::request)
    return refuse(response, 400, kInvalidRequest, "initialize: expected an id");
  const auto open = std::make_shared<Open>(server_);
  const auto answer = open->session().answer(initialize, nullptr, request.correlation_id());
  if (!open->session().revision().empty()) {  // agreed: else it was a mistake, and there is none
    const auto id = keep(open);
    if (!id.ok()) return refuse(response, 503, kServerBusy, id.error().message);
    (void)response.add_header(kSession, *id);
  }
  (void)response.send(200, kJson, answer.value());
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
  const auto stream = open.streams().add();
  const auto reader = stream->read();
  const std::jthread call([&, id = std::string(request.correlation_id())] {
    const AlternateSignalStack signal_stack;
    const Outlet outlet = [stream](std::string text) { stream->notify(std::move(text)); };
    if (auto answer = open.session().answer(message, outlet, id))
      stream->answer(std::move(*answer));
    stream->close();
  });
  pump(*stream, reader, response, open.session());
}

// The call under way, or what is left of it. Nothing of other streams.
void McpHttp::resume(http::Response& response, Open& open, std::string_view last_event) {
  const auto place = open.streams().find(last_event);
  if (!place)
    return refuse(response, 400, kInvalidRequest,
                  "Last-Event-ID: there is no such event, or it is too long ago");
  // What clients take for the end; at an empty stream they would ask again and again.
  if (place->stream->ends_with(place->after))
    return refuse(response, 405, kInvalidRequest, "nothing comes after that event");
  pump(*place->stream, place->stream->read(place->after), response, open.session());
}

void McpHttp::answer_list(http::Request& request, http::Response& response, Open& open,
                          const boost::json::array& list) {
  if (const auto error = open.session().refusal_of(list))
    return refuse(response, 400, error->code, error->message);
  const auto answers = open.session().answer_all(list, request.correlation_id());
  if (answers.empty()) return (void)response.send(202, {}, "");
  (void)response.send(200, kJson, answers);
}

void McpHttp::get(http::Request& request, http::Response& response) {
  if (request.is_head()) return (void)response.problem(405, "A stream has no head alone.");
  if (!accepts(request, kEvents))
    return refuse(response, 406, kInvalidRequest, "Accept: expected text/event-stream");
  const auto open = session_of(request, response);
  if (!open) return;
  if (const auto last_event = request.header("Last-Event-ID"))
    return resume(response, *open, *last_event);
  pump(*open->streams().own(), open->listen(), response, open->session());
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

McpHttp::Use McpHttp::session_of(http::Request& request, http::Response& response) {
  const auto revision = request.header("MCP-Protocol-Version");
  if (revision && !is_revision(*revision)) {
    refuse(response, 400, kInvalidRequest,
           "MCP-Protocol-Version: this revision is not spoken here");
    return {};
  }
  const auto id = request.header(kSession);
  if (!id) {
    refuse(response, 400, kInvalidRequest, "Mcp-Session-Id: is missing; begin with initialize");
    return {};
  }
  auto use = find(std::string(*id));
  if (!use)
    refuse(response, 404, kInvalidRequest, "there is no such session; begin with initialize");
  return use;
}

McpHttp::Use McpHttp::find(const std::string& id) {
  const std::lock_guard lock(mutex_);
  drop_idle();
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? Use() : Use(found->second);
}

Result<std::string> McpHttp::keep(const std::shared_ptr<Open>& open) {
  TN_TRY(std::string id, random_hex(16));
  const std::lock_guard lock(mutex_);
  drop_idle();
  if (stopped_ || sessions_.size() >= server_.host().settings.sessions)
    return Error{Code::limit,
                 stopped_ ? "the host is stopping" : "there are too many sessions (mcp.sessions)"};
  sessions_[id] = open;
  return id;
}

// [mutex_] Those that nobody has used for long.
void McpHttp::drop_idle() {
  std::erase_if(sessions_, [this](const auto& one) {
    return one.second->is_idle(server_.host().settings.idle);
  });
}

}  // namespace tenon::tools
