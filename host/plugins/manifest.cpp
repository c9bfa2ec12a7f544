#include "host/plugins/manifest.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <set>

#include "host/config/outbound_grant.hpp"
#include "host/config/problem.hpp"
#include "host/plugins/event_topic.hpp"
#include "tenon/manifest.h"

namespace tenon::plugins {
namespace {

Error at(Error error, const std::string& where) {
  error.path = where + (error.path.empty() || error.path.starts_with('[') ? "" : ".") + error.path;
  return error;
}

Error bad(const std::string& path, const std::string& message) {
  return {Code::invalid, message, path};
}

Result<std::string> text_member(const boost::json::object& object, std::string_view name,
                                const char* otherwise) {
  const auto* found = object.if_contains(name);
  if (!found && otherwise) return std::string(otherwise);
  if (!found) return bad(std::string(name), "is missing");
  if (!found->is_string()) return bad(std::string(name), "expected a string");
  return std::string(found->get_string());
}

Result<bool> flag_member(const boost::json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  if (!found) return false;
  if (!found->is_bool()) return bad(std::string(name), "expected true or false");
  return found->get_bool();
}

constexpr char kToolRule[] = "1 to 64 letters, digits, _ and -";

bool valid_tool_name(std::string_view name) {
  return name.size() <= 64 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return c < 128 && (std::isalnum(c) || c == '_' || c == '-');
         });
}

Result<ProvidedInterface> parse_provided(const boost::json::value& value) {
  if (!value.is_object()) return bad("", "expected an object");
  const auto& object = value.get_object();
  ProvidedInterface out;
  TN_TRY(out.interface_id, text_member(object, "interface", nullptr));
  if (!valid_interface_id(out.interface_id))
    return bad("interface", "\"" + out.interface_id + "\" is not of the form name/major");
  TN_TRY(auto version, text_member(object, "version", nullptr));
  auto parsed = Version::parse(version);
  if (!parsed.ok()) return at(parsed.error(), "version");
  out.version = *parsed;
  const std::string major = out.interface_id.substr(out.interface_id.rfind('/') + 1);
  if (std::to_string(out.version.major) != major)
    return bad("version", version + " is not of the interface's major " + major);
  TN_TRY(auto kind, text_member(object, "kind", "message"));
  if (kind != "message" && kind != "column")
    return bad("kind", "\"" + kind + "\" is neither message nor column");
  out.columns = kind == "column";
  const auto* methods = object.if_contains("methods");
  if (!methods) return bad("methods", "is missing");
  auto decoded = json::from_value<std::vector<MethodSpec>>(*methods, json::Mode::forward);
  if (!decoded.ok()) return at(decoded.error(), "methods");
  out.methods = std::move(*decoded);
  std::set<std::string> names;
  for (const auto& method : out.methods) {
    if (method.name.empty() || !names.insert(method.name).second)
      return bad("methods", "the method name \"" + method.name + "\" is empty or stands twice");
    if (!method.tool.empty() && !valid_tool_name(method.tool))
      return bad("methods", config::in_quotes(method.tool) + " is no name of a tool: " + kToolRule);
  }
  return out;
}

Result<RequiredInterface> parse_required(const boost::json::value& value) {
  if (!value.is_object()) return bad("", "expected an object");
  const auto& object = value.get_object();
  RequiredInterface out;
  TN_TRY(out.interface_id, text_member(object, "interface", nullptr));
  if (!valid_interface_id(out.interface_id))
    return bad("interface", "\"" + out.interface_id + "\" is not of the form name/major");
  TN_TRY(auto range, text_member(object, "range", "*"));
  auto parsed = VersionRange::parse(range);
  if (!parsed.ok()) return at(parsed.error(), "range");
  out.range = *parsed;
  TN_TRY(out.optional, flag_member(object, "optional"));
  TN_TRY(out.many, flag_member(object, "many"));
  return out;
}

// Decodes a list member element by element; absent means empty.
template <class T, class Parse>
Result<std::vector<T>> parse_list(const boost::json::object& object, const char* name,
                                  Parse parse) {
  std::vector<T> out;
  const auto* found = object.if_contains(name);
  if (!found) return out;
  if (!found->is_array()) return bad(name, "expected a list");
  for (const auto& item : found->get_array()) {
    auto parsed = parse(item);
    if (!parsed.ok())
      return at(parsed.error(), std::string(name) + "[" + std::to_string(out.size()) + "]");
    out.push_back(std::move(*parsed));
  }
  return out;
}

