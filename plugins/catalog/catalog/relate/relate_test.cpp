#include "catalog/catalog/relate/relate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/catalog/relate/price_walk.hpp"
#include "catalog/catalog/relate/random_catalog.hpp"

namespace tenon::catalog {
namespace {

void expect_same(const RandomCatalog& catalog, const std::string& what, unsigned threads = 2) {
  const auto scorers = catalog.scorers();
  const RelateInput input{&catalog.products, scorers, &catalog.overlay};
  const auto fast = relate(input, {.threads = threads, .sample = 0});
  const auto plain = relate_exhaustive(input, {.threads = threads});
  ASSERT_TRUE(fast.ok() && plain.ok());
  for (std::size_t row = 0; row < catalog.products.size(); ++row)
    for (const Kind kind : {Kind::necessity, Kind::accessory, Kind::related}) {
      const auto x = fast->relations.of(row, kind);
      const auto y = plain->of(row, kind);
      ASSERT_TRUE(std::ranges::equal(x, y))
          << what << ": row " << row << " " << to_string(kind) << " has " << x.size()
          << " relations, the plain way finds " << y.size();
    }
}

Shape random_shape(std::mt19937_64& random) {
  const auto pick = [&](auto... values) {
    const std::array all{values...};
    return all[random() % all.size()];
  };
  Shape shape;
  shape.products = 1 + random() % 60;
  shape.brands = pick(1, 2, 5, 40);
  shape.categories = pick(1, 2, 5, 40);
  shape.families = pick(0, 1, 3, 64);
  shape.vocabulary = pick(1, 3, 10, 60);
  shape.most_tokens = pick(0, 1, 3, 7);
  shape.common_token = random() % 4 == 0;
  shape.unique_token = random() % 4 == 0;
  shape.skewed = random() % 2 == 0;
  shape.spec_values = pick(1, 4, 20);
  shape.prices = pick(1, 3, 50, 100000);
  shape.unknown_price_share = pick(0.0, 0.1, 0.5, 1.0);
  shape.in_stock_share = pick(0.0, 0.5, 1.0);
  shape.flag_share = pick(0.02, 0.2, 0.6);
  shape.decisions = pick(0, 3, 60);
  return shape;
}

TEST(Relate, EqualsThePlainWayOnRandomCatalogs) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 2500; ++round) {
    const Shape shape = random_shape(random);
    expect_same(random_catalog(shape, default_models(), random), "round " + std::to_string(round));
    if (HasFatalFailure()) return;
  }
}

TEST(Relate, EqualsThePlainWayUnderRandomRules) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 2500; ++round) {
    const Shape shape = random_shape(random);
    expect_same(random_catalog(shape, random_models(random), random),
                "round " + std::to_string(round));
    if (HasFatalFailure()) return;
  }
}

// Large enough that lists outgrow scanning and are searched by tokens.
TEST(Relate, EqualsThePlainWayOnAdversarialCatalogs) {
  std::mt19937_64 random(3);
  Shape one_bucket;
  one_bucket.products = 1200;
  one_bucket.brands = one_bucket.categories = 1;
  one_bucket.vocabulary = 1200;
  one_bucket.least_tokens = 2;
  Shape equal_prices = one_bucket;
  equal_prices.prices = 1;
  Shape alike = one_bucket;
  alike.most_tokens = alike.least_tokens = 0;
  alike.common_token = true;
  Shape numbered = alike;
  numbered.unique_token = true;
  Shape long_names = one_bucket;
  long_names.least_tokens = 8;
  long_names.most_tokens = 14;
  long_names.vocabulary = 200;
  long_names.skewed = true;
  Shape dense = one_bucket;
  dense.vocabulary = 12;
  dense.least_tokens = dense.most_tokens = 6;
  Shape sparse_prices = one_bucket;
  sparse_prices.prices = 3;
  sparse_prices.skewed = true;
  sparse_prices.vocabulary = 400;
  Shape subsets = long_names;
  subsets.least_tokens = 1;
  subsets.most_tokens = 40;
  subsets.vocabulary = 80;
  Shape classes = long_names;
  classes.flag_share = 0.5;
  Shape necessary = long_names;
  necessary.flag_share = 0.9;
  Shape gone = long_names;
  gone.in_stock_share = 0;
  int number = 0;
  for (const Shape& shape : {one_bucket, equal_prices, alike, numbered, long_names, dense,
                             sparse_prices, subsets, classes, necessary, gone}) {
    expect_same(random_catalog(shape, default_models(), random),
                "shape " + std::to_string(number++));
    if (HasFatalFailure()) return;
  }
}

