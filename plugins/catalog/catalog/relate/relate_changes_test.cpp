#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "catalog/catalog/relate/random_catalog.hpp"
#include "catalog/catalog/relate/relate.hpp"

namespace tenon::catalog {
namespace {

using Set = std::vector<std::uint32_t>;

struct Item {
  ProductRow product;
  std::uint64_t flags = 0;
  std::uint64_t families = 0;
  std::array<std::uint32_t, 2> keys{};
  Set tokens, needs, provides;
};

struct Ruled {
  std::string a, b;
  Ruling ruling;
  Kind kind;
};

struct Shop {
  std::vector<Item> items;
  std::vector<Ruled> ruled;
  std::vector<Model> models;
  int made = 0;
};

Set set_of(const SetColumn& column, std::size_t row) {
  return {column[row].begin(), column[row].end()};
}

Shop random_shop(const Shape& shape, std::vector<Model> models, std::mt19937_64& random) {
  const RandomCatalog from = random_catalog(shape, models, random);
  Shop out;
  out.models = std::move(models);
  if (out.models.empty()) return out;
  const FeatureColumns& f = from.features[0];
  for (std::size_t row = 0; row < from.products.size(); ++row) {
    Item item;
    item.product.id = from.products.id[row];
    item.product.sku = from.products.sku[row];
    item.product.price_minor = from.products.price_minor[row];
    item.product.in_stock = from.products.in_stock[row] != 0;
    item.flags = f.flags[row];
    item.families = f.families[row];
    item.keys = {f.keys[0][row], f.keys[1][row]};
    item.tokens = set_of(f.tokens, row);
    item.needs = set_of(f.needs, row);
    item.provides = set_of(f.provides, row);
    out.items.push_back(item);
  }
  for (const Decision& decision : from.overlay.decisions())
    out.ruled.push_back({out.items[decision.a].product.id, out.items[decision.b].product.id,
                         decision.ruling, decision.kind});
  return out;
}

// Numbers of a run: as a scorer that meets the products in another order gives them out.
class Numbers {
 public:
  explicit Numbers(std::mt19937_64& random) : next_(random() % 5) {}
  std::uint32_t operator()(std::uint32_t value) {
    const auto [found, added] = numbers_.emplace(value, next_);
    if (added) ++next_;
    return found->second;
  }
  TextColumn symbols() const {
    std::vector<std::string> texts(next_);
    for (std::uint32_t i = 0; i < next_; ++i) texts[i] = "unused " + std::to_string(i);
    for (const auto& [value, number] : numbers_) texts[number] = "word " + std::to_string(value);
    TextColumn out;
    for (const auto& text : texts) out.push_back(text);
    return out;
  }

