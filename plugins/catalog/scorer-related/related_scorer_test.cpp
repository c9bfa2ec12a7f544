#include "catalog/scorer-related/related_scorer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/catalog/relate/relate.hpp"
#include "catalog/catalog/relate/waterfall.hpp"
#include "catalog/scorer-accessory/accessory_scorer.hpp"
#include "catalog/scorer-necessity/necessity_scorer.hpp"

namespace tenon::catalog {
namespace {

ProductRow product(const char* name, const char* brand, const char* category, std::int64_t price) {
  ProductRow out;
  out.id = out.sku = name;
  out.name = name;
  out.brand = brand;
  out.category = category;
  out.price_minor = price;
  return out;
}

TEST(RelatedScorer, GivesThePointsOfTheTable) {
  struct Case {
    const char* what;
    ProductRow a, b;
    int score;
  };
  const std::vector<Case> cases = {
      {"category folded", product("X", "P", "Édition", -1), product("Y", "Q", " edition", -1), 50},
      {"price", product("X", "P", "c", 100), product("Y", "Q", "d", 200), 30},
      {"price too far", product("X", "P", "c", 100), product("Y", "Q", "d", 201), 0},
      {"family", product("X", "P", "Recording", -1), product("Y", "Q", "Mixing", -1), 40},
      {"two families fire once", product("X", "P", "Studio Guitar", -1),
       product("Y", "Q", "Recording Guitars", -1), 40},
      {"brand", product("X", "Nord", "c", -1), product("Y", "NORD", "d", -1), 40},
      {"name without the brand", product("Nord Lead", "Nord", "c", -1),
       product("Nord Lead A1", "Nord", "d", -1), 70},
      {"brand alone is no name", product("Nord X", "Nord", "c", -1),
       product("Nord Y", "Other", "d", -1), 0},
      {"stop words are no name", product("The Black", "P", "c", -1),
       product("The Black", "Q", "d", -1), 0},
      {"empty category", product("X", "P", "", -1), product("Y", "Q", "", -1), 0},
  };
  const auto scorer = make_related_scorer(default_rules()).value();
  for (const Case& c : cases) {
    ProductColumns products;
    products.push_back(c.a);
    products.push_back(c.b);
    const auto features = scorer->features(products);
    const std::vector<ScorerInput> inputs = {{&scorer->model(), &features}};
    const auto rules =
        PairRules::make(inputs, products.price_minor, std::vector<std::uint32_t>{0, 1});
    EXPECT_EQ(rules->score(Kind::related, 0, 1).raw, c.score) << c.what;
  }
}

TEST(RelatedScorer, ExplainsFamiliesPricesAndTokens) {
  const auto scorer = make_related_scorer(default_rules()).value();
  ProductColumns products;
  products.push_back(product("Nord Lead 4", "Nord", "Synthesizers", 100));
  products.push_back(product("Nord Lead A1", "Nord", "Synths", 150));
  const auto why = scorer->explain(products, 0, 1, 0b11110);
  ASSERT_EQ(why.size(), 4u);
  EXPECT_THAT(why[0].matched, testing::ElementsAre("100 and 150"));
  EXPECT_THAT(why[1].matched, testing::ElementsAre("keys"));
  EXPECT_THAT(why[2].matched, testing::ElementsAre("Nord"));
  EXPECT_THAT(why[3].matched, testing::ElementsAre("lead"));
}

// The three scorers and the engine together, with declared evidence for what no word can tell.
TEST(RelatedScorer, StandsWithTheOthersInOneCatalog) {
  ProductColumns products;
  products.push_back(product("FANTOM-06", "Roland", "Synthesizers", 600000));
  products.push_back(product("DP-10", "Roland", "Pedals", 30000));
  products.push_back(product("Soft case 61", "Gator", "Bags", 40000));
  products.push_back(product("JUNO-X", "Roland", "Synthesizers", 700000));
  products.push_back(product("PSU 12V power supply", "Generic", "Parts", 9000));
  std::vector<std::unique_ptr<Scorer>> scorers;
  scorers.push_back(make_necessity_scorer(default_rules()).value());
  scorers.push_back(make_accessory_scorer(default_rules()).value());
  scorers.push_back(make_related_scorer(default_rules()).value());
  std::vector<FeatureColumns> features;
  for (const auto& scorer : scorers) features.push_back(scorer->features(products));
  std::vector<ScorerInput> inputs;
  for (std::size_t i = 0; i < 3; ++i) inputs.push_back({&scorers[i]->model(), &features[i]});
  const Overlay overlay(
      {{0, 1, Ruling::declare, Kind::necessity, {"https://a.example/f", 7, "h"}}});
  const auto outcome = relate({&products, inputs, &overlay}, {.sample = 5});
  ASSERT_TRUE(outcome.ok());
  EXPECT_TRUE(outcome->differing.empty());
  const auto& relations = outcome->relations;
  const auto rows = [&](Kind kind) {
    std::vector<std::uint32_t> out;
    for (const Relation& relation : relations.of(0, kind)) out.push_back(relation.product);
    return out;
  };
  EXPECT_THAT(rows(Kind::necessity), testing::ElementsAre(1, 4));
  EXPECT_THAT(rows(Kind::accessory), testing::ElementsAre(2));
  EXPECT_THAT(rows(Kind::related), testing::ElementsAre(3));
  EXPECT_EQ(relations.of(0, Kind::related)[0].raw, 160);
  EXPECT_EQ(relations.of(0, Kind::related)[0].shown_score(), 100);
  EXPECT_EQ(relations.of(0, Kind::necessity)[0].origin, Origin::declared);

  const auto plain = PlainRelater::make({&products, inputs, &overlay});
  const std::vector<const Scorer*> all = {scorers[0].get(), scorers[1].get(), scorers[2].get()};
  const auto scored = explain_pair(products, all, plain->rules(), overlay, 0, 3);
  ASSERT_EQ(scored.kinds.size(), 3u);
  EXPECT_EQ(scored.kind, Kind::related);
  EXPECT_EQ(scored.kinds[2].raw, 160);
  EXPECT_EQ(scored.kinds[2].fired.size(), 4u);
  EXPECT_FALSE(scored.kinds[0].qualifies);
  const auto declared = explain_pair(products, all, plain->rules(), overlay, 0, 1);
  EXPECT_EQ(declared.kind, Kind::necessity);
  EXPECT_EQ(declared.decision, 0u);
}

}  // namespace
}  // namespace tenon::catalog
