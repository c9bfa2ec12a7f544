#include "host/tools/mcp_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "host/http/text.hpp"
#include "host/tools/json_schema.hpp"
#include "host/tools/tool_result.hpp"
#include "tenon/log.h"
#include "tenon/views.hpp"

namespace tenon::tools {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using Clock = std::chrono::steady_clock;

constexpr size_t kPage = 100;
constexpr size_t kLongestList = 100;
constexpr std::string_view kCursor = "after:";
constexpr std::chrono::milliseconds kProgressInterval{20};

constexpr std::array<std::string_view, 8> kLevels = {"debug", "info",     "notice", "warning",
                                                     "error", "critical", "alert",  "emergency"};

int level_of(uint32_t plugin_level) {
  switch (plugin_level) {
    case TN_LOG_INFO:
      return 1;
    case TN_LOG_WARN:
      return 3;
    case TN_LOG_ERROR:
      return 4;
    default:
      return 0;
  }
}

// The token by which the client wants to hear of progress; null: it does not.
value progress_token(const object& params) {
  const auto* meta = params.if_contains("_meta");
  const auto* found =
      meta && meta->is_object() ? meta->get_object().if_contains("progressToken") : nullptr;
  return found ? *found : value();
}

// Steps of plugins count from 0 each; the protocol wants numbers that only grow.
class ProgressTeller {
 public:
  ProgressTeller(value token, Outlet outlet)
      : token_(std::move(token)), outlet_(std::move(outlet)) {}

  void tell(std::string_view text, uint64_t done, uint64_t total) {
    const std::lock_guard lock(mutex_);
    if (done < last_) base_ += last_;
    last_ = done;
    const auto now = Clock::now();
    const bool whole = total != 0 && done == total;
    const uint64_t sum = base_ + done;
    if (told_ && (sum <= *told_ || (!whole && now - at_ < kProgressInterval))) return;
    told_ = sum;
    at_ = now;
    object params{{"progressToken", token_}, {"progress", sum}};
    if (total != 0) params["total"] = base_ + total;
    if (!text.empty()) params["message"] = http::valid_utf8(text);
    outlet_(rpc_notification("notifications/progress", std::move(params)));
  }

 private:
  const value token_;
  const Outlet outlet_;
  std::mutex mutex_;  // guards all below
  uint64_t base_ = 0;
  uint64_t last_ = 0;
  std::optional<uint64_t> told_;
  Clock::time_point at_;
};

}  // namespace

bool is_revision(std::string_view text) {
  return std::find(std::begin(kRevisions), std::end(kRevisions), text) != std::end(kRevisions);
}

// A thread may begin here: nothing is thrown beyond it.
std::optional<std::string> McpSession::answer(const RpcMessage& request, const Outlet& outlet,
                                              std::string_view request_id) {
  std::optional<Answer> answer;
  try {
    answer = dispatch(request, outlet, request_id);
  } catch (const std::exception& thrown) {
    server_.host().on_problem(
        fmt::format("{} of an agent failed: {}", request.method, thrown.what()));
    answer = RpcError{kInternalError, "the request could not be completed"};
  }
  if (!answer) return std::nullopt;
  if (const auto* error = std::get_if<RpcError>(&*answer)) return rpc_error(request.id, *error);
  return rpc_result(request.id, std::move(std::get<value>(*answer)));
}

std::optional<McpSession::Answer> McpSession::dispatch(const RpcMessage& request,
                                                       const Outlet& outlet,
                                                       std::string_view request_id) {
  if (request.method == "initialize") return initialize(request.params);
  if (request.method == "ping") return value(object());
  if (request.method == "tools/list") return list_tools(request.params);
  if (request.method == "tools/call") return call_tool(request, outlet, request_id);
  if (request.method == "logging/setLevel") return set_level(request.params);
  return RpcError{kMethodNotFound, "there is no method " + request.method};
}

std::optional<RpcError> McpSession::refusal_of(const array& list) const {
  if (revision() != kRevisionWithLists)
    return RpcError{kInvalidRequest, "lists of messages are not part of this revision"};
  if (list.empty() || list.size() > kLongestList)
    return RpcError{kInvalidRequest, fmt::format("expected 1 to {} messages", kLongestList)};
  return std::nullopt;
}

