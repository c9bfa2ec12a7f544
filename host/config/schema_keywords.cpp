// The keywords of JSON Schema: what each puts into a compiled schema.
#include <boost/json/serialize.hpp>
#include <cctype>

#include "host/config/format.hpp"
#include "host/config/problem.hpp"
#include "host/config/schema_compiler.hpp"
#include "host/config/schema_expect.hpp"
#include "host/config/schema_words.hpp"

namespace tenon::config {

namespace {

constexpr std::int64_t kMaxPatternMemory = 1 << 20;

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool coded = text[i] == '%' && i + 2 < text.size() &&
                 std::isxdigit(static_cast<unsigned char>(text[i + 1])) &&
                 std::isxdigit(static_cast<unsigned char>(text[i + 2]));
    if (coded) {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// JSON Schema writes a code point as \u00e9, RE2 as \x{00e9}.
std::string to_re2_syntax(std::string_view pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '\\' || i + 1 == pattern.size()) {
      out += pattern[i];
    } else if (pattern[i + 1] == 'u' && i + 5 < pattern.size()) {
      out += "\\x{" + std::string(pattern.substr(i + 2, 4)) + "}";
      i += 5;
    } else {
      out += pattern.substr(i, 2);
      ++i;
    }
  }
  return out;
}

Pattern make_pattern(std::string_view text, const std::string& location) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxPatternMemory);
  auto expression = std::make_unique<const RE2>(to_re2_syntax(text), options);
  if (!expression->ok())
    fail_at(location, "found the pattern " + in_quotes(text) +
                          ", expected one in RE2 syntax: " + expression->error());
  return {std::string(text), std::move(expression)};
}

unsigned type_bit(std::string_view name, const std::string& location) {
  if (name == "null") return bit(Kind::null);
  if (name == "boolean") return bit(Kind::boolean);
  if (name == "integer") return bit(Kind::integer);
  if (name == "number") return bit(Kind::integer) | bit(Kind::number);
  if (name == "string") return bit(Kind::string);
  if (name == "array") return bit(Kind::list);
  if (name == "object") return bit(Kind::map);
  fail_at(location, "found the type " + in_quotes(name) +
                        ", expected null, boolean, integer, number, string, array or object");
}

void allow_only(SchemaNode& node, const boost::json::value& value) {
  static const Mark nowhere;
  std::string shown = boost::json::serialize(value);
  if (value.is_double()) shown = number_text(value.get_double());
  node.allowed.push_back(std::move(shown));
  node.canonical.insert(canonical_text(ValueView(value, nowhere)));
}

}  // namespace

void SchemaCompiler::keyword_schema_uri(SchemaNode&, const Json& value,
                                        const std::string& location) {
  std::string_view uri = expect_string(value, location, "a URI");
  if (!uri.empty() && uri.back() == '#') uri.remove_suffix(1);
  for (std::string_view known :
       {"https://json-schema.org/draft/2020-12/schema",
        "https://json-schema.org/draft/2019-09/schema", "http://json-schema.org/draft-07/schema"})
    if (uri == known) return;
  fail_at(location, "found the dialect " + in_quotes(uri) +
                        ", expected https://json-schema.org/draft/2020-12/schema");
}

void SchemaCompiler::keyword_id(SchemaNode& node, const Json& value, const std::string& location) {
  expect_string(value, location, "a URI");
  if (node.location != "#") fail_at(location, "$id is supported at the top of a schema only");
}

void SchemaCompiler::keyword_definitions(SchemaNode&, const Json& value,
                                         const std::string& location) {
  for (const auto& [name, schema] : expect_object(value, location, "a map of schemas"))
    add_schema(schema, child_location(location, view(name)));
}

void SchemaCompiler::keyword_ref(SchemaNode& node, const Json& value, const std::string& location) {
  std::string target = percent_decoded(expect_string(value, location, "a reference"));
  if (target.empty() || target[0] != '#' || (target.size() > 1 && target[1] != '/'))
    fail_at(location, "found the reference " + in_quotes(target) +
                          ", expected a local one such as #/$defs/name");
  references_.push_back({&node, std::move(target), location});
}

