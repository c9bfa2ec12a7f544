#include "host/tools/openapi_schemas.hpp"

#include <cctype>

#include "host/tools/json_schema.hpp"

namespace tenon::tools {

using boost::json::object;
using boost::json::value;

namespace {
constexpr char kPlace[] = "#/components/schemas/";
}

std::string component_name(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 128 || !(std::isalnum(byte) || c == '.' || c == '_' || c == '-')) c = '_';
  }
  return out;
}

value OpenApiSchemas::add_definitions(std::string_view name, const value& schema) {
  const std::string own = component_name(name);
  value moved = with_references(schema, [&](std::string_view reference) {
    const auto definition = definition_in(reference);
    return definition ? kPlace + own + "." + component_name(definition->name) +
                            std::string(definition->rest)
                      : kPlace + own + std::string(reference);
  });
  if (!moved.is_object()) return moved;
  auto& members = moved.get_object();
  for (const char* keyword : {"$defs", "definitions"}) {
    const auto* definitions = members.if_contains(keyword);
    if (!definitions || !definitions->is_object()) continue;
    for (const auto& [key, definition] : definitions->get_object())
      components_[own + "." + component_name(key)] = definition;
    members.erase(keyword);
  }
  members.erase("$schema");  // of a whole document
  members.erase("$id");
  return moved;
}

object OpenApiSchemas::add(std::string_view name, const value& schema) {
  value moved = add_definitions(name, schema);
  const std::string own = component_name(name);
  components_[own] = std::move(moved);
  return {{"$ref", kPlace + own}};
}

}  // namespace tenon::tools
