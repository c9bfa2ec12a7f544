#include "host/config/schema_compiler.hpp"

#include "host/config/nearest.hpp"
#include "host/config/problem.hpp"
#include "host/config/schema_expect.hpp"

namespace tenon::config {

namespace {

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxNodes = 20'000;

}  // namespace

std::vector<const SchemaNode*> in_place_schemas(const SchemaNode& node) {
  std::vector<const SchemaNode*> out;
  for (const auto* list : {&node.all_of, &node.any_of, &node.one_of})
    out.insert(out.end(), list->begin(), list->end());
  for (const SchemaNode* one :
       {node.ref, node.negated, node.condition, node.then_branch, node.else_branch})
    if (one) out.push_back(one);
  return out;
}

Result<std::shared_ptr<const CompiledSchema>> SchemaCompiler::compile(
    const boost::json::value& schema) {
  compiled_ = std::make_unique<CompiledSchema>();
  try {
    compiled_->root = add_schema(schema, "#");
    resolve_references();
    refuse_endless_references();
  } catch (SchemaFailure& failure) {
    return std::move(failure.error);
  }
  return std::shared_ptr<const CompiledSchema>(std::move(compiled_));
}

const SchemaNode* SchemaCompiler::add_schema(const Json& schema, const std::string& location) {
  if (compiled_->nodes.size() >= kMaxNodes) fail_at(location, "the schema has too many parts");
  if (++depth_ > kMaxDepth) fail_at(location, "the schema is nested too deeply");
  compiled_->nodes.push_back(std::make_unique<SchemaNode>());
  SchemaNode& node = *compiled_->nodes.back();
  node.location = location;
  by_location_[location] = &node;
  if (schema.is_bool())
    node.always = schema.get_bool();
  else
    add_keywords(node, expect_object(schema, location, "a schema (a map, true or false)"));
  --depth_;
  return &node;
}

void SchemaCompiler::add_keywords(SchemaNode& node, const boost::json::object& schema) {
  for (const auto& [key, value] : schema) {
    std::string_view name = view(key);
    std::string location = child_location(node.location, name);
    auto known = keywords().find(name);
    if (known != keywords().end()) {
      (this->*known->second)(node, value, location);
      continue;
    }
    if (name.substr(0, 2) == "x-") continue;
    std::vector<std::string_view> names;
    for (const auto& entry : keywords()) names.push_back(entry.first);
    fail_at(location,
            "the keyword " + in_quotes(name) + " is not supported" + did_you_mean(name, names));
  }
  for (const Property& property : node.properties)
    node.property_index.emplace(property.name, property.schema);
}

void SchemaCompiler::add_branches(std::vector<const SchemaNode*>& into, const Json& value,
                                  const std::string& location) {
  const auto& branches = expect_array(value, location, "a list of schemas");
  if (branches.empty()) fail_at(location, "found an empty list, expected at least one schema");
  for (std::size_t i = 0; i < branches.size(); ++i)
    into.push_back(add_schema(branches[i], child_location(location, i)));
}

void SchemaCompiler::resolve_references() {
  for (const Reference& reference : references_) {
    auto target = by_location_.find(reference.target);
    if (target == by_location_.end())
      fail_at(reference.location, "found a reference to " + in_quotes(reference.target) +
                                      ", which is no schema in this document");
    reference.node->ref = target->second;
  }
}

// Depth first over the schemas that see the same value; coming back to one that is still open
// means that validation would never step into a value.
void SchemaCompiler::refuse_endless_references() {
  enum class State { fresh, open, done };
  std::unordered_map<const SchemaNode*, State> states;
  struct Visit {
    const SchemaNode* node;
    std::vector<const SchemaNode*> next;
  };
  for (const auto& start : compiled_->nodes) {
    if (states[start.get()] != State::fresh) continue;
    std::vector<Visit> stack;
    auto enter = [&](const SchemaNode* node) {
      states[node] = State::open;
      stack.push_back({node, in_place_schemas(*node)});
    };
    enter(start.get());
    while (!stack.empty()) {
      if (stack.back().next.empty()) {
        states[stack.back().node] = State::done;
        stack.pop_back();
        continue;
      }
      const SchemaNode* next = stack.back().next.back();
      stack.back().next.pop_back();
      if (states[next] == State::open)
        fail_at(next->location,
                "found a $ref that leads back to itself without stepping into a "
                "property or item, expected one that ends");
      if (states[next] == State::fresh) enter(next);
    }
  }
}

}  // namespace tenon::config
