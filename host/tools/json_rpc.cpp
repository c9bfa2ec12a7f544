#include "host/tools/json_rpc.hpp"

#include "host/tools/json_schema.hpp"
#include "tenon/json.hpp"

namespace tenon::tools {

using boost::json::object;
using boost::json::value;

namespace {

constexpr size_t kLongestId = 256;
constexpr size_t kLongestMethod = 256;

RpcError wrong(std::string message) {
  return {kInvalidRequest, std::move(message)};
}

}  // namespace

bool is_rpc_id(const value& id) {
  return id.is_int64() || (id.is_string() && id.get_string().size() <= kLongestId);
}

value rpc_id_of(const value& document) {
  const auto* members = document.if_object();
  const auto* id = members ? members->if_contains("id") : nullptr;
  return id && is_rpc_id(*id) ? *id : value();
}

std::variant<value, RpcError> parse_rpc_text(std::string_view text) {
  auto parsed = json::parse(text);
  if (!parsed.ok()) return RpcError{kParseError, "no JSON: " + parsed.error().message};
  return std::move(*parsed);
}

std::variant<RpcMessage, RpcError> parse_rpc(const value& document) {
  if (!document.is_object()) return wrong("a message is an object");
  const auto& members = document.get_object();
  if (text_of(members, "jsonrpc") != "2.0") return wrong("jsonrpc: expected \"2.0\"");
  RpcMessage out;
  if (const auto* id = members.if_contains("id")) {
    if (!is_rpc_id(*id)) return wrong("id: expected a text of at most 256 bytes or a whole number");
    out.id = *id;
  }
  const auto* method = members.if_contains("method");
  if (!method) {
    const bool answers = members.contains("result") != members.contains("error");
    if (!answers || out.id.is_null())
      return wrong("expected a request with a method, or an answer with id and result or error");
    out.kind = RpcMessage::Kind::response;
    return out;
  }
  if (!method->is_string() || method->get_string().size() > kLongestMethod)
    return wrong("method: expected a text of at most 256 bytes");
  out.method = view_of(method->get_string());
  if (!out.id.is_null()) out.kind = RpcMessage::Kind::request;
  if (const auto* params = members.if_contains("params")) {
    if (!params->is_object()) return RpcError{kInvalidParams, "params: expected an object"};
    out.params = params->get_object();
  }
  return out;
}

std::string rpc_result(const value& id, value result) {
  return boost::json::serialize(
      object{{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}});
}

std::string rpc_error(const value& id, const RpcError& error) {
  object out{{"jsonrpc", "2.0"}};
  if (!id.is_null()) out["id"] = id;
  out["error"] = object{{"code", error.code}, {"message", error.message}};
  return boost::json::serialize(out);
}

std::string rpc_notification(std::string_view method, object params) {
  object out{{"jsonrpc", "2.0"}, {"method", boost::json::string(method)}};
  if (!params.empty()) out["params"] = std::move(params);
  return boost::json::serialize(out);
}

}  // namespace tenon::tools
