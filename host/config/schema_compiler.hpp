// JSON to compiled schema. Internal to Schema.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/config/schema_node.hpp"
#include "tenon/result.hpp"

namespace tenon::config {

class SchemaCompiler {
 public:
  Result<std::shared_ptr<const CompiledSchema>> compile(const boost::json::value& schema);

 private:
  using Json = boost::json::value;
  // Compiles one keyword's value into `node`; `location` is the keyword's own place.
  using Keyword = void (SchemaCompiler::*)(SchemaNode& node, const Json& value,
                                           const std::string& location);
  struct Reference {
    SchemaNode* node;
    std::string target;
    std::string location;
  };

  static const std::unordered_map<std::string_view, Keyword>& keywords();

  const SchemaNode* add_schema(const Json& schema, const std::string& location);
  void add_keywords(SchemaNode& node, const boost::json::object& schema);
  void add_branches(std::vector<const SchemaNode*>& into, const Json& value,
                    const std::string& location);
  void resolve_references();
  void refuse_endless_references();

  void keyword_ignored(SchemaNode&, const Json&, const std::string&) {}
  void keyword_schema_uri(SchemaNode&, const Json&, const std::string&);
  void keyword_id(SchemaNode&, const Json&, const std::string&);
  void keyword_definitions(SchemaNode&, const Json&, const std::string&);
  void keyword_ref(SchemaNode&, const Json&, const std::string&);
  void keyword_type(SchemaNode&, const Json&, const std::string&);
  void keyword_enum(SchemaNode&, const Json&, const std::string&);
  void keyword_const(SchemaNode&, const Json&, const std::string&);
  void keyword_properties(SchemaNode&, const Json&, const std::string&);
  void keyword_pattern_properties(SchemaNode&, const Json&, const std::string&);
  void keyword_required(SchemaNode&, const Json&, const std::string&);
  void keyword_dependent_required(SchemaNode&, const Json&, const std::string&);
  void keyword_prefix_items(SchemaNode&, const Json&, const std::string&);
  void keyword_unique_items(SchemaNode&, const Json&, const std::string&);
  void keyword_multiple_of(SchemaNode&, const Json&, const std::string&);
  void keyword_pattern(SchemaNode&, const Json&, const std::string&);
  void keyword_format(SchemaNode&, const Json&, const std::string&);
  void keyword_all_of(SchemaNode&, const Json&, const std::string&);
  void keyword_any_of(SchemaNode&, const Json&, const std::string&);
  void keyword_one_of(SchemaNode&, const Json&, const std::string&);
  void keyword_default(SchemaNode&, const Json&, const std::string&);
  void keyword_write_only(SchemaNode&, const Json&, const std::string&);
  template <const SchemaNode* SchemaNode::*member>
  void keyword_subschema(SchemaNode&, const Json&, const std::string&);
  template <std::optional<std::size_t> SchemaNode::*member>
  void keyword_count(SchemaNode&, const Json&, const std::string&);
  template <std::optional<long double> SchemaNode::*member>
  void keyword_number(SchemaNode&, const Json&, const std::string&);

  std::unique_ptr<CompiledSchema> compiled_;
  std::unordered_map<std::string, SchemaNode*> by_location_;
  std::vector<Reference> references_;
  std::size_t depth_ = 0;
};

}  // namespace tenon::config
