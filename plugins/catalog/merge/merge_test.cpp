#include "catalog/merge/merge.hpp"

#include <gmock/gmock.h>

#include <random>

#include "catalog/merge/model_name.hpp"

namespace tenon::catalog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Product product(std::string id, std::string name, std::string sku = {}) {
  Product out;
  out.id = std::move(id);
  out.name = std::move(name);
  out.sku = std::move(sku);
  out.brand = "Auralis";
  out.brand_id = "auralis";
  return out;
}

Match match(const Product& a, const Product& b) {
  MatchOptions options;
  options.review = 0;
  options.accept = 101;
  auto result = match_products({a}, {b}, options);
  return result.review.empty() ? Match{} : result.review.front();
}

struct NamePair {
  const char* commercial;
  const char* official;
  int low;   // confidence at least
  int high;  // and at most
};

class NamePairs : public testing::TestWithParam<NamePair> {};

TEST_P(NamePairs, AreAsSureAsTheyShouldBe) {
  const NamePair& pair = GetParam();
  Match found = match(product("a", pair.commercial), product("b", pair.official));
  EXPECT_GE(found.confidence, pair.low)
      << pair.commercial << " / " << pair.official << ": " << found.reason;
  EXPECT_LE(found.confidence, pair.high)
      << pair.commercial << " / " << pair.official << ": " << found.reason;
}

INSTANTIATE_TEST_SUITE_P(Spellings, NamePairs,
                         testing::Values(NamePair{"סינתיסייזר Auralis FANTA-06", "Fanta 06", 90,
                                                  100},
                                         NamePair{"Auralis A-88 MkII", "A-88MKII", 90, 100},
                                         NamePair{"Auralis A-88 MK2", "A-88 Mark II", 90, 100},
                                         NamePair{"Auralis A-88 (2nd Gen)", "A-88 MK-2", 90, 100},
                                         NamePair{"Auralis A-88", "A-88 MK2", 0, 40},
                                         NamePair{"Auralis Nova 61 Black", "Nova 61", 85, 94},
                                         NamePair{"Auralis Nova 61 Black", "Nova 61 White", 50, 79},
                                         NamePair{"Auralis Nova 61 Bundle", "Nova 61", 50, 79},
                                         NamePair{"Auralis Nova 61", "Nova 88", 0, 60},
                                         NamePair{"Auralis Nova 61", "Largo", 0, 20},
                                         NamePair{"פדל Auralis GQ-7", "GQ-7 Equalizer", 80, 89},
                                         NamePair{"Auralis GQ-7", "GQ-7/212 Equalizer", 0, 79},
                                         NamePair{"Auralis ZX-900 Workstation Keyboard",
                                                  "ZX-900 Workstation", 70, 100}));

TEST(ModelName, TakesANameApart) {
  ModelName model = model_name("חבילת Auralis Nova-61 MkIII Black Bundle", "Auralis");
  EXPECT_THAT(model.words, ElementsAre("nova", "61"));
  EXPECT_EQ(model.generation, 3);
  EXPECT_THAT(model.colours, ElementsAre("black"));
  EXPECT_EQ(model.bundle.size(), 2u);
  EXPECT_EQ(model_name("Black", "Auralis").key, "black");
  EXPECT_EQ(model_name("Auralis", "Auralis").key, "auralis");
}

TEST(Matcher, IdentifiersDecide) {
  Product a = product("a", "Something", "X-1");
  Product b = product("b", "Else");
  a.gtin = "0123456789012";
  b.gtin = "123456789012";
  EXPECT_EQ(match(a, b).reason, "same GTIN");
  b.gtin = "999";
  EXPECT_EQ(match(product("a", "Nova 61"), product("b", "Nova 61")).reason, "same model name");
  a.gtin.clear();
  b.mpn = "x1";
  EXPECT_EQ(match(a, b).reason, "same SKU");
}

TEST(Matcher, BrandsMustAgree) {
  Product other = product("b", "Nova 61");
  other.brand = other.brand_id = "bramble";
  EXPECT_TRUE(match_products({product("a", "Nova 61")}, {other}).accepted.empty());
}

