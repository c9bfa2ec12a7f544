#include "host/verify/generate.hpp"

#include <gtest/gtest.h>

#include <set>

#include "host/config/schema.hpp"
#include "tenon/json.hpp"

namespace tenon::verify {
namespace {

constexpr const char* kSchemas[] = {
    R"({"type":"object","properties":{"name":{"type":"string","minLength":1,"maxLength":3}},"required":["name"]})",
    R"({"type":"object","properties":{"n":{"type":"integer","minimum":-3,"exclusiveMaximum":5}},"required":["n"],"additionalProperties":false})",
    R"({"type":"array","items":{"enum":["a",2,null]},"minItems":2,"maxItems":4})",
    R"({"type":["string","null"],"maxLength":0})",
    R"({"anyOf":[{"type":"number","minimum":0.5},{"const":"none"}]})",
    R"({"type":"object","additionalProperties":{"type":"boolean"}})",
    R"({"$ref":"#/$defs/tree","$defs":{"tree":{"type":"object","properties":{"left":{"$ref":"#/$defs/tree"}}}}})",
    R"({"type":"object","properties":{"when":{"type":"string","format":"date-time"},"site":{"type":"string","format":"uri"}},"required":["when","site"]})",
    R"({"type":"integer","multipleOf":7,"minimum":1})",
    R"({})",
};

class Generate : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Schemas, Generate, ::testing::ValuesIn(kSchemas));

TEST_P(Generate, MostValuesAreValidAndTheyDiffer) {
  const auto text = json::parse(GetParam()).value();
  const auto schema = config::Schema::compile_value(text).value();
  int valid = 0;
  std::set<std::string> different;
  constexpr int kCases = 200;
  for (int i = 0; i < kCases; ++i) {
    Random random(5, "method", static_cast<uint64_t>(i));
    const auto value = Generator(text, random).value();
    valid += schema.validate(value).empty();
    different.insert(boost::json::serialize(value));
  }
  EXPECT_GE(valid, kCases * 9 / 10) << *different.begin();
  EXPECT_GE(different.size(), 2u);
}

TEST_P(Generate, TheSameSeedMakesTheSameCase) {
  const auto schema = json::parse(GetParam()).value();
  const auto make = [&](uint64_t seed) {
    Random random(seed, "method", 3);
    std::string what;
    const auto value = Generator(schema, random).value();
    return mutated(value, random, what) + what;
  };
  EXPECT_EQ(make(1), make(1));
}

TEST_P(Generate, MutationsBringBothWrongValuesAndWhatIsNoJson) {
  const auto text = json::parse(GetParam()).value();
  const auto schema = config::Schema::compile_value(text).value();
  int invalid = 0, no_json = 0;
  for (uint64_t i = 0; i < 100; ++i) {
    Random random(5, "method", i);
    std::string what;
    const auto value = Generator(text, random).value();
    const auto parsed = json::parse(mutated(value, random, what));
    EXPECT_FALSE(what.empty());
    if (!parsed.ok())
      ++no_json;
    else if (!schema.validate(*parsed).empty())
      ++invalid;
  }
  EXPECT_GT(no_json, 10);
  const bool takes_all = GetParam() == std::string_view("{}");
  EXPECT_GT(invalid, takes_all ? -1 : 10);
}

TEST(Generate, ReachesBothBoundsOfANumber) {
  const auto schema = json::parse(R"({"type":"integer","minimum":-3,"maximum":9})").value();
  std::set<int64_t> seen;
  for (uint64_t i = 0; i < 100; ++i) {
    Random random(1, "m", i);
    seen.insert(Generator(schema, random).value().to_number<int64_t>());
  }
  EXPECT_EQ(*seen.begin(), -3);
  EXPECT_EQ(*seen.rbegin(), 9);
}

}  // namespace
}  // namespace tenon::verify