void SchemaCompiler::keyword_type(SchemaNode& node, const Json& value,
                                  const std::string& location) {
  if (value.is_string()) {
    node.types = type_bit(view(value.get_string()), location);
    return;
  }
  for (const std::string& name : expect_strings(value, location))
    node.types |= type_bit(name, location);
  if (node.types == 0) fail_at(location, "found an empty list, expected at least one type");
}

void SchemaCompiler::keyword_enum(SchemaNode& node, const Json& value,
                                  const std::string& location) {
  if (node.has_allowed) fail_at(location, "found enum beside const, expected one of them");
  node.has_allowed = true;
  for (const auto& item : expect_array(value, location, "a list of values")) allow_only(node, item);
  if (node.allowed.empty()) fail_at(location, "found an empty list, expected at least one value");
}

void SchemaCompiler::keyword_const(SchemaNode& node, const Json& value,
                                   const std::string& location) {
  if (node.has_allowed) fail_at(location, "found const beside enum, expected one of them");
  node.has_allowed = true;
  allow_only(node, value);
}

void SchemaCompiler::keyword_properties(SchemaNode& node, const Json& value,
                                        const std::string& location) {
  for (const auto& [name, schema] : expect_object(value, location, "a map of schemas"))
    node.properties.push_back(
        {std::string(name), add_schema(schema, child_location(location, view(name)))});
}

void SchemaCompiler::keyword_pattern_properties(SchemaNode& node, const Json& value,
                                                const std::string& location) {
  for (const auto& [pattern, schema] : expect_object(value, location, "a map of schemas")) {
    std::string place = child_location(location, view(pattern));
    Pattern compiled = make_pattern(view(pattern), place);
    node.pattern_properties.push_back({std::move(compiled), add_schema(schema, place)});
  }
}

void SchemaCompiler::keyword_required(SchemaNode& node, const Json& value,
                                      const std::string& location) {
  node.required = expect_strings(value, location);
}

void SchemaCompiler::keyword_dependent_required(SchemaNode& node, const Json& value,
                                                const std::string& location) {
  for (const auto& [name, names] : expect_object(value, location, "a map of lists of strings"))
    node.dependent_required.push_back(
        {std::string(name), expect_strings(names, child_location(location, view(name)))});
}

void SchemaCompiler::keyword_prefix_items(SchemaNode& node, const Json& value,
                                          const std::string& location) {
  add_branches(node.prefix_items, value, location);
}

void SchemaCompiler::keyword_unique_items(SchemaNode& node, const Json& value,
                                          const std::string& location) {
  node.unique_items = expect_bool(value, location);
}

void SchemaCompiler::keyword_multiple_of(SchemaNode& node, const Json& value,
                                         const std::string& location) {
  keyword_number<&SchemaNode::multiple_of>(node, value, location);
  if (*node.multiple_of <= 0) fail_at(location, found(value) + "a number above 0");
}

void SchemaCompiler::keyword_pattern(SchemaNode& node, const Json& value,
                                     const std::string& location) {
  node.pattern = make_pattern(expect_string(value, location, "a regular expression"), location);
}

void SchemaCompiler::keyword_format(SchemaNode& node, const Json& value,
                                    const std::string& location) {
  Result<Format> format = make_format(std::string(expect_string(value, location, "a format")));
  if (!format) fail_at(location, format.error().message);
  node.path = format->path;
  if (format->check) node.format = *std::move(format);
}

void SchemaCompiler::keyword_all_of(SchemaNode& node, const Json& value,
                                    const std::string& location) {
  add_branches(node.all_of, value, location);
}

void SchemaCompiler::keyword_any_of(SchemaNode& node, const Json& value,
                                    const std::string& location) {
  add_branches(node.any_of, value, location);
}

void SchemaCompiler::keyword_one_of(SchemaNode& node, const Json& value,
                                    const std::string& location) {
  add_branches(node.one_of, value, location);
}

void SchemaCompiler::keyword_default(SchemaNode& node, const Json& value, const std::string&) {
  node.default_value = value;
}

void SchemaCompiler::keyword_write_only(SchemaNode& node, const Json& value,
                                        const std::string& location) {
  node.write_only = expect_bool(value, location);
}