 private:
  std::map<std::uint32_t, std::uint32_t> numbers_;
  std::uint32_t next_;
};

RandomCatalog catalog_of(const Shop& shop, std::mt19937_64& random) {
  RandomCatalog out;
  out.models = shop.models;
  FeatureColumns f;
  f.keys.resize(2);
  Numbers words(random);
  std::array<Numbers, 2> keys = {Numbers(random), Numbers(random)};
  const auto add = [&](SetColumn& to, const Set& from) {
    Set set;
    for (const std::uint32_t value : from) set.push_back(words(value));
    to.push_back(set);
  };
  std::map<std::string, std::uint32_t> rows;
  for (const Item& item : shop.items) {
    rows.emplace(item.product.id, static_cast<std::uint32_t>(out.products.size()));
    out.products.push_back(item.product);
    f.flags.push_back(item.flags);
    f.families.push_back(item.families);
    for (int k = 0; k < 2; ++k)
      f.keys[k].push_back(item.keys[k] == 0 ? 0 : 1 + keys[k](item.keys[k]));
    add(f.tokens, item.tokens);
    add(f.needs, item.needs);
    add(f.provides, item.provides);
  }
  f.symbols = words.symbols();
  out.features.assign(out.models.size(), f);
  std::vector<Decision> decisions;
  for (const Ruled& ruled : shop.ruled)
    if (rows.contains(ruled.a) && rows.contains(ruled.b))
      decisions.push_back({rows[ruled.a], rows[ruled.b], ruled.ruling, ruled.kind, {}});
  out.overlay = Overlay(std::move(decisions));
  return out;
}

void edit(Shop& shop, std::mt19937_64& random) {
  const auto any = [&]() -> Item& { return shop.items[random() % shop.items.size()]; };
  if (shop.items.empty()) return;
  Item& item = any();
  const Item other = any();
  switch (random() % 12) {
    case 0:
      item.product.price_minor = static_cast<std::int64_t>(random() % 900) * 100;
      break;
    case 1:
      item.product.price_minor = other.product.price_minor;
      break;
    case 2:
      item.product.in_stock = !item.product.in_stock;
      break;
    case 3:
      item.keys[0] = other.keys[0];
      item.families = other.families;
      break;
    case 4:
      item.keys[0] = static_cast<std::uint32_t>(1000 + random() % 3);
      break;
    case 5:
      item.keys[1] = other.keys[1];
      break;
    case 6:
      item.tokens = other.tokens;
      item.tokens.push_back(static_cast<std::uint32_t>(random() % 2000));
      break;
    case 7:
      item.needs = other.provides;
      item.provides = other.needs;
      break;
    case 8:
      item.flags = other.flags;
      break;
    case 9:
      item.product.sku = "T" + std::to_string(random() % 1000);
      break;
    case 10: {
      Item added = other;
      added.product.id = "new " + std::to_string(shop.made++);
      const auto at = static_cast<std::ptrdiff_t>(random() % (shop.items.size() + 1));
      shop.items.insert(shop.items.begin() + at, added);
      break;
    }
    default:
      shop.items.erase(shop.items.begin() +
                       static_cast<std::ptrdiff_t>(random() % shop.items.size()));
  }
}

void edit_rulings(Shop& shop, std::mt19937_64& random) {
  if (shop.items.empty() || random() % 3 != 0) return;
  if (!shop.ruled.empty() && random() % 2 == 0)
    shop.ruled.erase(shop.ruled.begin() +
                     static_cast<std::ptrdiff_t>(random() % shop.ruled.size()));
  const auto id = [&] { return shop.items[random() % shop.items.size()].product.id; };
  shop.ruled.push_back(
      {id(), id(), static_cast<Ruling>(random() % 3), static_cast<Kind>(random() % 3)});
}

class RelateChanges : public testing::Test {
 protected:
  void base(const Shop& shop) {
    const RandomCatalog catalog = catalog_of(shop, random_);
    const auto scorers = catalog.scorers();
    auto outcome = relate({&catalog.products, scorers, &catalog.overlay},
                          {.threads = 2, .sample = 0, .keep = true});
    ASSERT_TRUE(outcome.ok());
    state_ = outcome->state;
  }
  // The products computed again; nothing when a full run was called for.
  std::optional<std::size_t> compare(const Shop& shop) {
    const RandomCatalog catalog = catalog_of(shop, random_);
    const auto scorers = catalog.scorers();
    const RelateInput input{&catalog.products, scorers, &catalog.overlay};
    const auto some = relate_changes(state_, input, {.threads = 2, .sample = 3});
    const auto all = relate(input, {.threads = 1, .sample = 0});
    EXPECT_TRUE(some.ok() && all.ok());
    if (!some->has_value()) return std::nullopt;
    EXPECT_TRUE((*some)->differing.empty());
    for (std::size_t row = 0; row < catalog.products.size(); ++row)
      for (int k = 0; k < kind_count; ++k)
        EXPECT_TRUE(std::ranges::equal((*some)->relations.of(row, static_cast<Kind>(k)),
                                       all->relations.of(row, static_cast<Kind>(k))))
            << "row " << row << " kind " << k;
    return (*some)->rescored;
  }

