// The paths of an OpenAPI document, and the names of what is in them.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace tenon::tools {

class OpenApiPaths {
 public:
  // A route's pattern as a path. Patterns of one shape have one path, whatever they call their
  // parameters: the document may not have two.
  std::string path_of(std::string_view pattern);
  // One like `wanted` that no other operation has.
  std::string claim_id(const std::string& wanted);
  // False, and nothing added: that path has an operation of that method.
  bool add(const std::string& path, std::string_view method, boost::json::object operation);
  boost::json::object take();

 private:
  std::map<std::string, boost::json::object> paths_;
  std::map<std::string, std::string> shapes_;  // the path of each shape
  std::set<std::string> ids_;
};

// "get_api_catalog_products_key": the same operation always has the same.
std::string operation_id(std::string_view method, std::string_view path);

// The parameters in a path, in its order; `pattern` is its route's.
boost::json::array path_parameters(std::string_view path, std::string_view pattern);

}  // namespace tenon::tools
