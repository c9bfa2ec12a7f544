// JSON Schema, compiled once, walked with positions and messages for people.
//
// A subset of draft 2020-12 (an annotation is kept or passed by, nothing else is):
//   any value   type (one or a list), enum, const, allOf, anyOf, oneOf, not, if/then/else, $ref
//   maps        properties, patternProperties, additionalProperties, propertyNames, required,
//               dependentRequired, minProperties, maxProperties
//   lists       prefixItems, items, contains, minContains, maxContains, minItems, maxItems,
//               uniqueItems
//   numbers     minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf
//   strings     minLength, maxLength (code points), pattern (RE2), format (see format.hpp)
//   structure   $defs, definitions, $schema, $id (at the top only), $comment, true, false
//   annotations title, description, default, examples, deprecated, readOnly, writeOnly,
//               contentMediaType, contentEncoding, names that begin with x-
// $ref takes local JSON pointers ("#", "#/$defs/name"). Anything else, a pattern that RE2 does not
// take, and a $ref that leads to itself without stepping into a value are refused by compile().
//
// A compiled schema is immutable: copies share it, and any thread may use it.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/format.hpp"
#include "host/config/node.hpp"
#include "host/config/problem.hpp"
#include "tenon/result.hpp"

namespace tenon::config {

struct CompiledSchema;

// A text in a configuration that names files.
struct PathValue {
  std::string text;  // as written
  PathUse use{};
  Mark mark;
  std::string path;  // "files[2]"
};

class Schema {
 public:
  // Error::path is the place in the schema, such as "#/properties/port/minimum".
  static Result<Schema> compile(std::string_view json_text);
  static Result<Schema> compile_value(const boost::json::value& schema);

  // All problems (at most a hundred), sorted. `path` stands before the paths in problems.
  Problems validate(const Node& value, const std::string& path = {}) const;
  // Problems carry `site` as their position; with Secrets::redact they tell no value.
  Problems validate(const boost::json::value& value, const std::string& path = {},
                    const Mark& site = {}, Secrets secrets = Secrets::reveal) const;

  // The value completed with the schema's defaults: a missing property whose schema has a default
  // gets it, and so on inside. A property without a default stays missing, also when defaults are
  // inside it. Of anyOf and oneOf the first branch that holds adds its defaults. An error where
  // defaults do not end (a default inside itself).
  Result<boost::json::value> apply_defaults(boost::json::value value) const;

  // Marks what the schema calls writeOnly as secret.
  void mark_secrets(Node& value) const;

  // The texts that, by the schema's format, name files (tenon-read-path, tenon-write-path), empty
  // ones left out. None of them where the schema is too tangled to follow.
  std::vector<PathValue> paths(const Node& value) const;

 private:
  explicit Schema(std::shared_ptr<const CompiledSchema> compiled)
      : compiled_(std::move(compiled)) {}

  std::shared_ptr<const CompiledSchema> compiled_;
};

}  // namespace tenon::config
