// JSON-RPC 2.0 as the Model Context Protocol uses it.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <variant>

namespace tenon::tools {

inline constexpr size_t kLargestMessage = 4 * 1024 * 1024;  // in bytes, whatever carries it

// Codes of protocol errors.
enum RpcCode : int {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kInternalError = -32603,
  kServerBusy = -32000,
};

struct RpcError {
  int code = kInternalError;
  std::string message;
};

struct RpcMessage {
  enum class Kind { request, notification, response } kind = Kind::notification;
  boost::json::value id;  // text or whole number; null in notifications
  std::string method;     // empty in responses
  boost::json::object params;
};

// One message out of text from outside. [any-thread]
std::variant<RpcMessage, RpcError> parse_rpc(const boost::json::value& document);
std::variant<boost::json::value, RpcError> parse_rpc_text(std::string_view text);
// What may be the id of a message, or name its progress: a short text or a whole number.
bool is_rpc_id(const boost::json::value& id);
// The id of what was to be a message, so that whoever sent it finds the error; null: it has none.
boost::json::value rpc_id_of(const boost::json::value& document);

std::string rpc_result(const boost::json::value& id, boost::json::value result);
// A null `id` is left out: which request it answers could not be read.
std::string rpc_error(const boost::json::value& id, const RpcError& error);
std::string rpc_notification(std::string_view method, boost::json::object params);

}  // namespace tenon::tools
