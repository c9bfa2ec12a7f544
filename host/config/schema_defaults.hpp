// Fills a schema's defaults into a value. Internal to Schema.
#pragma once

#include <boost/json/value.hpp>

#include "host/config/schema_node.hpp"
#include "tenon/result.hpp"

namespace tenon::config {

class SchemaDefaults {
 public:
  Result<boost::json::value> complete(const SchemaNode& schema, boost::json::value value);

 private:
  void fill(const SchemaNode& schema, boost::json::value& value);
  void fill_map(const SchemaNode& schema, boost::json::object& map);
  void fill_list(const SchemaNode& schema, boost::json::array& list);
  void fill_first_that_holds(const std::vector<const SchemaNode*>& branches,
                             boost::json::value& value);

  std::size_t depth_ = 0;
  std::size_t steps_ = 0;
  bool endless_ = false;
};

}  // namespace tenon::config
