#include "host/tools/mcp_stdio.hpp"

#include "host/tools/call_threads.hpp"
#include "host/tools/mcp_session.hpp"

namespace tenon::tools {
namespace {

constexpr size_t kLongestLine = 4 * 1024 * 1024;

class LineServer {
 public:
  LineServer(McpServer& server, const Outlet& out)
      : server_(server), out_(out), session_(server), threads_(server.host().settings.calls + 1) {}
  ~LineServer() {
    if (!threads_.wait(kLastCalls)) session_.cancel_all();
  }

  void take(std::string_view line) {
    const auto document = parse_rpc_text(line);
    if (const auto* error = std::get_if<RpcError>(&document))
      return out_(rpc_error(nullptr, *error));
    auto parsed = parse_rpc(std::get<boost::json::value>(document));
    if (const auto* error = std::get_if<RpcError>(&parsed)) return out_(rpc_error(nullptr, *error));
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

LineEnd read_line(std::istream& in, std::string& line) {
  line.clear();
  for (int c = in.get(); c != std::istream::traits_type::eof(); c = in.get()) {
    if (c == '\r') continue;
    if (c == '\n' && line.empty()) continue;
    if (c == '\n') return LineEnd::line;
    if (line.size() == kLongestLine) return LineEnd::too_long;
    line += static_cast<char>(c);
  }
  return line.empty() ? LineEnd::end : LineEnd::line;
}

void serve_lines(McpServer& server, std::istream& in, const Outlet& out) {
  LineServer lines(server, out);
  std::string line;
  for (;;) {
    const auto end = read_line(in, line);
    if (end == LineEnd::end) return;
    if (end == LineEnd::too_long)
      return out(rpc_error(nullptr, {kInvalidRequest, "the message is longer than 4 MiB"}));
    lines.take(line);
  }
}

}  // namespace tenon::tools
