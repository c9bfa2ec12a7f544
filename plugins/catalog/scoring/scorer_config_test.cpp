#include "catalog/scoring/scorer_config.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "catalog/scorer-accessory/accessory_config.hpp"
#include "catalog/scorer-necessity/necessity_config.hpp"
#include "catalog/scorer-related/related_config.hpp"

namespace tenon::catalog {
namespace {

template <class Config>
Result<Rules> rules_of(Kind kind, const char* text) {
  TN_TRY(const auto config, json::decode<Config>(text, json::Mode::config));
  return rules_from_settings(kind, json::to_value(config));
}

TEST(ScorerConfig, AnEmptyOneIsTheDefaults) {
  const auto wanted = rules_to_json(default_rules());
  EXPECT_EQ(rules_to_json(*rules_of<NecessityConfig>(Kind::necessity, "{}")), wanted);
  EXPECT_EQ(rules_to_json(*rules_of<AccessoryConfig>(Kind::accessory, "{}")), wanted);
  EXPECT_EQ(rules_to_json(*rules_of<RelatedConfig>(Kind::related, "{}")), wanted);
}

TEST(ScorerConfig, ReplacesListsAndKeepsWhatItDoesNotName) {
  const auto rules = rules_of<NecessityConfig>(
      Kind::necessity,
      R"({"words": {"power": ["brick"]}, "weights": {"cable": 0}, "limit": 2,
          "classes": {"audio": {"universal": ["Sound"]}}})");
  ASSERT_TRUE(rules.ok()) << rules.error().message;
  EXPECT_THAT(rules->words.at("power"), testing::ElementsAre("brick"));
  EXPECT_EQ(rules->words.at("cable"), default_rules().words.at("cable"));
  EXPECT_EQ(rules->necessity.points.at("cable"), 0);
  EXPECT_EQ(rules->necessity.points.at("power"), 70);
  EXPECT_EQ(rules->necessity.limit, 2);
  EXPECT_EQ(rules->necessity.threshold, 60);
  EXPECT_THAT(rules->classes.at("audio").universal, testing::ElementsAre("Sound"));
  EXPECT_EQ(rules->classes.at("audio").original, default_rules().classes.at("audio").original);
}

template <class Config>
void expect_complete(Kind kind) {
  const Rules rules = default_rules();
  const auto settings = effective_settings<Config>(kind, rules);
  ASSERT_TRUE(settings.ok()) << settings.error().path << settings.error().message;
  const auto again = json::from_value<Config>(*settings, json::Mode::config);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(rules_to_json(*rules_from_settings(kind, json::to_value(*again))),
            rules_to_json(rules));
  EXPECT_TRUE(settings->as_object().contains("weights"));
  EXPECT_TRUE(settings->as_object().contains("threshold"));
}

TEST(ScorerConfig, TheEffectiveSettingsMayBeWrittenIntoADeployment) {
  expect_complete<NecessityConfig>(Kind::necessity);
  expect_complete<AccessoryConfig>(Kind::accessory);
  expect_complete<RelatedConfig>(Kind::related);
}

TEST(ScorerConfig, ErrorsNameTheConfigurationsOwnMembers) {
  EXPECT_EQ(
      rules_of<AccessoryConfig>(Kind::accessory, R"({"weights": {"case": 2000}})").error().path,
      "weights.case");
  EXPECT_EQ(rules_of<AccessoryConfig>(Kind::accessory, R"({"words": {"box": ["b"]}})").error().path,
            "words.box");
  EXPECT_EQ(rules_of<RelatedConfig>(Kind::related, R"({"limit": 1001})").error().path, "limit");
}

}  // namespace
}  // namespace tenon::catalog
