#include "host/tools/openapi_schemas.hpp"

#include <fmt/format.h>

#include <cctype>
#include <map>

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

// Names that differ only in what a component's may not have become the same, and are told apart.
std::string OpenApiSchemas::claim(std::string_view wanted) {
  const std::string name = component_name(wanted);
  std::string unique = name;
  for (int i = 2; components_.contains(unique); ++i) unique = fmt::format("{}-{}", name, i);
  components_[unique] = nullptr;
  return unique;
}

OpenApiSchemas::Moved OpenApiSchemas::move_in(const std::string& own, const value& schema) {
  std::map<std::string, std::string> names;  // of the components, by the definition's
  const auto each_definition = [&](const value& from, auto each) {
    const auto* members = from.if_object();
    for (const char* keyword : {"$defs", "definitions"})
      if (const auto* found = members ? members->if_contains(keyword) : nullptr)
        if (const auto* definitions = found->if_object())
          for (const auto& [key, definition] : *definitions) each(std::string(key), definition);
  };
  each_definition(schema, [&](const std::string& key, const value&) {
    if (!names.count(key)) names[key] = claim(own + "." + key);
  });
  Moved out;
  out.schema = with_references(schema, [&](std::string_view reference) {
    const auto definition = definition_in(reference);
    const auto found = definition ? names.find(definition->name) : names.end();
    if (found != names.end()) return kPlace + found->second + std::string(definition->rest);
    out.refers_to_itself = true;
    return kPlace + own + std::string(reference);
  });
  each_definition(out.schema, [&](const std::string& key, const value& definition) {
    components_[names.at(key)] = definition;
  });
  if (auto* members = out.schema.if_object())
    for (const char* keyword : {"$defs", "definitions", "$schema", "$id"}) members->erase(keyword);
  return out;
}

value OpenApiSchemas::add_parts(std::string_view name, const value& schema) {
  const std::string own = claim(name);
  Moved moved = move_in(own, schema);
  if (moved.refers_to_itself)
    components_[own] = moved.schema;
  else
    components_.erase(own);
  return std::move(moved.schema);
}

object OpenApiSchemas::add(std::string_view name, const value& schema) {
  const std::string own = claim(name);
  components_[own] = move_in(own, schema).schema;
  return {{"$ref", kPlace + own}};
}

}  // namespace tenon::tools
