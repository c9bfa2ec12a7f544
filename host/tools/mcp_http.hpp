// The Model Context Protocol over HTTP ("streamable HTTP"): POST takes messages, GET is the stream
// of what is told without being asked, or goes on with a stream that broke, DELETE ends a session.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/http/route.hpp"
#include "host/tools/event_stream.hpp"
#include "host/tools/mcp_session.hpp"

namespace tenon::tools {

class McpHttp {
 public:
  // `server` must outlive this, and this the requests of its routes.
  explicit McpHttp(McpServer& server) : server_(server) {}
  ~McpHttp() { stop(); }
  McpHttp(const McpHttp&) = delete;
  McpHttp& operator=(const McpHttp&) = delete;

  // Routes of /mcp: with the host's token, from this machine, from no page of another origin.
  std::vector<http::Route> routes(const std::string& owner);

  // Ends every session, so that streams end and calls return. [any-thread]
  void stop();

 private:
  class Open;  // a session and its streams
  class Use;   // of a session, by a request

  void post(http::Request& request, http::Response& response);
  void get(http::Request& request, http::Response& response);
  void end(http::Request& request, http::Response& response);
  void begin(http::Request& request, http::Response& response, const RpcMessage& initialize);
  void answer_list(http::Request& request, http::Response& response, Open& open,
                   const boost::json::array& list);
  void answer_request(http::Request& request, http::Response& response, Open& open,
                      const RpcMessage& message);
  void resume(http::Response& response, Open& open, std::string_view last_event);
  void stream_answer(http::Request& request, http::Response& response, Open& open,
                     const RpcMessage& message);

  // Nothing: it has been answered that there is none.
  Use session_of(http::Request& request, http::Response& response);
  Use find(const std::string& id);
  // The id of a session that others can find from now on.
  Result<std::string> keep(const std::shared_ptr<Open>& open);
  void drop_idle();

  McpServer& server_;
  std::mutex mutex_;                                       // guards all below
  std::map<std::string, std::shared_ptr<Open>> sessions_;  // by id
  bool stopped_ = false;
};

}  // namespace tenon::tools
