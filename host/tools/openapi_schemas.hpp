// The schemas of an OpenAPI document, under names that last.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace tenon::tools {

class OpenApiSchemas {
 public:
  // Takes the schema in as `name`, its definitions as `name`.definition, and returns a reference.
  boost::json::object add(std::string_view name, const boost::json::value& schema);
  // Takes in only the definitions of a schema; returns it with references to them.
  boost::json::value add_definitions(std::string_view name, const boost::json::value& schema);
  boost::json::object take() { return std::move(components_); }

 private:
  boost::json::object components_;
};

// Letters, digits, . _ and -, all others replaced by _.
std::string component_name(std::string_view text);

}  // namespace tenon::tools
