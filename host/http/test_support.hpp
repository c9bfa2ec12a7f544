// For this folder's tests: a client that sends raw bytes and counts what comes back, and a server
// on a free loopback port.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/http/civetweb_server.hpp"
#include "host/http/pipeline.hpp"
#include "host/http/response.hpp"
#include "host/http/text.hpp"

namespace tenon::http::test {

struct Reply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (iequals(key, name)) return value;
    }
    return {};
  }
};

// What arrived on one connection until it was closed or stayed quiet.
struct Conversation {
  std::vector<Reply> replies;
  std::string rest;  // bytes that are no whole response
  bool closed = false;

  std::vector<int> statuses() const {
    std::vector<int> all;
    for (const Reply& reply : replies) all.push_back(reply.status);
    return all;
  }
};

class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void end_sending() { shutdown(fd_, SHUT_WR); }

  // Reads until closed, until nothing came for `quiet_ms`, or until `replies` whole responses came.
  Conversation receive(int quiet_ms = 3000, std::size_t replies = SIZE_MAX, bool head = false) {
    Conversation result;
    while (true) {
      while (result.replies.size() < replies && take_reply(result, head)) {
      }
      if (result.replies.size() >= replies) break;
      pollfd poll_fd{fd_, POLLIN, 0};
      if (poll(&poll_fd, 1, quiet_ms) <= 0) break;
      char buffer[16384];
      const auto got = recv(fd_, buffer, sizeof buffer, 0);
      if (got <= 0) {
        result.closed = true;
        break;
      }
      buffer_.append(buffer, static_cast<std::size_t>(got));
    }
    result.rest = buffer_;
    return result;
  }

  Reply exchange(std::string_view request, bool head = false) {
    send(request);
    auto result = receive(3000, 1, head);
    return result.replies.empty() ? Reply{} : result.replies.front();
  }

 private:
  bool take_reply(Conversation& result, bool head) {
    const auto end = buffer_.find("\r\n\r\n");
    if (end == std::string::npos || buffer_.substr(0, 9) != "HTTP/1.1 ") return false;
    Reply reply;
    reply.status = std::stoi(buffer_.substr(9, 3));
    std::size_t line = buffer_.find("\r\n") + 2;
    while (line < end) {
      const auto line_end = buffer_.find("\r\n", line);
      const auto colon = buffer_.find(':', line);
      reply.headers.emplace_back(
          buffer_.substr(line, colon - line),
          trim(std::string_view(buffer_).substr(colon + 1, line_end - colon - 1)));
      line = line_end + 2;
    }
    std::size_t at = end + 4;
    if (!head && reply.status >= 200 && !take_body(reply, at)) return false;
    buffer_.erase(0, at);
    result.replies.push_back(std::move(reply));
    return true;
  }

  bool take_body(Reply& reply, std::size_t& at) {
    if (reply.header("Transfer-Encoding") == "chunked") {
      while (true) {
        const auto line_end = buffer_.find("\r\n", at);
        if (line_end == std::string::npos) return false;
        const auto size = std::stoul(buffer_.substr(at, line_end - at), nullptr, 16);
        if (buffer_.size() < line_end + 2 + size + 2) return false;
        reply.body += buffer_.substr(line_end + 2, size);
        at = line_end + 2 + size + 2;
        if (size == 0) return true;
      }
    }
    const auto length = reply.header("Content-Length");
    const std::size_t size = length.empty() ? 0 : std::stoul(length);
    if (buffer_.size() < at + size) return false;
    reply.body = buffer_.substr(at, size);
    at += size;
    return true;
  }

  int fd_;
  std::string buffer_;
};

class LambdaHandler : public Handler {
 public:
  using Function = std::function<void(Request&, Response&)>;
  explicit LambdaHandler(Function function) : function_(std::move(function)) {}
  void handle(Request& request, Response& response) override { function_(request, response); }

 private:
  Function function_;
};

// Sends; that the client has gone meanwhile is no failure of a test.
inline void reply(Response& response, int status, std::string_view type, std::string_view body) {
  if (!response.send(status, type, body).ok()) response.close_connection();
}

inline Route route(std::string method, std::string pattern, LambdaHandler::Function function,
                   std::string owner = "plugin test") {
  Route route;
  route.method = std::move(method);
  route.pattern = std::move(pattern);
  route.owner = std::move(owner);
  route.handler = std::make_shared<LambdaHandler>(std::move(function));
  return route;
}

// A running server over the given routes.
class TestServer {
 public:
  explicit TestServer(std::vector<Route> routes, ServerOptions options = {},
                      PipelineOptions pipeline_options = {}, RequestObserver* observer = nullptr,
                      std::string token = "secret")
      : policy(std::move(token)), pipeline(router, policy, observer, std::move(pipeline_options)) {
    auto table = RouteTable::build(std::move(routes));
    EXPECT_TRUE(table.ok()) << (table.ok() ? "" : table.error().message);
    router.replace(*table);
    if (options.workers == ServerOptions{}.workers) options.workers = 16;
    server = make_civetweb_server(std::move(options), pipeline);
    const auto started = server->start();
    EXPECT_TRUE(started.ok()) << (started.ok() ? "" : started.error().message);
  }

  std::uint16_t port() const { return server->port(); }

  Router router;
  HostTokenPolicy policy;
  Pipeline pipeline;
  std::unique_ptr<HttpServer> server;
};

inline std::string get(std::string_view path, std::string_view headers = {}) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) +
         "\r\n";
}

}  // namespace tenon::http::test
