#include "host/tools/json_schema.hpp"

#include <algorithm>
#include <array>

#include "host/config/schema.hpp"
#include "host/http/text.hpp"

namespace tenon::tools {

using boost::json::array;
using boost::json::object;
using boost::json::value;

namespace {

template <size_t size>
bool is_one_of(std::string_view name, const std::array<std::string_view, size>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Keywords whose members are schemas by a name that is no keyword, and those that hold values.
constexpr std::array<std::string_view, 5> kByName = {"properties", "patternProperties", "$defs",
                                                     "definitions", "dependentSchemas"};
constexpr std::array<std::string_view, 4> kValues = {"const", "enum", "default", "examples"};

// Of a JSON pointer in a URI.
std::string decoded(std::string_view token) {
  std::string plain;
  if (!http::percent_decode(token, plain)) plain = token;
  std::string out;
  for (size_t i = 0; i < plain.size(); ++i) {
    const bool coded = plain[i] == '~' && i + 1 < plain.size();
    if (coded && plain[i + 1] == '1')
      out += '/', ++i;
    else if (coded && plain[i + 1] == '0')
      out += '~', ++i;
    else
      out += plain[i];
  }
  return out;
}

}  // namespace

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
    const std::string_view keyword(name.data(), name.size());
    if (keyword == "$ref" && member.is_string() && view_of(member.get_string()).starts_with('#')) {
      out[name] = target(view_of(member.get_string()).substr(1));
    } else if (is_one_of(keyword, kValues)) {
      out[name] = member;
    } else if (is_one_of(keyword, kByName) && member.is_object()) {
      object& parts = out[name].emplace_object();
      for (const auto& [key, part] : member.get_object())
        parts[key] = with_references(part, target);
    } else {
      out[name] = with_references(member, target);
    }
  }
  return out;
}

std::optional<Definition> definition_in(std::string_view reference) {
  for (const std::string_view prefix : {"/$defs/", "/definitions/"}) {
    if (!reference.starts_with(prefix)) continue;
    reference.remove_prefix(prefix.size());
    const size_t end = std::min(reference.find('/'), reference.size());
    return Definition{decoded(reference.substr(0, end)), reference.substr(end)};
  }
  return std::nullopt;
}

bool is_schema(const value& schema) {
  return config::Schema::compile_value(schema).ok();
}

bool requires_member(const object& schema, std::string_view name) {
  const auto* found = schema.if_contains("required");
  const auto* names = found ? found->if_array() : nullptr;
  return names &&
         std::find(names->begin(), names->end(), value(boost::json::string(name))) != names->end();
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