template <const SchemaNode* SchemaNode::*member>
void SchemaCompiler::keyword_subschema(SchemaNode& node, const Json& value,
                                       const std::string& location) {
  node.*member = add_schema(value, location);
}

template <std::optional<std::size_t> SchemaNode::*member>
void SchemaCompiler::keyword_count(SchemaNode& node, const Json& value,
                                   const std::string& location) {
  static const Mark nowhere;
  ValueView number(value, nowhere);
  if (number.kind() != Kind::integer || number.number() < 0 || number.number() > 1e15L)
    fail_at(location, found(value) + "an integer from 0");
  node.*member = static_cast<std::size_t>(number.number());
}

template <std::optional<long double> SchemaNode::*member>
void SchemaCompiler::keyword_number(SchemaNode& node, const Json& value,
                                    const std::string& location) {
  static const Mark nowhere;
  if (!value.is_number()) fail_at(location, found(value) + "a number");
  node.*member = ValueView(value, nowhere).number();
}

const std::unordered_map<std::string_view, SchemaCompiler::Keyword>& SchemaCompiler::keywords() {
  using C = SchemaCompiler;
  using N = SchemaNode;
  static const std::unordered_map<std::string_view, Keyword> table = {
      {"$schema", &C::keyword_schema_uri},
      {"$id", &C::keyword_id},
      {"$defs", &C::keyword_definitions},
      {"definitions", &C::keyword_definitions},
      {"$ref", &C::keyword_ref},
      {"type", &C::keyword_type},
      {"enum", &C::keyword_enum},
      {"const", &C::keyword_const},
      {"properties", &C::keyword_properties},
      {"patternProperties", &C::keyword_pattern_properties},
      {"additionalProperties", &C::keyword_subschema<&N::additional_properties>},
      {"propertyNames", &C::keyword_subschema<&N::property_names>},
      {"required", &C::keyword_required},
      {"dependentRequired", &C::keyword_dependent_required},
      {"minProperties", &C::keyword_count<&N::min_properties>},
      {"maxProperties", &C::keyword_count<&N::max_properties>},
      {"prefixItems", &C::keyword_prefix_items},
      {"items", &C::keyword_subschema<&N::items>},
      {"contains", &C::keyword_subschema<&N::contains>},
      {"minContains", &C::keyword_count<&N::min_contains>},
      {"maxContains", &C::keyword_count<&N::max_contains>},
      {"minItems", &C::keyword_count<&N::min_items>},
      {"maxItems", &C::keyword_count<&N::max_items>},
      {"uniqueItems", &C::keyword_unique_items},
      {"minimum", &C::keyword_number<&N::minimum>},
      {"maximum", &C::keyword_number<&N::maximum>},
      {"exclusiveMinimum", &C::keyword_number<&N::exclusive_minimum>},
      {"exclusiveMaximum", &C::keyword_number<&N::exclusive_maximum>},
      {"multipleOf", &C::keyword_multiple_of},
      {"minLength", &C::keyword_count<&N::min_length>},
      {"maxLength", &C::keyword_count<&N::max_length>},
      {"pattern", &C::keyword_pattern},
      {"format", &C::keyword_format},
      {"allOf", &C::keyword_all_of},
      {"anyOf", &C::keyword_any_of},
      {"oneOf", &C::keyword_one_of},
      {"not", &C::keyword_subschema<&N::negated>},
      {"if", &C::keyword_subschema<&N::condition>},
      {"then", &C::keyword_subschema<&N::then_branch>},
      {"else", &C::keyword_subschema<&N::else_branch>},
      {"default", &C::keyword_default},
      {"writeOnly", &C::keyword_write_only},
      {"title", &C::keyword_ignored},
      {"description", &C::keyword_ignored},
      {"examples", &C::keyword_ignored},
      {"deprecated", &C::keyword_ignored},
      {"readOnly", &C::keyword_ignored},
      {"$comment", &C::keyword_ignored},
      {"contentMediaType", &C::keyword_ignored},
      {"contentEncoding", &C::keyword_ignored},
  };
  return table;
}

}  // namespace tenon::config
