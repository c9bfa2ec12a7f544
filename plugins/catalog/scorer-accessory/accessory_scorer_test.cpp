#include "catalog/scorer-accessory/accessory_scorer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/catalog/relate/pair_rules.hpp"

namespace tenon::catalog {
namespace {

ProductRow product(const char* name, const char* brand, const char* category) {
  ProductRow out;
  out.name = name;
  out.brand = brand;
  out.category = category;
  return out;
}

TEST(AccessoryScorer, GivesThePointsOfTheTable) {
  struct Case {
    const char* what;
    ProductRow a, b;
    int score;
  };
  const ProductRow piano = product("Grand", "Acme", "Stage Pianos");
  const std::vector<Case> cases = {
      {"case", piano, product("Hardcase 88", "Other", "Parts"), 70},
      {"Hebrew cover", product("Grand", "Acme", "פסנתרים"), product("כיסוי", "", ""), 70},
      {"stand", piano, product("X stand", "Other", "Parts"), 60},
      {"brand's accessory", piano, product("Thing", "ACME", "Accessories"), 40},
      {"brand's stand", piano, product("Stand", "Acmé", "Accessories"), 100},
      {"other brand's accessory", piano, product("Thing", "Other", "Accessories"), 0},
      {"no instrument", product("Wall plug", "Acme", "Gifts"), product("Case", "Other", ""), 0},
      {"no brand is no same brand", product("Grand", "", "Gifts"), product("T", "", "Accessories"),
       0},
  };
  const auto scorer = make_accessory_scorer(default_rules()).value();
  for (const Case& c : cases) {
    ProductColumns products;
    products.push_back(c.a);
    products.push_back(c.b);
    const auto features = scorer->features(products);
    const std::vector<ScorerInput> inputs = {{&scorer->model(), &features}};
    const auto rules =
        PairRules::make(inputs, products.price_minor, std::vector<std::uint32_t>{0, 1});
    EXPECT_EQ(rules->score(Kind::accessory, 0, 1).raw, c.score) << c.what;
  }
}

}  // namespace
}  // namespace tenon::catalog
