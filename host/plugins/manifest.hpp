// The manifest of a plugin, checked. See tenon/manifest.h for the document.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/version.hpp"
#include "host/plugins/permission_kind.hpp"
#include "tenon/json.hpp"
#include "tenon/result.hpp"

namespace tenon::plugins {

struct MethodSpec {
  std::string name;
  std::string summary;
  std::optional<boost::json::value> input;  // JSON Schema; none: anything
  std::optional<boost::json::value> output;
  bool idempotent = false;
  bool read_only = false;
  std::string command;  // its name on the command line; empty: none
  std::string tool;     // its name as a tool of agents; empty: one made of interface and method

  static constexpr Field fields[] = {{.name = "summary", .optional = true},
                                     {.name = "idempotent", .optional = true},
                                     {.name = "read_only", .optional = true},
                                     {.name = "command", .optional = true},
                                     {.name = "tool", .optional = true}};
};
BOOST_DESCRIBE_STRUCT(MethodSpec, (),
                      (name, summary, input, output, idempotent, read_only, command, tool))

struct ProvidedInterface {
  std::string interface_id;
  Version version;
  bool columns = false;  // a column interface; else a message interface
  std::vector<MethodSpec> methods;
  uint32_t first_method = 0;  // number of its first method in the plugin's counting
};

struct RequiredInterface {
  std::string interface_id;
  VersionRange range;
  bool optional = false;
  bool many = false;
};

struct RouteSpec {
  std::string method;
  std::string path;
  std::string summary;
  std::string access = "public";
  std::string consumes;
  std::string produces;
  uint64_t max_body_bytes = 0;  // 0: the host's limit
  bool idempotent = false;      // a request whose plugin died before it answered may be repeated
  bool stream = false;          // answers may go on for long
  // JSON Schemas for the API's documents; none: not told.
  std::optional<boost::json::value> query;
  std::optional<boost::json::value> body;
  std::optional<boost::json::value> answer;

  static constexpr Field fields[] = {
      {.name = "summary", .optional = true},        {.name = "access", .optional = true},
      {.name = "consumes", .optional = true},       {.name = "produces", .optional = true},
      {.name = "max_body_bytes", .optional = true}, {.name = "idempotent", .optional = true},
      {.name = "stream", .optional = true}};
};
BOOST_DESCRIBE_STRUCT(RouteSpec, (),
                      (method, path, summary, access, consumes, produces, max_body_bytes,
                       idempotent, stream, query, body, answer))

struct PageSpec {
  std::string path;
  std::string title;
  std::string module;
  std::vector<std::string> styles;

  static constexpr Field fields[] = {{.name = "styles", .optional = true}};
};
BOOST_DESCRIBE_STRUCT(PageSpec, (), (path, title, module, styles))

// A permission that the plugin would like to have.
struct WantedPermission {
  PermissionKind kind{};  // store, outbound, read, write or environment
  std::string value;
  std::string reason;
};

struct Manifest {
  std::string id;
  Version version;
  std::string title;
  std::string description;
  std::vector<ProvidedInterface> provides;
  std::vector<RequiredInterface> requires_;
  std::vector<RouteSpec> routes;
  std::vector<PageSpec> pages;
  std::vector<WantedPermission> wants;
  std::vector<std::string> publishes;  // patterns of topics
  std::vector<std::string> subscribes;
  boost::json::value config_schema;  // null: the plugin takes no configuration
  std::string text;                  // as it stands in the file

  // Errors (Code::invalid) carry the path within the document.
  static Result<Manifest> parse(std::string_view text);

  uint32_t method_count() const;
};

// "name/major", such as "tenon.catalog.scraper/1".
bool valid_interface_id(std::string_view id);
// ^[a-z][a-z0-9-]{0,62}$
bool valid_plugin_id(std::string_view id);

// Whether a route of that pattern would take from the host what it serves itself.
bool is_reserved_path(std::string_view pattern);

}  // namespace tenon::plugins
