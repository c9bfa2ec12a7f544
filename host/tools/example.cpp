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

// Schemas may contain themselves, and more than once.
constexpr int kDeepest = 12;
constexpr int kMostValues = 2000;
constexpr size_t kMostItems = 10;

// Values are guesses: whether one is valid is found out at the end, by the schema itself.
class Guess {
 public:
  Guess(const value& root, bool optional_members)
      : root_(root), optional_members_(optional_members) {}

  value of(const value& schema, int depth = 0) {
    if (!schema.is_object() || depth > kDeepest || ++values_ > kMostValues) return nullptr;
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

  value an_object(const object& rules, int depth) {
    object out;
    const auto* properties = rules.if_contains("properties");
    if (!properties || !properties->is_object()) return out;
    for (const auto& [name, schema] : properties->get_object())
      if (requires_member(rules, name) || (optional_members_ && depth < kDeepest / 2))
        out[name] = of(schema, depth + 1);
    return out;
  }

  value a_list(const object& rules, int depth) {
    const auto* items = rules.if_contains("items");
    const auto* least = rules.if_contains("minItems");
    const size_t wanted = least && least->is_int64() && least->get_int64() > 0
                              ? static_cast<size_t>(least->get_int64())
                              : 0;
    array out;
    const size_t made = wanted == 0 && depth < kDeepest / 2 ? 1 : std::min(wanted, kMostItems);
    while (items && out.size() < made) out.push_back(of(*items, depth + 1));
    return out;
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
    if (const auto given = limit("multipleOf"); given && *given > 0) out = *given;
    const double step = out;
    if (const auto least = limit("minimum"); least && out < *least)
      out = std::ceil(*least / step) * step;
    if (const auto above = limit("exclusiveMinimum"); above && out <= *above)
      out = (std::floor(*above / step) + 1) * step;
    if (const auto most = limit("maximum"); most && out > *most) out = std::floor(*most);
    if (whole && std::abs(out) < 9e15) return static_cast<int64_t>(out);
    return out;
  }

  const value& root_;
  const bool optional_members_;
  int values_ = 0;
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