TEST(Merge, EachSideWinsItsFields) {
  Product dealer = product("auralis_nova_61", "סינתיסייזר Auralis Nova 61", "AU61");
  dealer.price = Money{499000, "ILS"};
  dealer.stock = Stock::in;
  dealer.category = "סינתיסייזרים";
  dealer.url = "https://d.example/1";
  dealer.provenance["price"] = {"dealer", "https://d.example/1", "d.example", "t"};
  dealer.provenance["name"] = {"dealer", "https://d.example/1", "d.example", "t"};
  Product maker = product("x", "Nova 61", "OTHER");
  maker.price = Money{99900, "USD"};
  maker.category = "Synthesizer";
  maker.official_manuals = {{"https://a.example/m.pdf", MediaType::pdf, "Manual", "a.example"}};
  maker.official_specs = {{"Keys", "61"}};
  maker.official_url = "https://a.example/nova";
  maker.provenance["name"] = {"auralis", "https://a.example/nova", "a.example", "t"};
  maker.provenance["official_specs"] = {"auralis", "https://a.example/nova", "a.example", "t"};

  auto result = merge_products({dealer}, {maker});
  ASSERT_EQ(result.products.size(), 1u);
  const Product& merged = result.products[0];
  EXPECT_EQ(merged.id, "auralis_nova_61");
  EXPECT_EQ(merged.name, "Nova 61");
  EXPECT_EQ(merged.sku, "AU61");
  EXPECT_EQ(merged.price, dealer.price);
  EXPECT_EQ(merged.category, "סינתיסייזרים");
  EXPECT_EQ(merged.official_manuals, maker.official_manuals);
  EXPECT_EQ(merged.provenance.at("name").source_domain, "a.example");
  EXPECT_EQ(merged.provenance.at("price").source_domain, "d.example");
  EXPECT_EQ(merged.provenance.at("official_specs").source, "auralis");
  EXPECT_THAT(merged.provenance.at("official_match").source, HasSubstr("match 95"));
  EXPECT_EQ(result.matched, 1u);
}

TEST(Merge, UnmatchedRecordsOfBothSidesSurvive) {
  auto result =
      merge_products({product("auralis_a", "Alpha", "1")}, {product("auralis_b", "Beta")});
  ASSERT_EQ(result.products.size(), 2u);
  EXPECT_EQ(result.commercial_only, 1u);
  EXPECT_EQ(result.official_only, 1u);
  EXPECT_EQ(result.products[1].sku, "AURALIS-BETA");
}

TEST(Merge, ReviewDecidesWhatIsUnsure) {
  Product a = product("a", "Auralis Nova 61 Black", "1");
  Product b = product("b", "Nova 61 White", "2");
  auto first = merge_products({a}, {b});
  ASSERT_EQ(first.review.size(), 1u);
  EXPECT_EQ(first.matched, 0u);
  EXPECT_EQ(first.review[0].confidence, 60);
  auto accepted = merge_products({a}, {b}, {}, {{review_key(a, b), true}});
  EXPECT_EQ(accepted.matched, 1u);
  auto rejected = merge_products({a}, {b}, {}, {{review_key(a, b), false}});
  EXPECT_EQ(rejected.matched, 0u);
  EXPECT_TRUE(rejected.review.empty());
}

TEST(Merge, IsRepeatableWhateverTheOrderOfInput) {
  std::mt19937 random(3);
  std::vector<Product> dealer;
  std::vector<Product> maker;
  for (int i = 0; i < 200; ++i) {
    std::string model =
        std::string("M") + static_cast<char>('A' + i % 7) + "-" + std::to_string(i * 7 % 150);
    dealer.push_back(product("d" + std::to_string(i), "Auralis " + model, "S" + std::to_string(i)));
    if (i % 3) maker.push_back(product("m" + std::to_string(i), model + (i % 5 ? "" : " Black")));
  }
  auto first = merge_products(dealer, maker);
  std::shuffle(dealer.begin(), dealer.end(), random);
  std::shuffle(maker.begin(), maker.end(), random);
  auto second = merge_products(dealer, maker);
  EXPECT_EQ(first.products, second.products);
  EXPECT_EQ(first.products.size(), dealer.size() + first.official_only);
  EXPECT_EQ(first.matched + first.official_only, maker.size());
}

}  // namespace
}  // namespace tenon::catalog