std::string McpSession::answer_all(const array& list, std::string_view request_id) {
  std::string answers;
  for (const auto& item : list) {
    const auto parsed = parse_rpc(item);
    std::optional<std::string> one;
    if (const auto* error = std::get_if<RpcError>(&parsed))
      one = rpc_error(rpc_id_of(item), *error);
    else if (const auto& message = std::get<RpcMessage>(parsed);
             message.kind == RpcMessage::Kind::request)
      one = answer(message, nullptr, request_id);
    else if (message.kind == RpcMessage::Kind::notification)
      notice(message);
    if (one) answers += (answers.empty() ? "[" : ",") + *one;
  }
  return answers.empty() ? "" : answers + "]";
}

void McpSession::notice(const RpcMessage& notification) {
  if (notification.method != "notifications/cancelled") return;
  const auto* id = notification.params.if_contains("requestId");
  if (!id) return;
  const std::lock_guard lock(mutex_);
  const auto found = running_.find(boost::json::serialize(*id));
  if (found != running_.end()) found->second->cancel();
}

bool McpSession::tells_meanwhile(const RpcMessage& request) const {
  if (request.method != "tools/call") return false;
  const std::lock_guard lock(mutex_);
  return level_ || !progress_token(request.params).is_null();
}

std::string_view McpSession::revision() const {
  const std::lock_guard lock(mutex_);
  return revision_;
}

void McpSession::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  for (const auto& [id, running] : running_) running->cancel();
}

McpSession::Answer McpSession::initialize(const object& params) {
  const auto wanted = text_of(params, "protocolVersion");
  if (wanted.empty()) return RpcError{kInvalidParams, "protocolVersion: expected a text"};
  const auto* agreed = std::find(std::begin(kRevisions), std::end(kRevisions), wanted);
  if (agreed == std::end(kRevisions)) agreed = std::begin(kRevisions);
  {
    const std::lock_guard lock(mutex_);
    if (!revision_.empty())
      return RpcError{kInvalidRequest, "this session has been initialized before"};
    revision_ = *agreed;
  }
  return value(object{
      {"protocolVersion", boost::json::string(*agreed)},
      {"capabilities", object{{"tools", object{{"listChanged", true}}}, {"logging", object()}}},
      {"serverInfo", object{{"name", server_.host().name}, {"version", server_.host().version}}}});
}

McpSession::Answer McpSession::list_tools(const object& params) const {
  std::string_view after;
  if (const auto* cursor = params.if_contains("cursor")) {
    const auto text = cursor->is_string() ? view_of(cursor->get_string()) : std::string_view();
    if (!text.starts_with(kCursor))
      return RpcError{kInvalidParams, "cursor: expected the nextCursor of the page before"};
    after = text.substr(kCursor.size());
  }
  const auto list = server_.tools();
  auto at = std::find_if(list->all().begin(), list->all().end(),
                         [&](const Tool& tool) { return tool.name > after; });
  array page;
  for (; at != list->all().end() && page.size() < kPage; ++at) page.push_back(at->description);
  object out{{"tools", std::move(page)}};
  if (at != list->all().end()) out["nextCursor"] = std::string(kCursor) + std::prev(at)->name;
  return value(std::move(out));
}

McpSession::Answer McpSession::set_level(const object& params) {
  const auto wanted = std::find(kLevels.begin(), kLevels.end(), text_of(params, "level"));
  if (wanted == kLevels.end())
    return RpcError{kInvalidParams,
                    fmt::format("level: expected one of {}", fmt::join(kLevels, ", "))};
  const std::lock_guard lock(mutex_);
  level_ = static_cast<int>(wanted - kLevels.begin());
  return value(object());
}

