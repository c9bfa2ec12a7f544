#include "host/tools/example.hpp"

#include <gtest/gtest.h>

#include "host/config/schema.hpp"

namespace tenon::tools {
namespace {

std::optional<boost::json::value> example(const char* schema) {
  return example_of(boost::json::parse(schema));
}

TEST(ExampleTest, IsTheSchemasOwnWhereItHasOne) {
  EXPECT_EQ(example(R"({"type":"string","examples":["x"],"default":"y"})"), "x");
  EXPECT_EQ(example(R"({"type":"string","default":"y"})"), "y");
  EXPECT_EQ(example(R"({"enum":["a","b"]})"), "a");
  EXPECT_EQ(example(R"({"const":7})"), 7);
}

TEST(ExampleTest, IsValidForEveryKindOfRule) {
  for (const char* schema :
       {R"({"type":"integer","minimum":5,"maximum":6})", R"({"type":"integer","maximum":-3})",
        R"({"type":"number","exclusiveMinimum":2.5})", R"({"type":"integer","multipleOf":7})",
        R"({"type":"string","minLength":20})", R"({"type":"string","maxLength":2})",
        R"({"type":"string","format":"date-time"})", R"({"type":["string","null"]})",
        R"({"type":"array","minItems":3,"items":{"type":"boolean"}})",
        R"({"type":"integer","multipleOf":7,"minimum":10})",
        R"({"type":"integer","multipleOf":7,"exclusiveMinimum":14})",
        R"({"anyOf":[{"type":"integer"},{"type":"null"}]})",
        R"({"type":"object","properties":{"a":{"$ref":"#/$defs/a"}},"required":["a"],
            "$defs":{"a":{"type":"string","format":"uuid"}},"additionalProperties":false})",
        R"({"type":"object","additionalProperties":{"type":"integer"}})", R"({})", R"(true)"}) {
    const auto found = example(schema);
    ASSERT_TRUE(found) << schema;
    const auto compiled = config::Schema::compile(schema);
    ASSERT_TRUE(compiled.ok()) << schema;
    EXPECT_TRUE(compiled->validate(*found).empty()) << schema << " " << *found;
  }
}

TEST(ExampleTest, LeavesOutMembersThatItCannotMakeUp) {
  EXPECT_EQ(example(R"({"type":"object","properties":{"a":{"type":"integer"},
                        "code":{"type":"string","pattern":"^[A-Z]{3}-[0-9]+$"}},"required":["a"]})"),
            boost::json::parse(R"({"a":1})"));
}

TEST(ExampleTest, ThereIsNoneWhereNoneIsFound) {
  EXPECT_FALSE(example(R"({"type":"string","pattern":"^[A-Z]{3}-[0-9]+$"})"));
  EXPECT_FALSE(example(R"(false)"));
  EXPECT_FALSE(example(R"({"type":"nonsense"})"));
}

TEST(ExampleTest, ASchemaThatContainsItselfOftenIsNoWork) {
  std::string members;
  for (int i = 0; i < 100; ++i)
    members += (i ? "," : "") + std::string("\"m") + std::to_string(i) + R"(":{"$ref":"#"})";
  const auto made = example((R"({"type":"object","properties":{)" + members + "}}").c_str());
  EXPECT_TRUE(!made || serialize(*made).size() < 100'000);
}

TEST(ExampleTest, ASchemaThatContainsItselfHasAnEnd) {
  EXPECT_EQ(example(R"({"type":"object","properties":{"next":{"$ref":"#"}}})")
                .value_or(nullptr)
                .is_object(),
            true);
}

}  // namespace
}  // namespace tenon::tools
