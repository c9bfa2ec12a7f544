#include "host/sandbox/denied.hpp"

#include <boost/json.hpp>

namespace tenon::sandbox {

namespace {

// JSON's quoting is YAML's. Bytes that are no text would not survive it, and a worker may name any.
std::string quoted(std::string_view text) {
  std::string clean(text);
  for (char& c : clean)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f) c = '?';
  return boost::json::serialize(boost::json::value(boost::json::string(clean)));
}

}  // namespace

std::string describe(const Denied& denied, std::string_view instance) {
  std::string text = std::string(instance) + " may not " + denied.detail + ": ";
  if (denied.yaml_path.empty()) {
    text += "no permission allows it to an isolated plugin";
  } else {
    const auto dot = denied.yaml_path.rfind('.');
    const bool limit = denied.yaml_path.starts_with("limits.");
    text += (limit ? "limit " : "permission ") + denied.permission +
            (limit ? " is reached; set in plugins." : " is missing; add to plugins.");
    text += std::string(instance) + "." + denied.yaml_path.substr(0, dot) + ": " +
            denied.yaml_path.substr(dot + 1) + ": " + denied.yaml_value;
  }
  if (denied.count > 1) text += " (" + std::to_string(denied.count) + " times)";
  return text;
}

Denied missing_permission(std::string_view permission, std::string detail, std::string_view value) {
  Denied made;
  made.permission = permission;
  made.detail = std::move(detail);
  made.yaml_path = "permissions." + made.permission;
  made.yaml_value = "[" + quoted(value) + "]";
  return made;
}

Denied over_limit(std::string_view limit, std::string detail, uint64_t value) {
  Denied made;
  made.permission = limit;
  made.detail = std::move(detail);
  made.yaml_path = "limits." + made.permission;
  made.yaml_value = std::to_string(value);
  return made;
}

Denied never_allowed(std::string detail) {
  Denied made;
  made.detail = std::move(detail);
  return made;
}

}  // namespace tenon::sandbox
