#include "host/config/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "host/config/loader.hpp"

namespace tenon::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Schema compiled(const std::string& text) {
  Result<Schema> schema = Schema::compile(text);
  if (!schema) throw std::runtime_error(schema.error().path + ": " + schema.error().message);
  return *std::move(schema);
}

std::vector<std::string> told(const Problems& problems) {
  std::vector<std::string> out;
  for (const Problem& problem : problems) out.push_back(problem.to_string());
  return out;
}

Node node_of(const std::string& yaml) {
  LoadOptions options;
  options.environment = [](const std::string&) { return std::optional<std::string>("hunter2"); };
  Document document = load_text(yaml, "t", options);
  if (!document.ok()) throw std::runtime_error(to_string(document.problems));
  return document.root;
}

// A schema with values that it takes and values that it refuses. Each value is tried as JSON and
// as a located node.
struct Case {
  const char* name;
  const char* schema;
  std::vector<const char*> valid;
  std::vector<const char*> invalid;
};

class Keyword : public testing::TestWithParam<Case> {};

TEST_P(Keyword, DividesValuesTheSameWayForJsonAndNodes) {
  Schema schema = compiled(GetParam().schema);
  auto holds = [&](const char* text) {
    bool as_json = schema.validate(boost::json::parse(text)).empty();
    Node document = node_of("v: " + std::string(text));
    EXPECT_EQ(schema.validate(*document.find("v")).empty(), as_json) << text;
    return as_json;
  };

  for (const char* text : GetParam().valid) EXPECT_TRUE(holds(text)) << text;
  for (const char* text : GetParam().invalid) EXPECT_FALSE(holds(text)) << text;
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    AnyValue, Keyword,
    testing::Values(
        Case{"True", "true", {"1", "null", "{}"}, {}},
        Case{"False", "false", {}, {"1", "null", "{}"}},
        Case{"Empty", "{}", {"1", "null", "[]"}, {}},
        Case{"Integer", R"({"type":"integer"})", {"0", "-5", "1.0"}, {"1.5", "\"1\"", "true"}},
        Case{"Number", R"({"type":"number"})", {"0", "1.5"}, {"\"1\"", "null"}},
        Case{"String", R"({"type":"string"})", {"\"\"", "\"é\""}, {"1", "[]"}},
        Case{"Boolean", R"({"type":"boolean"})", {"true", "false"}, {"0", "\"true\"", "null"}},
        Case{"Null", R"({"type":"null"})", {"null"}, {"0", "\"\"", "false"}},
        Case{"Array", R"({"type":"array"})", {"[]", "[1]"}, {"{}", "1"}},
        Case{"Object", R"({"type":"object"})", {"{}", "{\"a\":1}"}, {"[]", "null"}},
        Case{"TypeList", R"({"type":["string","null"]})", {"\"a\"", "null"}, {"1", "{}"}},
        Case{"Enum",
             R"({"enum":["a",1,null,[1,{"k":2}]]})",
             {"\"a\"", "1", "1.0", "null", "[1,{\"k\":2.0}]"},
             {"\"b\"", "\"1\"", "true", "[1]", "[1,{\"k\":3}]"}},
        Case{"ConstMap",
             R"({"const":{"a":1,"b":[2]}})",
             {R"({"b":[2],"a":1})"},
             {R"({"a":1})", R"({"a":1,"b":[2],"c":3})"}},
        Case{"ConstFalse", R"({"const":false})", {"false"}, {"0", "null", "\"\"", "[]"}},
        Case{"AllOf", R"({"allOf":[{"minimum":2},{"maximum":4}]})", {"2", "4"}, {"1", "5"}},
        Case{"AnyOf", R"({"anyOf":[{"type":"integer"},{"minimum":2}]})", {"1", "2.5"}, {"1.5"}},
        Case{
            "OneOf", R"({"oneOf":[{"type":"integer"},{"minimum":2}]})", {"1", "2.5"}, {"3", "1.5"}},
        Case{"Not", R"({"not":{"type":"integer"}})", {"\"1\"", "1.5"}, {"1"}},
        Case{"NotNot", R"({"not":{"not":{"type":"integer"}}})", {"1"}, {"\"1\""}},
        Case{"If",
             R"({"if":{"maximum":0},"then":{"minimum":-10},"else":{"multipleOf":2}})",
             {"-1", "-10", "4", "\"x\""},
             {"-100", "3"}},
        Case{"IfAlone", R"({"if":{"maximum":0}})", {"1", "-1"}, {}},
        Case{"Annotations",
             R"({"title":"t","description":"d","default":1,"examples":[1],"deprecated":true,)"
             R"("readOnly":true,"$comment":"c","x-own":{},"contentMediaType":"text/plain"})",
             {"1", "\"x\""},
             {}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Numbers, Keyword,
    testing::Values(
        Case{"Minimum", R"({"minimum":1.1})", {"1.1", "2", "\"x\""}, {"1", "1.0999"}},
        Case{"Maximum", R"({"maximum":3})", {"3", "3.0", "-9"}, {"3.0001", "4"}},
        Case{"ExclusiveMinimum", R"({"exclusiveMinimum":1})", {"1.0001", "2"}, {"1", "0"}},
        Case{"ExclusiveMaximum", R"({"exclusiveMaximum":3})", {"2.999"}, {"3", "3.5"}},
        Case{"LargeMinimum",
             R"({"minimum":9007199254740993})",
             {"9007199254740993"},
             {"9007199254740992"}},
        Case{"MultipleOf", R"({"multipleOf":2})", {"0", "-4", "10"}, {"7", "0.5"}},
        Case{"MultipleOfFraction",
             R"({"multipleOf":0.01})",
             {"0.01", "4.35", "19.99", "5"},
             {"0.005", "1.001"}},
        Case{"MultipleOfLarge", R"({"multipleOf":3})", {"9007199254740993"}, {"9007199254740992"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Strings, Keyword,
    testing::Values(
        Case{"MinLength", R"({"minLength":2})", {"\"äö\"", "\"abc\"", "1"}, {"\"ä\"", "\"\""}},
        Case{"MaxLength", R"({"maxLength":2})", {"\"💩💩\"", "\"\""}, {"\"abc\""}},
        Case{
            "Pattern", R"({"pattern":"^a*$"})", {"\"aaa\"", "\"\"", "1"}, {"\"abc\"", "\"aa\\n\""}},
        Case{"PatternIsNotAnchored", R"({"pattern":"a+"})", {"\"xxaayy\""}, {"\"xx\""}},
        Case{
            "PatternUnicode", R"({"pattern":"^\\u00e9\\p{L}$"})", {"\"éß\""}, {"\"e1\"", "\"é1\""}},
        Case{"DateTime",
             R"({"format":"date-time"})",
             {"\"2026-01-31T08:00:00Z\"", "\"2024-02-29T23:59:60.5+01:00\"", "1"},
             {"\"2026-02-29T08:00:00Z\"", "\"2026-01-31\"", "\"2026-01-31T24:00:00Z\"",
              "\"2026-01-31T08:00:00\""}},
        Case{"Date",
             R"({"format":"date"})",
             {"\"2000-02-29\""},
             {"\"1900-02-29\"", "\"2026-13-01\"", "\"2026-1-1\"", "\"2026-04-31\""}},
        Case{"Time",
             R"({"format":"time"})",
             {"\"08:30:06Z\"", "\"08:30:06.28-08:00\""},
             {"\"08:30:06\"", "\"25:00:00Z\""}},
        Case{"Duration",
             R"({"format":"duration"})",
             {"\"P4DT12H30M5S\"", "\"PT15M\"", "\"P2W\""},
             {"\"P\"", "\"PT\"", "\"4DT\"", "\"P1D2H\""}},
        Case{"Email",
             R"({"format":"email"})",
             {"\"a.b+c@example.org\""},
             {"\"a\"", "\"a@\"", "\"@b\"", "\"a b@c.de\"", "\"a@b@c\""}},
        Case{"Hostname",
             R"({"format":"hostname"})",
             {"\"www.example.org\"", "\"a-1\""},
             {"\"-a\"", "\"a..b\"", "\"a_b\"", "\"\""}},
        Case{"Ipv4",
             R"({"format":"ipv4"})",
             {"\"192.0.2.1\""},
             {"\"192.0.2.256\"", "\"1.2.3\"", "\"01.2.3.4\"", "\"::1\""}},
        Case{"Ipv6",
             R"({"format":"ipv6"})",
             {"\"::1\"", "\"2001:db8::ff\""},
             {"\"1.2.3.4\"", "\"12345::\"", "\"::1%eth0\""}},
        Case{"Uri",
             R"({"format":"uri"})",
             {"\"https://example.org/a?b=c#d\"", "\"urn:x:y\""},
             {"\"//example.org\"", "\"http://a b\"", "\"abc\"", "\"http://a/%zz\""}},
        Case{"Uuid",
             R"({"format":"uuid"})",
             {"\"2eb8aa08-aa98-11ea-b4aa-73b441d16380\""},
             {"\"2eb8aa08aa9811eab4aa73b441d16380\"", "\"2eb8aa08-aa98-11ea-b4aa-73b441d1638\""}},
        Case{"Regex", R"({"format":"regex"})", {"\"^a+$\""}, {"\"(\"", "\"(?=a)\""}},
        Case{"Password", R"({"format":"password"})", {"\"x\"", "1"}, {}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Lists, Keyword,
    testing::Values(
        Case{"Items", R"({"items":{"type":"integer"}})", {"[]", "[1,2]", "{}"}, {"[1,\"x\"]"}},
        Case{"PrefixItems",
             R"({"prefixItems":[{"type":"integer"},{"type":"string"}]})",
             {"[]", "[1]", "[1,\"x\",null]"},
             {"[\"x\"]", "[1,2]"}},
        Case{"ItemsBehindPrefix",
             R"({"prefixItems":[{}],"items":{"type":"integer"}})",
             {"[\"x\",2]"},
             {"[\"x\",\"y\"]"}},
        Case{"NoItemsBehindPrefix",
             R"({"prefixItems":[{}],"items":false})",
             {"[]", "[1]"},
             {"[1,2]"}},
        Case{"MinItems", R"({"minItems":1})", {"[1]", "{}"}, {"[]"}},
        Case{"MaxItems", R"({"maxItems":1})", {"[]", "[1]"}, {"[1,2]"}},
        Case{"UniqueItems",
             R"({"uniqueItems":true})",
             {"[1,2]", "[1,true]", "[0,false]", "[\"a\",\"b\"]", "[{\"a\":1},{\"a\":2}]",
              "[1,\"1\"]"},
             {"[1,1.0]", "[{\"a\":1,\"b\":2},{\"b\":2,\"a\":1}]", "[[1],[1]]"}},
        Case{"Contains", R"({"contains":{"minimum":5}})", {"[1,5]", "{}"}, {"[]", "[1]"}},
        Case{"ContainsCounts",
             R"({"contains":{"const":1},"minContains":2,"maxContains":3})",
             {"[1,1]", "[1,2,1,1]"},
             {"[1]", "[1,1,1,1]"}},
        Case{"MinContainsZero", R"({"contains":{"const":1},"minContains":0})", {"[]", "[2]"}, {}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Maps, Keyword,
    testing::Values(
        Case{"Properties",
             R"({"properties":{"a":{"type":"integer"},"b":false}})",
             {"{}", "{\"a\":1}", "{\"c\":1}", "[]"},
             {"{\"a\":\"x\"}", "{\"b\":1}"}},
        Case{"PatternProperties",
             R"({"patternProperties":{"^a":{"type":"integer"},"z$":{"minimum":5}}})",
             {"{\"ab\":1}", "{\"az\":5}", "{\"b\":\"x\"}"},
             {"{\"ab\":\"x\"}", "{\"az\":1}"}},
        Case{
            "NoAdditional",
            R"({"properties":{"a":{}},"patternProperties":{"^v":{}},"additionalProperties":false})",
            {"{\"a\":1,\"vx\":2}"},
            {"{\"b\":1}"}},
        Case{"Additional",
             R"({"properties":{"a":{}},"additionalProperties":{"type":"integer"}})",
             {"{\"a\":\"x\",\"b\":1}"},
             {"{\"b\":\"x\"}"}},
        Case{"AdditionalSeesOnlyItsNeighbours",
             R"({"allOf":[{"properties":{"a":{}}}],"additionalProperties":{"type":"integer"}})",
             {"{\"a\":1}"},
             {"{\"a\":\"x\"}"}},
        Case{"PropertyNames",
             R"({"propertyNames":{"maxLength":2}})",
             {"{\"ab\":1}", "{}"},
             {"{\"abc\":1}"}},
        Case{"Required",
             R"({"required":["a","b"]})",
             {"{\"a\":1,\"b\":null}", "[]"},
             {"{\"a\":1}", "{}"}},
        Case{"DependentRequired",
             R"({"dependentRequired":{"a":["b"]}})",
             {"{}", "{\"b\":1}", "{\"a\":1,\"b\":1}"},
             {"{\"a\":1}"}},
        Case{"MinProperties", R"({"minProperties":1})", {"{\"a\":1}", "[]"}, {"{}"}},
        Case{
            "MaxProperties", R"({"maxProperties":1})", {"{}", "{\"a\":1}"}, {"{\"a\":1,\"b\":1}"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    References, Keyword,
    testing::Values(
        Case{"Definition",
             R"({"$ref":"#/$defs/n","$defs":{"n":{"type":"integer"}}})",
             {"1"},
             {"null"}},
        Case{"KeywordsBesideRef",
             R"({"$ref":"#/$defs/n","maximum":5,"$defs":{"n":{"type":"integer"}}})",
             {"5"},
             {"6"}},
        Case{"EscapedPointer",
             R"({"$ref":"#/$defs/a~1b%25~0c","$defs":{"a/b%~c":{"type":"integer"}}})",
             {"1"},
             {"null"}},
        Case{"IntoProperties",
             R"({"properties":{"a":{"type":"integer"},"b":{"$ref":"#/properties/a"}}})",
             {"{\"b\":1}"},
             {"{\"b\":\"x\"}"}},
        Case{"IntoBranches",
             R"({"properties":{"b":{"$ref":"#/anyOf/1"}},"anyOf":[true,{"type":"object"}]})",
             {"{\"b\":{}}"},
             {"{\"b\":1}"}},
        Case{"Tree",
             R"({"type":"object","properties":{"kids":{"type":"array","items":{"$ref":"#"}}},)"
             R"("additionalProperties":false})",
             {R"({"kids":[{"kids":[]},{}]})"},
             {R"({"kids":[{"kids":[{"x":1}]}]})"}}),
    name_of);

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
