// The Model Context Protocol, whatever carries it: what all sessions share.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "host/config/host_config.hpp"
#include "host/plugins/call_listeners.hpp"
#include "host/tools/tool_list.hpp"
#include "tenon/call.h"

namespace tenon::tools {

// Takes a message to the client. [any-thread]
using Outlet = std::function<void(std::string message)>;

// What the server needs of the host. All of it [any-thread].
struct McpHost {
  std::string name;
  std::string version;
  config::McpConfig settings;
  std::function<std::vector<plugins::Served>()> served;
  std::function<Result<std::string>(const tn_call*, const Tool&, std::string_view input,
                                    std::shared_ptr<const plugins::CallListener>)>
      call;
  // Is told of what is for the operator to know.
  std::function<void(const std::string&)> on_problem;
};

class McpServer {
 public:
  explicit McpServer(McpHost host);
  ~McpServer() { stop(); }
  McpServer(const McpServer&) = delete;
  McpServer& operator=(const McpServer&) = delete;

  const McpHost& host() const { return host_; }
  // Made anew when what runs is other than last time. [any-thread]
  std::shared_ptr<const ToolList> tools();

  // What runs may be other now: who subscribed is told when the tools are. Does not block.
  // [any-thread]
  void changed();
  // Tells nobody anything any more, and asks nothing of the host by itself.
  void stop();

  // Told of other tools as long as this lives, on a thread of the server.
  class Subscription {
   public:
    Subscription(McpServer& server, Outlet outlet);
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

   private:
    friend class McpServer;
    McpServer& server_;
    const Outlet outlet_;
  };

 private:
  void tell_changes(std::stop_token stop);

  const McpHost host_;
  std::mutex tools_mutex_;
  std::vector<plugins::Served> served_;  // guarded by tools_mutex_, as tools_
  std::shared_ptr<const ToolList> tools_;

  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool changed_ = false;  // guarded by mutex_, as subscriptions_
  std::set<const Subscription*> subscriptions_;
  std::jthread teller_;  // ends first
};

}  // namespace tenon::tools
