// What the keywords of a schema take and refuse.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "host/config/schema_test_support.hpp"

namespace tenon::config {
namespace {

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

}  // namespace
}  // namespace tenon::config
