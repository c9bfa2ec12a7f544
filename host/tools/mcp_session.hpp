// One agent's conversation: life cycle, tools, calls under way.
#pragma once

#include <boost/json.hpp>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "host/tools/json_rpc.hpp"
#include "host/tools/mcp_server.hpp"

namespace tenon::tools {

// Revisions of the protocol, the newest first.
inline constexpr std::string_view kRevisions[] = {"2025-11-25", "2025-06-18", "2025-03-26"};
// The one in which a list of messages is a message.
inline constexpr std::string_view kRevisionWithLists = kRevisions[2];
bool is_revision(std::string_view text);

class McpSession {
 public:
  explicit McpSession(McpServer& server) : server_(server) {}
  McpSession(const McpSession&) = delete;
  McpSession& operator=(const McpSession&) = delete;

  // Answers a request; `outlet` (null: nowhere) takes what is told of it meanwhile. Nothing: it was
  // cancelled, and nobody waits for an answer. Blocks as long as the call of a tool does.
  // [any-thread]
  std::optional<std::string> answer(const RpcMessage& request, const Outlet& outlet,
                                    std::string_view request_id);
  // Why a list of messages is not taken; nothing: it is. [any-thread]
  std::optional<RpcError> refusal_of(const boost::json::array& list) const;
  // Takes its messages one after the other; the list of their answers, empty text where none wants
  // one. [any-thread]
  std::string answer_all(const boost::json::array& list, std::string_view request_id);
  // Takes a notification. [any-thread]
  void notice(const RpcMessage& notification);
  // Whether there may be anything to tell before the answer. [any-thread]
  bool tells_meanwhile(const RpcMessage& request) const;

  // What was agreed on with initialize; empty before. [any-thread]
  std::string_view revision() const;
  // The calls under way are told to end; answer() returns when they do, and makes no others.
  // [any-thread]
  void end();

 private:
  // A call under way, and what is told of it. Plugins may tell of it a moment longer than it has an
  // answer or anybody who waits for one; that goes nowhere, as clients know the call no more.
  class Running {
   public:
    explicit Running(Outlet outlet) : outlet_(std::move(outlet)) {}
    void cancel() { __atomic_store_n(&cancelled_, 1u, __ATOMIC_RELEASE); }
    bool is_cancelled() const { return __atomic_load_n(&cancelled_, __ATOMIC_ACQUIRE) != 0; }
    const uint32_t* cancel_flag() const { return &cancelled_; }
    bool tells() const { return outlet_ != nullptr; }
    void tell(std::string message) {
      const std::lock_guard lock(mutex_);
      if (!ended_ && !is_cancelled()) outlet_(std::move(message));
    }
    void end() {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }

   private:
    const Outlet outlet_;
    uint32_t cancelled_ = 0;  // atomic; tn_call points to it
    std::mutex mutex_;
    bool ended_ = false;  // guarded by mutex_
  };
  using Answer = std::variant<boost::json::value, RpcError>;

  std::optional<Answer> dispatch(const RpcMessage& request, const Outlet& outlet,
                                 std::string_view request_id);
  Answer initialize(const boost::json::object& params);
  Answer list_tools(const boost::json::object& params) const;
  Answer set_level(const boost::json::object& params);
  std::optional<Answer> call_tool(const RpcMessage& request, const Outlet& outlet,
                                  std::string_view request_id);
  boost::json::value run(const Tool& tool, const RpcMessage& request,
                         const std::shared_ptr<Running>& running, std::string_view request_id);
  std::shared_ptr<const plugins::CallListener> listener(const RpcMessage& request,
                                                        const std::shared_ptr<Running>&) const;
  // A call is known by its request's id, as long as it runs.
  std::variant<std::shared_ptr<Running>, RpcError> begin_call(const std::string& id,
                                                              const Outlet& outlet);
  void end_call(const std::string& id);

  McpServer& server_;
  mutable std::mutex mutex_;                                 // guards all below
  std::map<std::string, std::shared_ptr<Running>> running_;  // by the request's id, serialized
  std::optional<int> level_;                                 // of log lines that the client wants
  std::string_view revision_;
  bool ended_ = false;
};

}  // namespace tenon::tools
