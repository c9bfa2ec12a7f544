#include "host/plugins/manifest_schemas.hpp"

#include <fmt/format.h>

#include "host/config/schema.hpp"

namespace tenon::plugins {

std::vector<SchemaPlace> schemas_of(const Manifest& manifest) {
  std::vector<SchemaPlace> out;
  const auto add = [&](const std::string& of, const char* what, const auto& schema) {
    if (schema) out.push_back({of + what, &*schema});
  };
  if (!manifest.config_schema.is_null()) out.push_back({"config_schema", &manifest.config_schema});
  for (const auto& provided : manifest.provides)
    for (const auto& method : provided.methods) {
      add(method.name, "'s input", method.input);
      add(method.name, "'s output", method.output);
    }
  for (const auto& route : manifest.routes) {
    const std::string name = route.method + " " + route.path;
    add(name, "'s query", route.query);
    add(name, "'s body", route.body);
    add(name, "'s answer", route.answer);
  }
  return out;
}

std::vector<std::string> broken_schemas(const Manifest& manifest) {
  std::vector<std::string> out;
  for (const auto& [name, schema] : schemas_of(manifest))
    if (const auto compiled = config::Schema::compile_value(*schema); !compiled.ok())
      out.push_back(
          fmt::format("{} at {}: {}", name, compiled.error().path, compiled.error().message));
  return out;
}

}  // namespace tenon::plugins
