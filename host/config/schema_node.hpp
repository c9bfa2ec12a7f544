// The compiled form of a schema. Internal to Schema.
#pragma once

#include <re2/re2.h>

#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "host/config/format.hpp"
#include "host/config/value_view.hpp"

namespace tenon::config {

struct SchemaNode;

struct Pattern {
  std::string text;  // as written
  std::unique_ptr<const RE2> expression;

  bool matches(std::string_view value) const {
    return RE2::PartialMatch({value.data(), value.size()}, *expression);
  }
};

struct Property {
  std::string name;
  const SchemaNode* schema = nullptr;
};

struct PatternProperty {
  Pattern pattern;
  const SchemaNode* schema = nullptr;
};

struct DependentRequired {
  std::string name;
  std::vector<std::string> required;
};

// Where a member is empty, null or unset, its keyword is absent.
struct SchemaNode {
  std::string location;        // "#/properties/port"
  std::optional<bool> always;  // the schemas true and false

  unsigned types = 0;                         // bits 1 << Kind, 0 for any
  std::vector<std::string> allowed;           // enum and const, as shown to people
  std::unordered_set<std::string> canonical;  // the same, as canonical_text
  bool has_allowed = false;

  std::vector<Property> properties;
  std::unordered_map<std::string_view, const SchemaNode*> property_index;
  std::vector<PatternProperty> pattern_properties;
  const SchemaNode* additional_properties = nullptr;
  const SchemaNode* property_names = nullptr;
  std::vector<std::string> required;
  std::vector<DependentRequired> dependent_required;
  std::optional<std::size_t> min_properties;
  std::optional<std::size_t> max_properties;

  std::vector<const SchemaNode*> prefix_items;
  const SchemaNode* items = nullptr;
  const SchemaNode* contains = nullptr;
  std::optional<std::size_t> min_contains;
  std::optional<std::size_t> max_contains;
  std::optional<std::size_t> min_items;
  std::optional<std::size_t> max_items;
  bool unique_items = false;

  std::optional<long double> minimum;
  std::optional<long double> maximum;
  std::optional<long double> exclusive_minimum;
  std::optional<long double> exclusive_maximum;
  std::optional<long double> multiple_of;

  std::optional<std::size_t> min_length;
  std::optional<std::size_t> max_length;
  std::optional<Pattern> pattern;
  std::optional<Format> format;

  std::vector<const SchemaNode*> all_of;
  std::vector<const SchemaNode*> any_of;
  std::vector<const SchemaNode*> one_of;
  const SchemaNode* negated = nullptr;
  const SchemaNode* condition = nullptr;
  const SchemaNode* then_branch = nullptr;
  const SchemaNode* else_branch = nullptr;
  const SchemaNode* ref = nullptr;

  std::optional<boost::json::value> default_value;
  bool write_only = false;
  std::optional<PathUse> path;
};

struct CompiledSchema {
  std::vector<std::unique_ptr<SchemaNode>> nodes;
  const SchemaNode* root = nullptr;
};

// The schemas that see the same value as this one.
std::vector<const SchemaNode*> in_place_schemas(const SchemaNode& node);

}  // namespace tenon::config
