#include "host/tools/mcp_stdio.hpp"

#include <fmt/format.h>

#include "host/tools/call_threads.hpp"
#include "host/tools/mcp_session.hpp"

namespace tenon::tools {
namespace {

class LineServer {
 public:
  LineServer(McpServer& server, const Outlet& out)
      : server_(server), out_(out), session_(server), threads_(server.host().settings.calls + 1) {}
  ~LineServer() {
    if (!threads_.wait(kLastCalls)) session_.end();
  }

  void take(std::string_view line) {
    const auto document = parse_rpc_text(line);
    if (const auto* error = std::get_if<RpcError>(&document))
      return out_(rpc_error(nullptr, *error));
    const auto& value = std::get<boost::json::value>(document);
    if (value.is_array()) return take_list(value.get_array());
    auto parsed = parse_rpc(value);
    if (const auto* error = std::get_if<RpcError>(&parsed))
      return out_(rpc_error(rpc_id_of(value), *error));
    auto& message = std::get<RpcMessage>(parsed);
    if (message.kind == RpcMessage::Kind::notification) session_.notice(message);
    // Before that a client expects nothing but answers.
    if (message.method == "notifications/initialized" && !subscription_)
      subscription_.emplace(server_, out_);
    if (message.kind != RpcMessage::Kind::request) return;
    if (message.method != "tools/call") return answer(message);
    threads_.run([this, message = std::move(message)] { answer(message); });
  }

 private:
  void take_list(const boost::json::array& list) {
    if (const auto error = session_.refusal_of(list)) return out_(rpc_error(nullptr, *error));
    threads_.run([this, list] {
      if (auto answers = session_.answer_all(list, ""); !answers.empty()) out_(std::move(answers));
    });
  }

  void answer(const RpcMessage& request) {
    if (auto answer = session_.answer(request, out_, "")) out_(std::move(*answer));
  }

  McpServer& server_;
  const Outlet& out_;
  McpSession session_;
  CallThreads threads_;
  std::optional<McpServer::Subscription> subscription_;
};

}  // namespace

void read_lines(std::istream& in, const Outlet& out, const std::function<void(std::string)>& take) {
  std::string line;
  bool too_long = false;
  const auto end_line = [&] {
    if (too_long)
      out(rpc_error(nullptr, {kInvalidRequest, fmt::format("a message may have {} bytes, and this "
                                                           "one has more",
                                                           kLargestMessage)}));
    else if (!line.empty())
      take(std::move(line));
    line.clear();
    too_long = false;
  };
  for (int c = in.get(); c != std::istream::traits_type::eof(); c = in.get()) {
    if (c == '\n')
      end_line();
    else if (c == '\r')
      continue;
    else if (line.size() == kLargestMessage)
      too_long = true;
    else
      line += static_cast<char>(c);
  }
  end_line();
}

void serve_lines(McpServer& server, std::istream& in, const Outlet& out) {
  LineServer lines(server, out);
  read_lines(in, out, [&](const std::string& line) { lines.take(line); });
}

}  // namespace tenon::tools
