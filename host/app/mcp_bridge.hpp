// Carries the Model Context Protocol from standard input and output to the host that runs.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

#include "host/app/remote.hpp"
#include "host/tools/call_threads.hpp"
#include "host/tools/json_rpc.hpp"
#include "host/tools/mcp_server.hpp"

namespace tenon::app {

class McpBridge {
 public:
  // `out` takes what the host says. [any-thread]
  McpBridge(RunningHost host, tools::Outlet out);
  // Ends the session, and with it calls that take much longer.
  ~McpBridge();
  McpBridge(const McpBridge&) = delete;
  McpBridge& operator=(const McpBridge&) = delete;

  // Takes one message of the client. [one thread]
  void take(std::string line);

 private:
  // `id`: of the request, by which its failure is known. `waits`: whether the client hears of that.
  void post(const std::string& line, const boost::json::value& id, bool waits);
  void listen();
  std::string session() const;

  const RunningHost host_;
  const tools::Outlet out_;
  mutable std::mutex mutex_;
  std::string session_;  // guarded by mutex_; empty: none yet
  std::atomic<bool> stopping_{false};
  tools::CallThreads threads_;
  std::thread listener_;
};

}  // namespace tenon::app
