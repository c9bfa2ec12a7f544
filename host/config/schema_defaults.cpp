#include "host/config/schema_defaults.hpp"

#include "host/config/schema_walker.hpp"

namespace tenon::config {

namespace {

constexpr std::size_t kMaxDepth = 256;
constexpr std::size_t kMaxSteps = 2'000'000;

bool holds(const SchemaNode& schema, const boost::json::value& value) {
  const Mark nowhere;
  return SchemaWalker("", Secrets::redact).holds(schema, ValueView(value, nowhere));
}

// A property's default may stand behind its $ref. The compiler refused references without an end.
const boost::json::value* default_of(const SchemaNode& schema) {
  for (const SchemaNode* at = &schema; at; at = at->ref)
    if (at->default_value) return &*at->default_value;
  return nullptr;
}

}  // namespace

Result<boost::json::value> SchemaDefaults::complete(const SchemaNode& schema,
                                                    boost::json::value value) {
  fill(schema, value);
  if (endless_)
    return Error{Code::invalid, "the schema's defaults do not end: a default holds itself",
                 schema.location};
  return value;
}

void SchemaDefaults::fill(const SchemaNode& schema, boost::json::value& value) {
  if (endless_) return;
  if (++steps_ > kMaxSteps || depth_ >= kMaxDepth) {
    endless_ = true;
    return;
  }
  ++depth_;
  if (value.is_object()) fill_map(schema, value.get_object());
  if (value.is_array()) fill_list(schema, value.get_array());
  if (schema.ref) fill(*schema.ref, value);
  for (const SchemaNode* part : schema.all_of) fill(*part, value);
  fill_first_that_holds(schema.any_of, value);
  fill_first_that_holds(schema.one_of, value);
  if (schema.condition) {
    const SchemaNode* branch =
        holds(*schema.condition, value) ? schema.then_branch : schema.else_branch;
    if (branch) fill(*branch, value);
  }
  --depth_;
}

void SchemaDefaults::fill_map(const SchemaNode& schema, boost::json::object& map) {
  for (const Property& property : schema.properties) {
    if (const boost::json::value* missing = default_of(*property.schema))
      if (!map.contains(property.name)) map[property.name] = *missing;
    if (boost::json::value* present = map.if_contains(property.name))
      fill(*property.schema, *present);
  }
  if (schema.pattern_properties.empty() && !schema.additional_properties) return;
  for (auto& entry : map) {
    std::string_view key(entry.key().data(), entry.key().size());
    bool known = schema.property_index.count(key) != 0;
    for (const PatternProperty& candidate : schema.pattern_properties) {
      if (!candidate.pattern.matches(key)) continue;
      known = true;
      fill(*candidate.schema, entry.value());
    }
    if (!known && schema.additional_properties) fill(*schema.additional_properties, entry.value());
  }
}

void SchemaDefaults::fill_list(const SchemaNode& schema, boost::json::array& list) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const SchemaNode* item = i < schema.prefix_items.size() ? schema.prefix_items[i] : schema.items;
    if (item) fill(*item, list[i]);
  }
}

void SchemaDefaults::fill_first_that_holds(const std::vector<const SchemaNode*>& branches,
                                           boost::json::value& value) {
  for (const SchemaNode* branch : branches)
    if (holds(*branch, value)) return fill(*branch, value);
}

}  // namespace tenon::config
