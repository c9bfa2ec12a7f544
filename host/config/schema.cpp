#include "host/config/schema.hpp"

#include <boost/json/parse.hpp>

#include "host/config/schema_compiler.hpp"
#include "host/config/schema_defaults.hpp"
#include "host/config/schema_node.hpp"
#include "host/config/schema_walker.hpp"

namespace tenon::config {

namespace {

constexpr std::size_t kMaxJsonDepth = 96;
constexpr std::size_t kMaxMarkSteps = 2'000'000;

Problems validated(const SchemaNode& schema, const ValueView& value, const std::string& path,
                   Secrets secrets) {
  Problems problems = SchemaWalker(path, secrets).problems(schema, value);
  sort_problems(problems);
  return problems;
}

void hide(Node& value) {
  value.secret = true;
  if (Node::List* items = value.list())
    for (Node& item : *items) hide(item);
  if (Node::Map* entries = value.map())
    for (MapEntry& entry : *entries) hide(entry.value);
}

// Steps through a value with all the schemas that apply to its parts, those of branches not taken
// included; bounded.
class ValueVisitor {
 public:
  virtual ~ValueVisitor() = default;

  void visit(const SchemaNode& schema, Node& value, const std::string& path) {
    if (++steps_ > kMaxMarkSteps || !enter(schema, value, path)) return;
    for (const SchemaNode* part : in_place_schemas(schema)) visit(*part, value, path);
    if (Node::Map* entries = value.map())
      for (MapEntry& entry : *entries) visit_entry(schema, entry, child_path(path, entry.key));
    if (Node::List* items = value.list())
      for (std::size_t i = 0; i < items->size(); ++i)
        if (const SchemaNode* item =
                i < schema.prefix_items.size() ? schema.prefix_items[i] : schema.items)
          visit(*item, (*items)[i], child_path(path, i));
  }

  bool gave_up() const { return steps_ > kMaxMarkSteps; }

 private:
  // Whether to go on into the value.
  virtual bool enter(const SchemaNode& schema, Node& value, const std::string& path) = 0;

  void visit_entry(const SchemaNode& schema, MapEntry& entry, const std::string& path) {
    auto property = schema.property_index.find(entry.key);
    bool known = property != schema.property_index.end();
    if (known) visit(*property->second, entry.value, path);
    for (const PatternProperty& candidate : schema.pattern_properties) {
      if (!candidate.pattern.matches(entry.key)) continue;
      known = true;
      visit(*candidate.schema, entry.value, path);
    }
    if (!known && schema.additional_properties)
      visit(*schema.additional_properties, entry.value, path);
  }

  std::size_t steps_ = 0;
};

// Hides what a writeOnly schema applies to; where the schema is too tangled to follow, everything
// is hidden.
class SecretMarker final : public ValueVisitor {
  bool enter(const SchemaNode& schema, Node& value, const std::string&) override {
    if (value.secret) return false;
    if (schema.write_only) hide(value);
    return true;
  }
};

class PathFinder final : public ValueVisitor {
 public:
  std::vector<PathValue> found;

 private:
  bool enter(const SchemaNode& schema, Node& value, const std::string& path) override {
    const std::string* text = value.string();
    if (schema.path && text && !text->empty() && !value.broken)
      found.push_back({*text, *schema.path, value.mark, path});
    return true;
  }
};

}  // namespace

Result<Schema> Schema::compile(std::string_view json_text) {
  boost::json::error_code failure;
  boost::json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  boost::json::value json =
      boost::json::parse({json_text.data(), json_text.size()}, failure, {}, options);
  if (failure)
    return Error{Code::invalid, "the schema is not valid JSON: " + failure.message(), "#"};
  return compile_value(json);
}

Result<Schema> Schema::compile_value(const boost::json::value& schema) {
  TN_TRY(auto compiled, SchemaCompiler().compile(schema));
  return Schema(std::move(compiled));
}

Problems Schema::validate(const Node& value, const std::string& path) const {
  return validated(*compiled_->root, ValueView(value), path, Secrets::reveal);
}

Problems Schema::validate(const boost::json::value& value, const std::string& path,
                          const Mark& site, Secrets secrets) const {
  return validated(*compiled_->root, ValueView(value, site), path, secrets);
}

Result<boost::json::value> Schema::apply_defaults(boost::json::value value) const {
  return SchemaDefaults().complete(*compiled_->root, std::move(value));
}

void Schema::mark_secrets(Node& value) const {
  SecretMarker marker;
  marker.visit(*compiled_->root, value, "");
  if (marker.gave_up()) hide(value);
}

std::vector<PathValue> Schema::paths(const Node& value) const {
  PathFinder finder;
  Node copy = value;  // the visitor may change what it visits; this one does not
  finder.visit(*compiled_->root, copy, "");
  if (finder.gave_up()) return {};
  return std::move(finder.found);
}

}  // namespace tenon::config
