// The OpenAPI 3.1 document of what the host serves: its routes, those of plugins, and a path for
// each message method.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "host/http/route_table.hpp"
#include "host/plugins/served.hpp"

namespace tenon::tools {

// Pattern of the path under which a method is called with its input as the body; the parameters are
// name and major of its interface, and its name.
inline constexpr char kMethodPath[] = "/api/host/methods/{interface}/{major}/{method}";
// The same of one instance.
inline constexpr char kInstanceMethodPath[] =
    "/api/host/plugins/{id}/methods/{interface}/{major}/{method}";

struct OpenApiSource {
  std::string title;
  std::string version;
  const std::vector<http::CompiledRoute>& routes;
  const std::vector<plugins::Served>& served;
};

// The same for the same source: no times, no addresses.
boost::json::object make_openapi(const OpenApiSource& source);

}  // namespace tenon::tools