// What is wrong with the value of a wish; empty: nothing.
std::string wrong_value(PermissionKind kind, const std::string& value) {
  static const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  if (kind == PermissionKind::outbound) {
    const auto grant = config::OutboundGrant::parse(value);
    return grant.ok() ? "" : grant.error().message;
  }
  if (kind == PermissionKind::read || kind == PermissionKind::write) {
    const std::filesystem::path path(value);
    const bool plain = path.is_absolute() && path == path.lexically_normal() &&
                       value.find('\0') == std::string::npos;
    return plain ? "" : config::in_quotes(value) + " is no absolute path without . and ..";
  }
  const bool word = !value.empty() && std::all_of(value.begin(), value.end(), is_word);
  return word ? "" : config::in_quotes(value) + " is no name";
}

Result<WantedPermission> parse_wanted(PermissionKind kind, const boost::json::value& value) {
  if (!value.is_object()) return bad("", "expected an object with value and reason");
  WantedPermission out;
  out.kind = kind;
  TN_TRY(out.value, text_member(value.get_object(), "value", nullptr));
  TN_TRY(out.reason, text_member(value.get_object(), "reason", nullptr));
  if (const std::string wrong = wrong_value(kind, out.value); !wrong.empty())
    return bad("value", wrong);
  if (out.reason.empty()) return bad("reason", "is empty");
  return out;
}

Result<std::vector<WantedPermission>> parse_permissions(const boost::json::object& manifest) {
  std::vector<WantedPermission> out;
  const auto* found = manifest.if_contains("permissions");
  if (!found) return out;
  if (!found->is_object()) return bad("permissions", "expected an object");
  for (const auto kind : {PermissionKind::store, PermissionKind::outbound, PermissionKind::read,
                          PermissionKind::write, PermissionKind::environment}) {
    const std::string name(permission_name(kind));
    auto wanted = parse_list<WantedPermission>(
        found->get_object(), name.c_str(),
        [&](const boost::json::value& value) { return parse_wanted(kind, value); });
    if (!wanted.ok()) return at(wanted.error(), "permissions");
    for (auto& one : *wanted) out.push_back(std::move(one));
  }
  return out;
}

Result<std::string> parse_pattern(const boost::json::value& value) {
  if (!value.is_string()) return bad("", "expected a string");
  std::string pattern(value.get_string());
  if (auto checked = check_pattern(pattern); !checked.ok()) return bad("", checked.error().message);
  return pattern;
}

Result<void> parse_events(const boost::json::object& manifest, Manifest& out) {
  const auto* found = manifest.if_contains("events");
  if (!found) return {};
  if (!found->is_object()) return bad("events", "expected an object");
  for (auto& [name, list] :
       {std::pair("publishes", &out.publishes), std::pair("subscribes", &out.subscribes)}) {
    auto parsed = parse_list<std::string>(found->get_object(), name, parse_pattern);
    if (!parsed.ok()) return at(parsed.error(), "events");
    *list = std::move(*parsed);
  }
  for (const auto& pattern : out.publishes)
    if (pattern.starts_with(kHostTopics))
      return bad("events.publishes", config::in_quotes(pattern) + " are topics of the host");
  return {};
}

// What the host serves itself, now or later: whole subtrees, and single paths.
constexpr std::array<std::string_view, 5> kReservedTrees = {"/api/host", "/console", "/host",
                                                            "/mcp", "/plugins"};
constexpr std::array<std::string_view, 8> kReservedPaths = {
    "/",        "/api/health/reliability", "/api/metrics",  "/health",
    "/metrics", "/metrics/prometheus",     "/openapi.json", "/ready"};

