#include <cstddef>
#include <cstdint>

#include "host/tools/mcp_session.hpp"
#include "host/tools/test_support.hpp"
#include "tenon/json.hpp"

using namespace tenon;
using namespace tenon::tools;

namespace {

McpHost host() {
  McpHost out;
  out.name = "fuzz";
  out.version = "1.0.0";
  out.settings.tools = {{"*"}};
  out.settings.calls = 1;
  out.served = [served = serve({R"({"interface":"a/1","version":"1.0.0","methods":[
      {"name":"m","output":{"type":"object","properties":{"picture":{"type":"string",
       "contentMediaType":"image/png","contentEncoding":"base64"}}}},
      {"name":"list","input":{"type":"array"},"output":{"type":"array"}}]})"})] { return served; };
  out.on_problem = [](const std::string&) { __builtin_trap(); };
  out.call = [](const tn_call*, const Tool&, std::string_view input,
                const std::shared_ptr<const plugins::CallListener>& listener) {
    if (listener) {
      listener->on_progress(input, input.size(), 100);
      listener->on_log(3, "a", input);
    }
    return Result<std::string>(std::string(input));
  };
  return out;
}

}  // namespace

// Whatever comes, what goes out is a JSON-RPC message.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static McpServer server(host());
  McpSession session(server);
  const auto check = [](const std::string& text) {
    if (const auto parsed = json::parse(text); !parsed.ok() || !parsed->is_object())
      __builtin_trap();
  };
  const auto document = parse_rpc_text(std::string_view(reinterpret_cast<const char*>(data), size));
  if (const auto* error = std::get_if<RpcError>(&document))
    return check(rpc_error(nullptr, *error)), 0;
  const auto parsed = parse_rpc(std::get<boost::json::value>(document));
  if (const auto* error = std::get_if<RpcError>(&parsed))
    return check(rpc_error(rpc_id_of(std::get<boost::json::value>(document)), *error)), 0;
  const auto& message = std::get<RpcMessage>(parsed);
  (void)session.answer_all({std::get<boost::json::value>(document)}, "id");
  session.notice(message);
  if (message.kind != RpcMessage::Kind::request) return 0;
  if (const auto answer = session.answer(message, check, "id")) check(*answer);
  return 0;
}