  std::mt19937_64 random_{11};
  std::shared_ptr<const RelateState> state_;
};

Shape small_shape(std::mt19937_64& random) {
  const auto pick = [&](auto... values) {
    const std::array all{values...};
    return all[random() % all.size()];
  };
  Shape shape;
  shape.products = 1 + random() % 80;
  shape.brands = pick(1, 3, 20);
  shape.categories = pick(1, 3, 20);
  shape.families = pick(0, 2, 12);
  shape.vocabulary = pick(2, 10, 60);
  shape.prices = pick(1, 4, 900);
  shape.unknown_price_share = pick(0.0, 0.2, 1.0);
  shape.in_stock_share = pick(0.5, 1.0);
  shape.flag_share = pick(0.02, 0.3);
  shape.decisions = pick(0, 4, 40);
  return shape;
}

TEST_F(RelateChanges, EqualAFullRunAfterRandomEdits) {
  std::size_t updated = 0, rounds = 0;
  for (int round = 0; round < 600 && !HasFailure(); ++round) {
    SCOPED_TRACE(round);
    const Shape shape = small_shape(random_);
    Shop shop =
        random_shop(shape, round % 2 == 0 ? default_models() : random_models(random_), random_);
    if (shop.models.empty()) continue;
    base(shop);
    for (int step = 0; step < 3; ++step, ++rounds) {
      for (std::uint64_t edits = random_() % 3; edits > 0; --edits) edit(shop, random_);
      edit_rulings(shop, random_);
      updated += compare(shop).has_value() ? 1 : 0;
    }
  }
  EXPECT_GT(updated * 10, rounds * 9) << updated << " of " << rounds;
}

TEST_F(RelateChanges, EqualAFullRunOnLargerLists) {
  Shape shape;
  shape.products = 1500;
  shape.brands = shape.categories = 2;
  shape.vocabulary = 300;
  shape.least_tokens = 2;
  shape.flag_share = 0.1;
  shape.decisions = 50;
  for (int round = 0; round < 3 && !HasFailure(); ++round) {
    Shop shop = random_shop(shape, default_models(), random_);
    base(shop);
    for (int step = 0; step < 3; ++step) {
      for (int i = 0; i < 3; ++i) edit(shop, random_);
      ASSERT_TRUE(compare(shop).has_value());
    }
  }
}

TEST_F(RelateChanges, AnUnchangedCatalogIsNotScoredAgain) {
  Shape shape;
  shape.products = 300;
  shape.decisions = 30;
  const Shop shop = random_shop(shape, default_models(), random_);
  base(shop);
  EXPECT_EQ(compare(shop), 0u);
}

TEST_F(RelateChanges, OneChangeScoresFewAgain) {
  Shape shape;
  shape.products = 3000;
  shape.categories = shape.brands = 40;
  Shop shop = random_shop(shape, default_models(), random_);
  base(shop);
  shop.items[700].product.price_minor = 12'300;
  const auto rescored = compare(shop);
  ASSERT_TRUE(rescored.has_value());
  EXPECT_GE(*rescored, 1u);
  EXPECT_LT(*rescored, 300u);
}

TEST_F(RelateChanges, ManyChangesOtherRulesAndRepeatedIdsCallForAFullRun) {
  Shape shape;
  shape.products = 100;
  const Shop shop = random_shop(shape, default_models(), random_);
  base(shop);
  Shop changed = shop;
  for (int i = 0; i < 50; ++i) changed.items[i].product.in_stock ^= true;
  EXPECT_FALSE(compare(changed).has_value());
  Shop ruled = shop;
  ruled.models[0].threshold += 10;
  EXPECT_FALSE(compare(ruled).has_value());
  Shop repeated = shop;
  repeated.items[1].product.id = repeated.items[0].product.id;
  EXPECT_FALSE(compare(repeated).has_value());
}

}  // namespace
}  // namespace tenon::catalog
