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
  // The schema itself, for other places than among these; they take in only what its references
  // lead to.
  boost::json::value add_parts(std::string_view name, const boost::json::value& schema);
  boost::json::object take() { return std::move(components_); }

 private:
  struct Moved {
    boost::json::value schema;
    bool refers_to_itself = false;
  };
  std::string claim(std::string_view wanted);
  Moved move_in(const std::string& own, const boost::json::value& schema);

  boost::json::object components_;  // null: taken by one that is being made
};

// Letters, digits, . _ and -, all others replaced by _.
std::string component_name(std::string_view text);

}  // namespace tenon::tools
