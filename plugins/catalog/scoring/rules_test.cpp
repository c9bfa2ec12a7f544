#include "catalog/scoring/rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "catalog/scoring/model.hpp"

namespace tenon::catalog {
namespace {

namespace json = boost::json;

TEST(Rules, SurviveTheirJson) {
  const auto printed = rules_to_json(default_rules());
  const auto again = rules_from_json(printed);
  ASSERT_TRUE(again.ok()) << again.error().path << " " << again.error().message;
  EXPECT_EQ(rules_to_json(*again), printed);
}

TEST(Rules, AbsentMembersKeepTheirDefaults) {
  const auto rules = rules_from_json(json::parse(
      R"({"necessity":{"threshold":30,"points":{"cable":0}},"words":{"power":["mains"]}})"));
  ASSERT_TRUE(rules.ok());
  EXPECT_EQ(rules->necessity.threshold, 30);
  EXPECT_EQ(rules->necessity.limit, 5);
  EXPECT_EQ(rules->necessity.points.at("cable"), 0);
  EXPECT_EQ(rules->necessity.points.at("power"), 70);
  EXPECT_THAT(rules->words.at("power"), testing::ElementsAre("mains"));
  EXPECT_FALSE(rules->words.at("cable").empty());
}

TEST(Rules, ErrorsNameTheMember) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {R"({"necesity":{}})", "necesity"},
      {R"({"words":{"powr":[]}})", "words.powr"},
      {R"({"related":{"points":{"price":"x"}}})", "related.points.price"},
      {R"({"related":{"points":{"price":1001}}})", "related.points.price"},
      {R"({"stop_words":["a",1]})", "stop_words[1]"},
      {R"({"price_within_percent":101})", "price_within_percent"},
      {R"([])", ""},
  };
  for (const auto& [text, path] : cases) {
    const auto rules = rules_from_json(json::parse(text));
    ASSERT_FALSE(rules.ok()) << text;
    EXPECT_EQ(rules.error().path, path);
  }
}

TEST(Model, SurvivesItsJson) {
  const auto text = R"({"kind":"related","threshold":70,"limit":6,"flags":["x","y"],
    "keys":["brand"],"rules":[{"id":"r","points":30,"a":["x"],"b":["y"],"same":["brand"],
    "shares":true,"overlap":true,"within_percent":50,"provides":true}]})";
  const auto model = model_from_json(json::parse(text));
  ASSERT_TRUE(model.ok()) << model.error().path << " " << model.error().message;
  EXPECT_EQ(model_to_json(*model), json::parse(text));
}

TEST(Model, ErrorsNameTheMember) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {R"({"kind":"other","threshold":1,"limit":1,"rules":[]})", "kind"},
      {R"({"kind":"related","rules":[{"id":"r","points":0}]})", "rules[0].points"},
      {R"({"kind":"related","rules":[{"id":"r","points":1,"a":["x"]}]})", "rules[0].a"},
      {R"({"kind":"related","rules":[{"id":"r","points":1,"z":1}]})", "rules[0].z"},
      {R"({"kind":"related","rules":[],"more":1})", "more"},
  };
  for (const auto& [text, path] : cases) {
    const auto model = model_from_json(json::parse(text));
    ASSERT_FALSE(model.ok()) << text;
    EXPECT_THAT(model.error().path + model.error().message, testing::HasSubstr(path));
  }
}

}  // namespace
}  // namespace tenon::catalog