std::optional<McpSession::Answer> McpSession::call_tool(const RpcMessage& request,
                                                        const Outlet& outlet,
                                                        std::string_view request_id) {
  const auto list = server_.tools();
  const auto name = text_of(request.params, "name");
  const Tool* tool = list->find(name);
  if (!tool)
    return RpcError{kInvalidParams, fmt::format("there is no tool \"{}\"", name.substr(0, 128))};
  const auto* arguments = request.params.if_contains("arguments");
  if (arguments && !arguments->is_object())
    return RpcError{kInvalidParams, "arguments: expected an object"};

  if (const value token = progress_token(request.params); !token.is_null() && !is_rpc_id(token))
    return RpcError{kInvalidParams, "_meta.progressToken: expected a short text or a whole number"};

  const std::string id = boost::json::serialize(request.id);
  const auto begun = begin_call(id, outlet);
  if (const auto* error = std::get_if<RpcError>(&begun)) return *error;
  const auto& running = std::get<std::shared_ptr<Running>>(begun);
  struct Done {
    McpSession& session;
    const std::string& id;
    ~Done() { session.end_call(id); }
  } const done{*this, id};
  value result = run(*tool, request, running, request_id);
  running->end();
  if (running->is_cancelled()) return std::nullopt;
  return Answer(std::move(result));
}

std::variant<std::shared_ptr<McpSession::Running>, RpcError> McpSession::begin_call(
    const std::string& id, const Outlet& outlet) {
  const auto running = std::make_shared<Running>(outlet);
  const std::lock_guard lock(mutex_);
  if (ended_) return RpcError{kServerBusy, "the session has ended"};
  if (running_.size() >= server_.host().settings.calls)
    return RpcError{kServerBusy,
                    fmt::format("{} calls of this session are under way, and no more are allowed "
                                "(mcp.calls)",
                                running_.size())};
  if (!running_.emplace(id, running).second)
    return RpcError{kInvalidRequest, "id: a call with this id is under way"};
  return running;
}

void McpSession::end_call(const std::string& id) {
  const std::lock_guard lock(mutex_);
  running_.erase(id);
}

value McpSession::run(const Tool& tool, const RpcMessage& request,
                      const std::shared_ptr<Running>& running, std::string_view request_id) {
  const auto* arguments = request.params.if_contains("arguments");
  const object given = arguments ? arguments->get_object() : object();
  const auto* inner = given.if_contains(kInput);
  if (tool.wraps_input && (!inner || given.size() != 1))
    return tool_result(tool, Error{Code::invalid, "expected one argument, \"input\""});
  tn_call call = {};
  call.struct_size = sizeof(call);
  call.cancelled = running->cancel_flag();
  call.request_id = view(request_id);
  const auto deadline = Clock::now() + server_.host().settings.call_timeout;
  call.deadline_ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(deadline.time_since_epoch()).count();
  const std::string input =
      tool.wraps_input ? boost::json::serialize(*inner) : boost::json::serialize(given);
  return tool_result(tool, server_.host().call(&call, tool, input, listener(request, running)));
}

std::shared_ptr<const plugins::CallListener> McpSession::listener(
    const RpcMessage& request, const std::shared_ptr<Running>& running) const {
  if (!running->tells() || !tells_meanwhile(request)) return nullptr;
  const Outlet outlet = [running](std::string message) { running->tell(std::move(message)); };
  auto out = std::make_shared<plugins::CallListener>();
  out->on_progress = [](std::string_view, uint64_t, uint64_t) {};
  if (const value token = progress_token(request.params); !token.is_null())
    out->on_progress = [teller = std::make_shared<ProgressTeller>(token, outlet)](
                           std::string_view text, uint64_t done, uint64_t total) {
      teller->tell(text, done, total);
    };
  const std::lock_guard lock(mutex_);
  out->on_log = [outlet, least = level_.value_or(static_cast<int>(kLevels.size()))](
                    uint32_t level, std::string_view instance, std::string_view message) {
    const int severity = level_of(level);
    if (severity < least) return;
    outlet(rpc_notification("notifications/message",
                            {{"level", boost::json::string(kLevels[static_cast<size_t>(severity)])},
                             {"logger", boost::json::string(instance)},
                             {"data", http::valid_utf8(message)}}));
  };
  return out;
}

}  // namespace tenon::tools
