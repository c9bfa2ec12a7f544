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

// The name of the definition that a local reference leads into, decoded, and what follows it:
// "/$defs/big~1city/items" is "big/city" and "/items". Nothing: it leads elsewhere.
struct Definition {
  std::string name;
  std::string_view rest;
};
std::optional<Definition> definition_in(std::string_view reference);

// Whether the host understands it, so that what it says can be told and checked.
bool is_schema(const boost::json::value& schema);

// Whether an object's schema wants a member of that name.
bool requires_member(const boost::json::object& schema, std::string_view name);

// Whether only objects can be valid against it.
bool takes_objects_only(const boost::json::value& schema);

// An object schema whose one member `name`, required, is that schema; its definitions stay where
// references find them.
boost::json::object wrapped(const boost::json::value& schema, std::string_view name);

}  // namespace tenon::tools
