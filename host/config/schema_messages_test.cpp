// What is said of a bad schema and of values that break a good one; what the defaults complete.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "host/config/schema_test_support.hpp"

namespace tenon::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Bad {
  const char* name;
  std::string schema;
  const char* path;
  const char* message;
};

class Compiling : public testing::TestWithParam<Bad> {};

TEST_P(Compiling, RefusesWithThePlaceInTheSchema) {
  Result<Schema> schema = Schema::compile(GetParam().schema);

  ASSERT_FALSE(schema.ok());
  EXPECT_EQ(schema.error().path, GetParam().path);
  EXPECT_THAT(schema.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, Compiling,
    testing::Values(
        Bad{"NoJson", "{", "#", "not valid JSON"},
        Bad{"NoSchema", "5", "#", "found 5, expected a schema"},
        Bad{"UnknownKeyword", R"({"properties":{"a":{"minimun":1}}})", "#/properties/a/minimun",
            "the keyword \"minimun\" is not supported; did you mean \"minimum\"?"},
        Bad{"Unevaluated", R"({"unevaluatedProperties":false})", "#/unevaluatedProperties",
            "is not supported"},
        Bad{"Type", R"({"type":"int"})", "#/type", "found the type \"int\""},
        Bad{"TypeNumber", R"({"type":5})", "#/type", "expected a list of strings"},
        Bad{"TypeEmpty", R"({"type":[]})", "#/type", "at least one type"},
        Bad{"Pattern", R"({"pattern":"("})", "#/pattern", "expected one in RE2 syntax"},
        Bad{"Lookahead", R"({"pattern":"(?=a)b"})", "#/pattern", "expected one in RE2 syntax"},
        Bad{"BackReference", R"({"pattern":"(a)\\1"})", "#/pattern", "expected one in RE2 syntax"},
        Bad{"HugeRepetition", R"({"pattern":"((a{1,1000}){1,1000}){1,1000}"})", "#/pattern",
            "expected one in RE2 syntax"},
        Bad{"PatternProperty", R"({"patternProperties":{"[":{}}})", "#/patternProperties/[",
            "expected one in RE2 syntax"},
        Bad{"Format", R"({"format":"emial"})", "#/format", "unknown format \"emial\""},
        Bad{"MinLength", R"({"minLength":-1})", "#/minLength",
            "found -1, expected an integer from 0"},
        Bad{"Minimum", R"({"minimum":"1"})", "#/minimum", "found \"1\", expected a number"},
        Bad{"MultipleOfZero", R"({"multipleOf":0})", "#/multipleOf", "expected a number above 0"},
        Bad{"EnumEmpty", R"({"enum":[]})", "#/enum", "at least one value"},
        Bad{"AnyOfEmpty", R"({"anyOf":[]})", "#/anyOf", "at least one schema"},
        Bad{"Required", R"({"required":"a"})", "#/required", "expected a list of strings"},
        Bad{"Items", R"({"items":[{}]})", "#/items", "expected a schema"},
        Bad{"RefUnknown", R"({"$ref":"#/$defs/x"})", "#/$ref", "which is no schema"},
        Bad{"RefIntoEnum", R"({"$ref":"#/enum/0","enum":[{}]})", "#/$ref", "which is no schema"},
        Bad{"RefRemote", R"({"$ref":"https://example.org/x"})", "#/$ref", "expected a local one"},
        Bad{"RefAnchor", R"({"$ref":"#x"})", "#/$ref", "expected a local one"},
        Bad{"RefItself", R"({"$ref":"#"})", "#", "leads back to itself"},
        Bad{"RefCircle",
            R"({"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"allOf":[{"not":{"$ref":"#/$defs/a"}}]}}})",
            "#/$defs/a", "leads back to itself"},
        Bad{"Dialect", R"({"$schema":"http://json-schema.org/draft-04/schema#"})", "#/$schema",
            "found the dialect"},
        Bad{"InnerId", R"({"items":{"$id":"x"}})", "#/items/$id", "at the top"}),
    [](const auto& info) { return info.param.name; });

TEST(Compiling, BoundsDepth) {
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += R"({"not":)";
  EXPECT_FALSE(Schema::compile(deep).ok());
  std::string closed = "true";
  for (int i = 0; i < 80; ++i) closed = R"({"not":)" + closed + "}";
  EXPECT_THAT(Schema::compile(closed).error().message, HasSubstr("nested too deeply"));
}

struct Message {
  const char* name;
  const char* schema;
  const char* yaml;
  std::vector<std::string> problems;
};

class Validating : public testing::TestWithParam<Message> {};

TEST_P(Validating, TellsPlaceFoundAndExpected) {
  EXPECT_EQ(told(compiled(GetParam().schema).validate(node_of(GetParam().yaml))),
            GetParam().problems);
}

INSTANTIATE_TEST_SUITE_P(
    Messages, Validating,
    testing::Values(
        Message{"Type",
                R"({"properties":{"a":{"type":"integer"}}})",
                "a: x1",
                {"t:1:4: a: found \"x1\", expected an integer"}},
        Message{"Types",
                R"({"properties":{"a":{"type":["boolean","array","null"]}}})",
                "a: 1.5",
                {"t:1:4: a: found 1.5, expected true or false, a list or nothing (null)"}},
        Message{"OldBoolean",
                R"({"properties":{"a":{"type":"boolean"}}})",
                "a: Yes",
                {"t:1:4: a: found \"Yes\", expected true or false; did you mean \"true\"?"}},
        Message{"Enum",
                R"({"properties":{"a":{"enum":["info","debug",3]}}})",
                "a: dbug",
                {"t:1:4: a: found \"dbug\", expected one of \"info\", \"debug\", 3; did you mean "
                 "\"debug\"?"}},
        Message{"Unknown",
                R"({"properties":{"port":{},"host":{}},"additionalProperties":false})",
                "host: x\nprot: 1\n",
                {"t:2:1: prot: unknown key, expected port or host; did you mean \"port\"?"}},
        Message{"UnknownFar",
                R"({"properties":{"port":{}},"additionalProperties":false})",
                "zzz: 1",
                {"t:1:1: zzz: unknown key, expected port"}},
        Message{"NoKeys",
                R"({"additionalProperties":false})",
                "a: 1",
                {"t:1:1: a: unknown key, expected no keys here"}},
        Message{"Missing",
                R"({"properties":{"a":{"required":["b"]}}})",
                "a:\n  c: 1\n",
                {"t:2:3: a: the key \"b\" is missing"}},
        Message{"KeyName",
                R"({"propertyNames":{"pattern":"^[a-z]+$"}})",
                "A1: x",
                {"t:1:1: A1: as a key, found \"A1\", expected text that matches the pattern "
                 "^[a-z]+$"}},
        Message{"Length",
                R"({"properties":{"a":{"minLength":3}}})",
                "a: é",
                {"t:1:4: a: found \"é\", expected at least 3 characters (it has 1)"}},
        Message{"Bounds",
                R"({"properties":{"a":{"minimum":1,"multipleOf":2.5}}})",
                "a: -4",
                {"t:1:4: a: found -4, expected at least 1",
                 "t:1:4: a: found -4, expected a multiple of 2.5"}},
        Message{"Item",
                R"({"properties":{"a":{"items":{"type":"string"},"maxItems":1}}})",
                "a:\n  - x\n  - 2\n",
                {"t:2:3: a: found a list of 2, expected at most 1 item",
                 "t:3:5: a[1]: found 2, expected a string"}},
        Message{"Unique",
                R"({"properties":{"a":{"uniqueItems":true}}})",
                "a: [x, y, x]",
                {"t:1:11: a[2]: found the same value as item [0], expected all items to differ"}},
        Message{"OddKey",
                R"({"properties":{"a b":{"type":"null"}}})",
                "a b: 1",
                {"t:1:6: [\"a b\"]: found 1, expected nothing (null)"}},
        Message{"AnyOfTypes",
                R"({"properties":{"a":{"anyOf":[{"type":"string"},{"type":"array"}]}}})",
                "a: 5",
                {"t:1:4: a: found 5, expected a string or a list"}},
        Message{"AnyOfClosest",
                R"({"properties":{"a":{"anyOf":[{"type":"string"},{"items":{"type":"integer"},)"
                R"("type":"array"}]}}})",
                "a: [1, x]",
                {"t:1:8: a[1]: found \"x\", expected an integer"}},
        Message{
            "OneOfByConst",
            R"({"oneOf":[{"properties":{"kind":{"const":"tcp"},"port":{"type":"integer"}}},)"
            R"({"properties":{"kind":{"const":"unix"},"path":{}},"additionalProperties":false}]})",
            "kind: unix\nport: 1\n",
            {"t:2:1: port: unknown key, expected kind or path"}},
        Message{"OneOfTwo",
                R"({"properties":{"a":{"oneOf":[{"minimum":1},{"maximum":9},false]}}})",
                "a: 5",
                {"t:1:4: a: found 5, which fits the forms 1 and 2 of 3, expected it to fit "
                 "exactly one"}},
        Message{"Not",
                R"({"properties":{"a":{"not":{"const":5}}}})",
                "a: 5",
                {"t:1:4: a: found 5, which is excluded (\"not\") here"}}),
    [](const auto& info) { return info.param.name; });

TEST(Validating, TellsAllMistakesAtOnceInTheOrderOfTheFile) {
  Schema schema = compiled(
      R"({"properties":{"a":{"type":"integer"},"b":{"maxLength":1},"c":{"items":{"enum":[1]}}},)"
      R"("additionalProperties":false})");

  std::vector<std::string> problems =
      told(schema.validate(node_of("c: [2, 1, 3]\nd: 1\nb: xx\na: x\n")));

  ASSERT_EQ(problems.size(), 5U);
  EXPECT_THAT(problems,
              ElementsAre(HasSubstr("t:1:5: c[0]"), HasSubstr("t:1:11: c[2]"),
                          HasSubstr("t:2:1: d"), HasSubstr("t:3:4: b"), HasSubstr("t:4:4: a")));
}

TEST(Validating, NeverTellsASecret) {
  for (const char* schema :
       {R"({"properties":{"a":{"type":"integer"}}})",
        R"({"properties":{"a":{"enum":["hunter3"]}}})", R"({"properties":{"a":{"pattern":"^x"}}})",
        R"({"properties":{"a":{"format":"ipv4"}}})", R"({"properties":{"a":{"maxLength":2}}})",
        R"({"properties":{"a":{"not":{}}}})", R"({"properties":{"a":{"oneOf":[true,true]}}})",
        R"({"properties":{"a":{"anyOf":[{"const":1},false]}}})",
        R"({"properties":{"a":{"type":"boolean"}}})"}) {
    Problems from_outside = compiled(schema).validate(node_of("a: ${PASSWORD}"));
    Problems redacted = compiled(schema).validate(boost::json::parse(R"({"a":"hunter2"})"), "", {},
                                                  Secrets::redact);

    ASSERT_EQ(from_outside.size(), 1U) << schema;
    ASSERT_EQ(redacted.size(), 1U) << schema;
    EXPECT_THAT(from_outside[0].to_string(), testing::Not(HasSubstr("hunter2"))) << schema;
    EXPECT_THAT(redacted[0].to_string(), testing::Not(HasSubstr("hunter2"))) << schema;
  }
}

TEST(Validating, NeverTellsWhatASchemaCallsWriteOnly) {
  Schema schema = compiled(
      R"({"properties":{"a":{"writeOnly":true,"type":"object","properties":{"k":{"minLength":9}}}}})");
  Node node = node_of("a: {k: hunter2}");

  EXPECT_EQ(told(schema.validate(node)),
            std::vector<std::string>{
                "t:1:8: a.k: found a secret string, expected at least 9 characters"});
  schema.mark_secrets(node);
  EXPECT_EQ(boost::json::serialize(node.to_json(Secrets::redact)), R"({"a":"<secret>"})");
}

TEST(Validating, PassesBrokenValuesBy) {
  LoadOptions options;
  options.environment = [](const std::string&) { return std::nullopt; };
  Document document = load_text("a: ${UNSET}", "t", options);
  Schema schema = compiled(R"({"properties":{"a":{"type":"integer"}},"required":["a"]})");

  EXPECT_TRUE(schema.validate(document.root).empty());
}

TEST(Validating, IsBoundedInDepthStepsAndProblems) {
  boost::json::value deep = 1;
  for (int i = 0; i < 5000; ++i) deep = boost::json::array{std::move(deep)};
  EXPECT_THAT(told(compiled(R"({"items":{"$ref":"#"}})").validate(deep)),
              ElementsAre(HasSubstr("too large or too deep")));

  std::string doubling = R"({"$ref":"#/$defs/d0","$defs":{)";
  for (int i = 0; i < 40; ++i) {
    std::string next = R"({"$ref":"#/$defs/d)" + std::to_string(i + 1) + "\"}";
    doubling += "\"d" + std::to_string(i) + R"(":{"allOf":[)" + next + "," + next + "]},";
  }
  doubling += R"("d40":true}})";
  EXPECT_THAT(told(compiled(doubling).validate(boost::json::value(1))),
              ElementsAre(HasSubstr("too large or too deep")));

  boost::json::array many(10'000, "x");
  EXPECT_EQ(compiled(R"({"items":{"type":"integer"}})").validate(many).size(), 100U);
}

TEST(Validating, LongTextAgainstAPatternThatBacktracksIsQuick) {
  Schema schema = compiled(R"({"pattern":"^(a+)+$"})");

  EXPECT_EQ(schema.validate(boost::json::value(std::string(1 << 20, 'a') + "!")).size(), 1U);
}

TEST(Defaults, CompleteAValue) {
  struct Example {
    const char* schema;
    const char* value;
    const char* completed;
  };
  for (const Example& example : std::vector<Example>{
           {R"({"properties":{"a":{"default":1},"b":{}}})", "{}", R"({"a":1})"},
           {R"({"properties":{"a":{"default":1}}})", R"({"a":null})", R"({"a":null})"},
           {R"({"properties":{"a":{"properties":{"b":{"default":1}}}}})", "{}", "{}"},
           {R"({"properties":{"a":{"properties":{"b":{"default":1}},"default":{}}}})", "{}",
            R"({"a":{"b":1}})"},
           {R"({"properties":{"a":{"$ref":"#/$defs/d"}},"$defs":{"d":{"default":7}}})", "{}",
            R"({"a":7})"},
           {R"({"items":{"properties":{"a":{"default":1}}}})", "[{},{\"a\":2},3]",
            R"([{"a":1},{"a":2},3])"},
           {R"({"additionalProperties":{"properties":{"a":{"default":1}}}})", R"({"x":{}})",
            R"({"x":{"a":1}})"},
           {R"({"patternProperties":{"^x":{"properties":{"a":{"default":1}}}}})",
            R"({"x":{},"y":{}})", R"({"x":{"a":1},"y":{}})"},
           {R"({"allOf":[{"properties":{"a":{"default":1}}},{"properties":{"b":{"default":2}}}]})",
            "{}", R"({"a":1,"b":2})"},
           {R"({"oneOf":[{"required":["x"],"properties":{"a":{"default":1}}},)"
            R"({"required":["y"],"properties":{"b":{"default":2}}}]})",
            R"({"y":0})", R"({"y":0,"b":2})"},
           {R"({"if":{"required":["x"]},"then":{"properties":{"a":{"default":1}}},)"
            R"("else":{"properties":{"b":{"default":2}}}})",
            "{}", R"({"b":2})"},
       }) {
    Result<boost::json::value> completed =
        compiled(example.schema).apply_defaults(boost::json::parse(example.value));
    ASSERT_TRUE(completed.ok()) << example.schema;
    EXPECT_EQ(boost::json::serialize(*completed), example.completed) << example.schema;
  }
}

TEST(Defaults, ThatHoldThemselvesAreAnError) {
  for (const char* schema :
       {R"({"properties":{"a":{"$ref":"#","default":{}}}})",
        R"({"properties":{"a":{"$ref":"#","default":{}},"b":{"$ref":"#","default":{}}}})"}) {
    Result<boost::json::value> completed = compiled(schema).apply_defaults(boost::json::object());
    ASSERT_FALSE(completed.ok());
    EXPECT_THAT(completed.error().message, HasSubstr("do not end"));
  }
}

}  // namespace
}  // namespace tenon::config