TEST(Relate, ResultDoesNotDependOnTheNumberOfThreads) {
  std::mt19937_64 random(4);
  Shape shape;
  shape.products = 4000;
  shape.vocabulary = 500;
  const auto catalog = random_catalog(shape, default_models(), random);
  const auto scorers = catalog.scorers();
  const RelateInput input{&catalog.products, scorers, &catalog.overlay};
  const auto one = relate(input, {.threads = 1, .sample = 20});
  const auto four = relate(input, {.threads = 4, .sample = 20});
  EXPECT_EQ(one->sampled, 20u);
  EXPECT_TRUE(one->differing.empty());
  for (std::size_t row = 0; row < shape.products; ++row)
    for (const Kind kind : {Kind::necessity, Kind::accessory, Kind::related})
      ASSERT_TRUE(std::ranges::equal(one->relations.of(row, kind), four->relations.of(row, kind)));
}

TEST(Relate, OneProductsWholeRankingBeginsWithWhatIsKept) {
  std::mt19937_64 random(7);
  Shape shape;
  shape.products = 300;
  shape.decisions = 100;
  const auto catalog = random_catalog(shape, default_models(), random);
  const auto scorers = catalog.scorers();
  const RelateInput input{&catalog.products, scorers, &catalog.overlay};
  const auto outcome = relate(input);
  const auto plain = PlainRelater::make(input);
  std::size_t longer = 0;
  for (std::uint32_t row = 0; row < shape.products; ++row) {
    const auto whole = plain->relations_of(row, false);
    std::vector<std::uint32_t> seen = {row};
    for (int k = 0; k < kind_count; ++k) {
      const auto kept = outcome->relations.of(row, static_cast<Kind>(k));
      ASSERT_LE(kept.size(), whole[k].size());
      ASSERT_TRUE(std::equal(kept.begin(), kept.end(), whole[k].begin()));
      longer += whole[k].size() > kept.size();
      for (const Relation& relation : whole[k]) seen.push_back(relation.product);
    }
    std::sort(seen.begin(), seen.end());
    ASSERT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end());
  }
  EXPECT_GT(longer, 0u);
}

TEST(Relate, CuratorRulesOverDeclaredOverScored) {
  std::mt19937_64 random(8);
  Shape shape;
  shape.products = 6;
  shape.brands = shape.categories = shape.families = 1;
  shape.flag_share = 0;
  shape.spec_share = 0;
  auto catalog = random_catalog(shape, default_models(), random);
  catalog.overlay = Overlay({{0, 1, Ruling::declare, Kind::related},
                             {0, 1, Ruling::declare, Kind::necessity},
                             {0, 2, Ruling::declare, Kind::related},
                             {0, 2, Ruling::forbid},
                             {0, 3, Ruling::pin, Kind::accessory},
                             {0, 3, Ruling::declare, Kind::necessity},
                             {0, 0, Ruling::pin, Kind::related}});
  const auto scorers = catalog.scorers();
  const auto outcome = relate({&catalog.products, scorers, &catalog.overlay});
  const auto rows = [&](Kind kind) {
    std::vector<std::uint32_t> out;
    for (const Relation& relation : outcome->relations.of(0, kind)) out.push_back(relation.product);
    return out;
  };
  EXPECT_THAT(rows(Kind::necessity), testing::ElementsAre(1));
  EXPECT_THAT(rows(Kind::accessory), testing::ElementsAre(3));
  EXPECT_THAT(rows(Kind::related), testing::UnorderedElementsAre(4, 5));
}