Result<void> check_routes(const std::vector<RouteSpec>& routes) {
  static const std::set<std::string> methods = {"GET", "POST", "PUT", "PATCH", "DELETE"};
  for (size_t i = 0; i < routes.size(); ++i) {
    const std::string where = "routes[" + std::to_string(i) + "]";
    if (!methods.count(routes[i].method))
      return bad(where + ".method",
                 "\"" + routes[i].method + "\" is none of GET, POST, PUT, PATCH, DELETE");
    if (!routes[i].path.starts_with('/'))
      return bad(where + ".path", "\"" + routes[i].path + "\" starts with no /");
    if (is_reserved_path(routes[i].path))
      return bad(where + ".path", config::in_quotes(routes[i].path) + " belongs to the host");
    for (const auto& [name, schema] : {std::pair("query", &routes[i].query),
                                       {"body", &routes[i].body},
                                       {"answer", &routes[i].answer}})
      if (*schema && !(*schema)->is_object())
        return bad(where + "." + name, "expected a JSON Schema");
  }
  return {};
}

}  // namespace

bool is_reserved_path(std::string_view path) {
  if (path.starts_with("/{") && path.ends_with("...}") && path.find('/', 1) == path.npos)
    return true;  // all paths: the console's
  return std::find(kReservedPaths.begin(), kReservedPaths.end(), path) != kReservedPaths.end() ||
         std::any_of(kReservedTrees.begin(), kReservedTrees.end(), [&](std::string_view tree) {
           return path.starts_with(tree) &&
                  (path.size() == tree.size() || path[tree.size()] == '/');
         });
}

bool valid_plugin_id(std::string_view id) {
  if (id.empty() || id.size() > 63 || id[0] < 'a' || id[0] > 'z') return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool valid_interface_id(std::string_view id) {
  const size_t slash = id.rfind('/');
  if (slash == std::string_view::npos || slash == 0 || id.size() > 128) return false;
  uint32_t major = 0;
  const char* const end = id.data() + id.size();
  const auto parsed = std::from_chars(id.data() + slash + 1, end, major);
  if (parsed.ec != std::errc() || parsed.ptr != end) return false;
  return std::all_of(id.begin(), id.begin() + static_cast<long>(slash), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
}

Result<Manifest> Manifest::parse(std::string_view text) {
  TN_TRY(const auto document, json::parse(text));
  if (!document.is_object()) return bad("", "the manifest is not an object");
  const auto& object = document.get_object();
  const auto* format = object.if_contains("manifest");
  if (!format || !format->is_int64()) return bad("manifest", "the format number is missing");
  if (format->get_int64() != TN_MANIFEST_FORMAT)
    return bad("manifest", "format " + std::to_string(format->get_int64()) +
                               " is not one that this host reads (" +
                               std::to_string(TN_MANIFEST_FORMAT) + "); a newer host may");
  Manifest out;
  out.text = text;
  TN_TRY(out.id, text_member(object, "id", nullptr));
  if (!valid_plugin_id(out.id))
    return bad("id", "\"" + out.id + "\" does not match [a-z][a-z0-9-]{0,62}");
  TN_TRY(auto version, text_member(object, "version", nullptr));
  auto parsed_version = Version::parse(version);
  if (!parsed_version.ok()) return at(parsed_version.error(), "version");
  out.version = *parsed_version;
  TN_TRY(out.title, text_member(object, "title", ""));
  TN_TRY(out.description, text_member(object, "description", ""));
  TN_TRY(out.provides, parse_list<ProvidedInterface>(object, "provides", parse_provided));
  TN_TRY(out.requires_, parse_list<RequiredInterface>(object, "requires", parse_required));
  TN_TRY(out.routes, parse_list<RouteSpec>(object, "routes", [](const boost::json::value& value) {
           return json::from_value<RouteSpec>(value, json::Mode::forward);
         }));
  TN_CHECK(check_routes(out.routes));
  TN_TRY(out.pages, parse_list<PageSpec>(object, "pages", [](const boost::json::value& value) {
           return json::from_value<PageSpec>(value, json::Mode::forward);
         }));
  TN_TRY(out.wants, parse_permissions(object));
  TN_CHECK(parse_events(object, out));
  if (const auto* schema = object.if_contains("config_schema")) out.config_schema = *schema;
  std::set<std::string> interfaces;
  uint32_t next_method = 0;
  for (auto& provided : out.provides) {
    if (!interfaces.insert(provided.interface_id).second)
      return bad("provides", provided.interface_id + " is provided twice");
    provided.first_method = next_method;
    next_method += static_cast<uint32_t>(provided.methods.size());
  }
  return out;
}

uint32_t Manifest::method_count() const {
  return provides.empty()
             ? 0
             : provides.back().first_method + static_cast<uint32_t>(provides.back().methods.size());
}

}  // namespace tenon::plugins
