#include "host/tools/example.hpp"

#include <cmath>
#include <map>

#include "host/config/schema.hpp"
#include "host/tools/json_schema.hpp"

namespace tenon::tools {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr int kDeepest = 12;  // schemas may contain themselves

// Values are guesses: whether one is valid is found out at the end, by the schema itself.
class Guess {
 public:
  Guess(const value& root, bool optional_members)
      : root_(root), optional_members_(optional_members) {}

  value of(const value& schema, int depth = 0) const {
    if (!schema.is_object() || depth > kDeepest) return nullptr;
    const auto& rules = schema.get_object();
    if (const auto* given = list(rules, "examples")) return given->at(0);
    for (const char* keyword : {"default", "const"})
      if (const auto* given = rules.if_contains(keyword)) return *given;
    if (const auto* given = list(rules, "enum")) return given->at(0);
    if (const auto reference = text_of(rules, "$ref"); !reference.empty())
      return of(resolve(reference), depth + 1);
    for (const char* keyword : {"oneOf", "anyOf"})
      if (const auto* branches = list(rules, keyword)) return of(branches->at(0), depth + 1);
    const auto type = type_of(rules);
    if (type == "object") return an_object(rules, depth);
    if (type == "array") return a_list(rules, depth);
    if (type == "string") return a_text(rules);
    if (type == "integer" || type == "number") return a_number(rules, type == "integer");
    if (type == "boolean") return true;
    if (type == "null") return nullptr;
    return object();
  }

 private:
  static const array* list(const object& rules, std::string_view keyword) {
    const auto* found = rules.if_contains(keyword);
    return found && found->is_array() && !found->get_array().empty() ? &found->get_array()
                                                                     : nullptr;
  }

  static std::string_view type_of(const object& rules) {
    if (const auto* types = list(rules, "type"))
      return types->at(0).is_string() ? view_of(types->at(0).get_string()) : std::string_view();
    const auto type = text_of(rules, "type");
    return type.empty() && rules.contains("properties") ? "object" : type;
  }

  const value& resolve(std::string_view reference) const {
    static const value none;
    boost::json::error_code failed;
    const auto* found =
        reference.starts_with('#') ? root_.find_pointer(reference.substr(1), failed) : nullptr;
    return found ? *found : none;
  }

  value an_object(const object& rules, int depth) const {
    object out;
    const auto* properties = rules.if_contains("properties");
    if (!properties || !properties->is_object()) return out;
    const auto* required = list(rules, "required");
    for (const auto& [name, schema] : properties->get_object()) {
      const bool needed =
          required && std::find(required->begin(), required->end(), value(name)) != required->end();
      if (needed || (optional_members_ && depth < kDeepest / 2)) out[name] = of(schema, depth + 1);
    }
    return out;
  }

  value a_list(const object& rules, int depth) const {
    const auto* items = rules.if_contains("items");
    const auto* least = rules.if_contains("minItems");
    const bool needed = least && least->is_number() && least->to_number<double>() > 0;
    if (!items || (depth >= kDeepest / 2 && !needed)) return array();
    return array{of(*items, depth + 1)};
  }

  static value a_text(const object& rules) {
    static const std::map<std::string_view, const char*> formats = {
        {"date-time", "2026-01-31T12:00:00Z"},
        {"date", "2026-01-31"},
        {"time", "12:00:00Z"},
        {"duration", "PT1H"},
        {"email", "someone@example.com"},
        {"hostname", "example.com"},
        {"ipv4", "192.0.2.1"},
        {"ipv6", "2001:db8::1"},
        {"uri", "https://example.com/"},
        {"uri-reference", "/"},
        {"uuid", "123e4567-e89b-42d3-a456-426614174000"}};
    const auto known = formats.find(text_of(rules, "format"));
    std::string text = known == formats.end() ? "text" : known->second;
    const auto* least = rules.if_contains("minLength");
    if (least && least->is_int64() && least->get_int64() <= 1024)
      while (static_cast<int64_t>(text.size()) < least->get_int64()) text += " text";
    const auto* most = rules.if_contains("maxLength");
    if (most && most->is_int64() && most->get_int64() < static_cast<int64_t>(text.size()))
      text.resize(static_cast<size_t>(std::max<int64_t>(most->get_int64(), 0)));
    return value(text);
  }

  static value a_number(const object& rules, bool whole) {
    const auto limit = [&](const char* keyword) {
      const auto* found = rules.if_contains(keyword);
      return found && found->is_number() ? std::optional(found->to_number<double>()) : std::nullopt;
    };
    double out = 1;
    if (const auto step = limit("multipleOf")) out = *step;
    if (const auto least = limit("minimum"); least && out < *least) out = std::ceil(*least);
    if (const auto above = limit("exclusiveMinimum"); above && out <= *above) out = *above + 1;
    if (const auto most = limit("maximum"); most && out > *most) out = std::floor(*most);
    if (whole && std::abs(out) < 9e15) return static_cast<int64_t>(out);
    return out;
  }

  const value& root_;
  const bool optional_members_;
};

}  // namespace

std::optional<value> example_of(const value& schema) {
  const auto compiled = config::Schema::compile_value(schema);
  if (!compiled.ok()) return std::nullopt;
  for (const bool optional_members : {true, false}) {
    value guess = Guess(schema, optional_members).of(schema);
    if (compiled->validate(guess).empty()) return guess;
  }
  return std::nullopt;
}

}  // namespace tenon::tools