TEST(Relate, AnEmptyCatalogHasNoRelations) {
  std::mt19937_64 random(5);
  const auto catalog = random_catalog(Shape{}, default_models(), random);
  expect_same(catalog, "empty");
}

TEST(Relate, RefusesTwoModelsOfOneKindAndColumnsOfTheWrongLength) {
  std::mt19937_64 random(6);
  Shape shape;
  shape.products = 5;
  auto catalog = random_catalog(shape, default_models(), random);
  catalog.models[1].kind = Kind::necessity;
  const auto twice = catalog.scorers();
  EXPECT_FALSE(relate({&catalog.products, twice, &catalog.overlay}).ok());
  catalog.models[1].kind = Kind::accessory;
  catalog.features[2].families.pop_back();
  const auto result = relate({&catalog.products, catalog.scorers(), &catalog.overlay});
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().message, testing::HasSubstr("families has 4 rows"));
}

TEST(Relate, RefusesRulesThatTellTooManyClassesApart) {
  std::mt19937_64 random(9);
  Shape shape;
  shape.products = 4000;
  shape.flag_share = 0.5;
  auto models = default_models();
  for (Rule& rule : models[0].rules) rule.a_flags = rule.b_flags = 1023;
  const auto catalog = random_catalog(shape, models, random);
  const auto result = relate({&catalog.products, catalog.scorers(), &catalog.overlay});
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().message,
              testing::HasSubstr("combinations, of which at most 16000000"));
}

TEST(Relate, RefusesRulesOfTooManyTerms) {
  std::mt19937_64 random(10);
  Shape shape;
  shape.products = 5;
  auto catalog = random_catalog(shape, default_models(), random);
  for (std::size_t kind = 0; kind < 3; ++kind) {
    catalog.models[kind].keys = {"a", "b", "c", "d", "e", "f", "g", "h"};
    catalog.features[kind].keys.clear();
    for (std::uint32_t key = 0; key < 8; ++key) {
      // Columns that differ are terms of their own.
      const auto own = static_cast<std::uint32_t>(1 + 8 * kind + key);
      catalog.features[kind].keys.emplace_back(shape.products, own);
    }
    catalog.models[kind].rules[0].same = 255;
  }
  const auto result = relate({&catalog.products, catalog.scorers(), &catalog.overlay});
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().message, testing::HasSubstr("more than 16 different terms"));
}

TEST(Relate, PriceWindowIsExactAtItsEdges) {
  EXPECT_TRUE(price_within(100, 50, 50));
  EXPECT_FALSE(price_within(100, 49, 50));
  EXPECT_TRUE(price_within(50, 100, 50));
  EXPECT_FALSE(price_within(50, 101, 50));
  EXPECT_TRUE(price_within(0, 0, 50));
  EXPECT_FALSE(price_within(0, 1, 50));
  EXPECT_FALSE(price_within(-1, -1, 50));
  constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
  EXPECT_TRUE(price_within(greatest, greatest / 2 + 1, 50));
}

TEST(Relate, TokensOverlapFromHalfOfTheSmallerSet) {
  using Set = std::vector<std::uint32_t>;
  EXPECT_TRUE(tokens_overlap(Set{1}, Set{1, 2, 3}));
  EXPECT_TRUE(tokens_overlap(Set{1, 9}, Set{1, 2, 3}));
  EXPECT_FALSE(tokens_overlap(Set{1, 8, 9}, Set{1, 2, 3}));
  EXPECT_TRUE(tokens_overlap(Set{1, 2, 9}, Set{1, 2, 3}));
  EXPECT_FALSE(tokens_overlap(Set{}, Set{}));
  EXPECT_FALSE(tokens_overlap(Set{}, Set{1}));
}

}  // namespace
}  // namespace tenon::catalog
