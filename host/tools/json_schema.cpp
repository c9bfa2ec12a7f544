#include "host/tools/json_schema.hpp"

namespace tenon::tools {

using boost::json::array;
using boost::json::object;
using boost::json::value;

std::string_view text_of(const object& from, std::string_view name) {
  const auto* found = from.if_contains(name);
  return found && found->is_string() ? view_of(found->get_string()) : std::string_view();
}

value with_references(const value& schema,
                      const std::function<std::string(std::string_view)>& target) {
  if (schema.is_array()) {
    array out;
    for (const auto& item : schema.get_array()) out.push_back(with_references(item, target));
    return out;
  }
  if (!schema.is_object()) return schema;
  object out;
  for (const auto& [name, member] : schema.get_object()) {
    const bool local =
        name == "$ref" && member.is_string() && view_of(member.get_string()).starts_with('#');
    out[name] = local ? value(target(view_of(member.get_string()).substr(1)))
                      : with_references(member, target);
  }
  return out;
}

std::optional<Definition> definition_in(std::string_view reference) {
  for (const std::string_view prefix : {"/$defs/", "/definitions/"}) {
    if (!reference.starts_with(prefix)) continue;
    reference.remove_prefix(prefix.size());
    const size_t end = std::min(reference.find('/'), reference.size());
    return Definition{reference.substr(0, end), reference.substr(end)};
  }
  return std::nullopt;
}

bool takes_objects_only(const value& schema) {
  return schema.is_object() && text_of(schema.get_object(), "type") == "object";
}

object wrapped(const value& schema, std::string_view name) {
  const std::string place = "#/properties/" + std::string(name);
  value inner = with_references(schema, [&](std::string_view reference) {
    return definition_in(reference) ? "#" + std::string(reference) : place + std::string(reference);
  });
  object out{{"type", "object"}};
  if (inner.is_object())
    for (const char* definitions : {"$defs", "definitions"})
      if (const auto* found = inner.get_object().if_contains(definitions)) {
        out[definitions] = *found;
        inner.get_object().erase(definitions);
      }
  out["properties"] = object{{name, std::move(inner)}};
  out["required"] = array{value(boost::json::string(name))};
  out["additionalProperties"] = false;
  return out;
}

}  // namespace tenon::tools
