// The JSON Schemas of a manifest: of the configuration, of methods and of routes.
#pragma once

#include <string>
#include <vector>

#include "host/plugins/manifest.hpp"

namespace tenon::plugins {

struct SchemaPlace {
  std::string name;                  // "greet's input"
  const boost::json::value* schema;  // of the manifest
};
std::vector<SchemaPlace> schemas_of(const Manifest& manifest);

// What does not compile, with its place: "greet's input at #/type: ...".
std::vector<std::string> broken_schemas(const Manifest& manifest);

}  // namespace tenon::plugins
