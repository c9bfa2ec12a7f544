#include <fmt/format.h>

#include "host/config/schema.hpp"
#include "host/plugins/manifest_keys.hpp"
#include "host/plugins/manifest_schemas.hpp"
#include "host/verify/file_checks.hpp"

namespace tenon::verify {
namespace {

namespace js = boost::json;

// Looks at every schema inside a schema for the values that it shows to readers.
class Examples {
 public:
  explicit Examples(const js::value& root) : root_(root) {}

  std::vector<std::string> wrong() {
    visit(root_, "#", 0);
    return std::move(wrong_);
  }

 private:
  static constexpr size_t kMaxDepth = 64;

  void visit(const js::value& schema, const std::string& at, size_t depth) {
    const auto* object = schema.if_object();
    if (!object || depth > kMaxDepth) return;
    if (const auto* examples = object->if_contains("examples"))
      if (examples->is_array())
        for (const auto& one : examples->get_array()) judge(*object, one, at + "/examples");
    if (const auto* preset = object->if_contains("default"))
      judge(*object, *preset, at + "/default");
    for (const auto& member : *object) {
      const std::string name(member.key());
      // Their values are data, not schemas.
      if (name == "examples" || name == "default" || name == "const" || name == "enum") continue;
      visit_below(member.value(), at + "/" + name, depth + 1);
    }
  }
  // Members and elements of a keyword are schemas, or the maps and lists that hold them.
  void visit_below(const js::value& value, const std::string& at, size_t depth) {
    if (const auto* list = value.if_array())
      for (size_t i = 0; i < list->size(); ++i)
        visit((*list)[i], at + "/" + std::to_string(i), depth);
    const auto* object = value.if_object();
    if (!object) return;
    const bool map = at.ends_with("/properties") || at.ends_with("/patternProperties") ||
                     at.ends_with("/$defs") || at.ends_with("/definitions");
    if (!map) return visit(value, at, depth);
    for (const auto& member : *object)
      visit(member.value(), at + "/" + std::string(member.key()), depth + 1);
  }

  void judge(js::object schema, const js::value& value, const std::string& at) {
    // Alone, it still needs what it refers to.
    for (const char* shared : {"$defs", "definitions"})
      if (const auto* found = root_.as_object().if_contains(shared)) schema[shared] = *found;
    const auto compiled = config::Schema::compile_value(schema);
    if (!compiled.ok()) return;  // refers to another place; the schema as a whole does compile
    for (const auto& problem : compiled->validate(value))
      wrong_.push_back(fmt::format("at {}: {}{}{}", at, problem.path,
                                   problem.path.empty() ? "" : ": ", problem.message));
  }

  const js::value& root_;
  std::vector<std::string> wrong_;
};

}  // namespace

void check_manifest(const plugins::Manifest& manifest, Report& report) {
  report.judge("manifest.keys", plugins::unknown_manifest_keys(manifest.text), Outcome::warned);
  report.judge("manifest.schemas", plugins::broken_schemas(manifest));
  std::vector<std::string> wrong;
  for (const auto& [name, schema] : plugins::schemas_of(manifest))
    for (const auto& one : Examples(*schema).wrong()) wrong.push_back(name + " " + one);
  report.judge("manifest.examples", wrong);
}

}  // namespace tenon::verify
