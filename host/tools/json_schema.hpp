// JSON Schemas of manifests, moved into other documents and looked at.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tenon::tools {

inline std::string_view view_of(const boost::json::string& text) {
  return {text.data(), text.size()};
}

// The text member of that name; empty when there is none.
std::string_view text_of(const boost::json::object& object, std::string_view name);

// The schema with each local reference ("#/$defs/city") replaced by what `target` makes of the part
// behind the #. References elsewhere stay.
boost::json::value with_references(const boost::json::value& schema,
                                   const std::function<std::string(std::string_view)>& target);

// The name of the definition that a local reference leads into, and what follows it:
// "/$defs/city/items" is "city" and "/items". Nothing: it leads elsewhere.
struct Definition {
  std::string_view name;
  std::string_view rest;
};
std::optional<Definition> definition_in(std::string_view reference);

// Whether only objects can be valid against it.
bool takes_objects_only(const boost::json::value& schema);

// An object schema whose one member `name`, required, is that schema; its definitions stay where
// references find them.
boost::json::object wrapped(const boost::json::value& schema, std::string_view name);

}  // namespace tenon::tools
