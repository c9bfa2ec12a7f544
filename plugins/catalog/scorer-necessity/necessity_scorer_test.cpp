#include "catalog/scorer-necessity/necessity_scorer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "catalog/catalog/relate/pair_rules.hpp"

namespace tenon::catalog {
namespace {

struct Case {
  const char* what;
  ProductRow a, b;
  int score;
};

ProductRow product(const char* name, const char* category, const char* universal = "",
                   std::vector<SpecText> specs = {}) {
  ProductRow out;
  out.name = name;
  out.brand = "Acme";
  out.category = category;
  out.universal_category = universal;
  out.specs = std::move(specs);
  return out;
}

int score(const ProductRow& a, const ProductRow& b) {
  const auto scorer = make_necessity_scorer(default_rules()).value();
  ProductColumns products;
  products.push_back(a);
  products.push_back(b);
  const auto features = scorer->features(products);
  const std::vector<ScorerInput> inputs = {{&scorer->model(), &features}};
  const std::vector<std::uint32_t> order = {0, 1};
  return PairRules::make(inputs, products.price_minor, order)->score(Kind::necessity, 0, 1).raw;
}

TEST(NecessityScorer, GivesThePointsOfTheTable) {
  const ProductRow synth = product("Zephyr 5", "Synthesizers");
  const std::vector<Case> cases = {
      {"power", synth, product("PS-9 Power Supply", "Parts"), 70},
      {"cable", synth, product("Patch cable 3 m", "Parts"), 50},
      {"stand", synth, product("Folding stand", "Parts"), 60},
      {"power and cable", synth, product("Adapter cable", "Parts"), 120},
      {"Hebrew", product("Zephyr", "סינטיסייזרים"), product("ספק כוח 9V", "חלקים"), 70},
      {"keyword in the category", synth, product("Twenty", "Cables"), 50},
      {"class by universal category", product("Zephyr", "Misc", "Keys & Pianos"),
       product("Power supply", "Parts"), 70},
      {"no power consumer", product("Shaker", "Gifts"), product("Power supply", "Parts"), 0},
      {"fan is not in FANTOM, stand not in standard", synth, product("FANTOM Standard", "Misc"), 0},
      {"spec", product("Pump", "Gifts", "", {{"Connector", "Barrel 5.5 mm; DIN"}}),
       product("Tail", "Gifts", "", {{"Plug type", "din"}}), 40},
      {"required model", product("Pump", "Gifts", "", {{"Requires", "DP-10, RX 2"}}),
       product("Acme RX-2", "Gifts"), 40},
      {"fits model", product("Acme Pump 7", "Gifts"),
       product("Tail", "Gifts", "", {{"Compatible with", "Other/Pump-7"}}), 40},
  };
  for (const Case& c : cases) EXPECT_EQ(score(c.a, c.b), c.score) << c.what;
}

TEST(NecessityScorer, ExplainsWithTheWordsThatMatched) {
  const auto scorer = make_necessity_scorer(default_rules()).value();
  ProductColumns products;
  products.push_back(product("Zephyr", "Synthesizers", "", {{"Connector", "DIN"}}));
  products.push_back(product("Power-Supply", "Parts", "", {{"Plug", "din"}}));
  const auto why = scorer->explain(products, 0, 1, 0b1001);
  ASSERT_EQ(why.size(), 2u);
  EXPECT_EQ(why[0].rule, "power");
  EXPECT_EQ(why[0].points, 70);
  EXPECT_THAT(why[0].matched, testing::ElementsAre("power supply", "synthesizers"));
  EXPECT_THAT(why[1].matched, testing::ElementsAre("connector: din"));
}

TEST(NecessityScorer, LeavesOutRulesWithoutPoints) {
  Rules rules = default_rules();
  rules.necessity.points["cable"] = 0;
  const auto scorer = make_necessity_scorer(rules).value();
  EXPECT_EQ(scorer->model().rules.size(), 3u);
}

}  // namespace
}  // namespace tenon::catalog
