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
inline constexpr std::string_view kProtocols[] = {"2025-11-25", "2025-06-18", "2025-03-26"};
bool is_protocol(std::string_view revision);

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
  // Takes a notification. [any-thread]
  void notice(const RpcMessage& notification);
  // Whether there may be anything to tell before the answer. [any-thread]
  bool tells_meanwhile(const RpcMessage& request) const;

  // The calls under way are told to end; answer() returns when they do. [any-thread]
  void cancel_all();
  bool busy() const;

 private:
  struct Running {
    uint32_t cancelled = 0;  // atomic
    void cancel() { __atomic_store_n(&cancelled, 1u, __ATOMIC_RELEASE); }
    bool is_cancelled() const { return __atomic_load_n(&cancelled, __ATOMIC_ACQUIRE) != 0; }
  };
  using Answer = std::variant<boost::json::value, RpcError>;

  Answer initialize(const boost::json::object& params) const;
  Answer list_tools(const boost::json::object& params) const;
  Answer set_level(const boost::json::object& params);
  std::optional<Answer> call_tool(const RpcMessage& request, const Outlet& outlet,
                                  std::string_view request_id);
  boost::json::value run(const Tool& tool, const RpcMessage& request, Running& running,
                         const Outlet& outlet, std::string_view request_id);
  std::shared_ptr<const plugins::CallListener> listener(const RpcMessage& request,
                                                        const Outlet& outlet) const;

  McpServer& server_;
  mutable std::mutex mutex_;                                 // guards all below
  std::map<std::string, std::shared_ptr<Running>> running_;  // by the request's id, serialized
  std::optional<int> level_;                                 // of log lines that the client wants
};

}  // namespace tenon::tools
