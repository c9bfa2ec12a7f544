#include "catalog/ingest/dealer_ingest.hpp"

#include <gmock/gmock.h>

#include "catalog/ingest/glued_price.hpp"

namespace tenon::catalog {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

BrandIndex brands() {
  return BrandIndex({{"auralis", "Auralis", {"אוראליס"}},
                     {"kestrel-audio", "Kestrel Audio", {}},
                     {"bramble", "Bramble", {}}});
}

IngestResult ingest(std::vector<std::pair<std::string, std::string>> files,
                    std::string brand = {}) {
  DealerIngest dealer(brands(), DealerOptions{});
  for (const auto& [name, bytes] : files) {
    auto added = dealer.add_file(name, bytes, brand);
    EXPECT_TRUE(added.ok()) << added.error().message;
  }
  return dealer.finish();
}

TEST(DealerIngest, ReadsACsvWithHebrewColumns) {
  auto result = ingest({{"list.csv",
                         "מק״ט;שם מוצר;מותג;מחיר לצרכן;מלאי;קטגוריה\r\n"
                         "A-1;\"מקלדת Auralis\nNova 61\";Auralis;4.999,00;3; סינתיסייזרים  \r\n"
                         "A-2;Auralis Nova 88;;₪ 6,490;אזל;סינתיסייזרים\r\n"}});
  ASSERT_EQ(result.products.size(), 2u);
  const Product& first = result.products[0];
  EXPECT_EQ(first.name, "מקלדת Auralis Nova 61");
  EXPECT_EQ(first.brand, "Auralis");
  EXPECT_EQ(first.id, "auralis_nova_61");
  EXPECT_EQ(first.price, (Money{499900, "ILS"}));
  EXPECT_EQ(first.stock, Stock::in);
  EXPECT_EQ(first.category, "סינתיסייזרים");
  EXPECT_EQ(result.products[1].price->minor, 649000);
  EXPECT_EQ(result.products[1].stock, Stock::out);
  EXPECT_EQ(result.products[1].brand_id, "auralis");
}

TEST(DealerIngest, ReadsWindows1255) {
  auto result =
      ingest({{"list.csv", "sku,\xF9\xED,price\nA1,\xEE\xF7\xEC\xE3\xFA Auralis Nova,100\n"}});
  ASSERT_EQ(result.products.size(), 1u);
  EXPECT_EQ(result.products[0].name, "מקלדת Auralis Nova");
}

TEST(DealerIngest, SkipsBadRowsWithFileLineAndReason) {
  auto result = ingest({{"bad.csv",
                         "sku,name,price,url\n"
                         "1,,5,\n"
                         ",Home,,\n"
                         "2,Auralis A,5\n"
                         "3,\"Auralis B\"x,5,\n"
                         "4,Auralis C,5,\n"}});
  EXPECT_EQ(result.products.size(), 1u);
  const FileReport& file = result.report.files[0];
  EXPECT_EQ(file.rows, 5u);
  EXPECT_EQ(file.skipped, 4u);
  EXPECT_THAT(file.reasons, UnorderedElementsAre(Pair("no_name", 1), Pair("not_a_product", 1),
                                                 Pair("unreadable_row", 2)));
  for (const auto& problem : result.report.problems) {
    EXPECT_EQ(problem.file, "bad.csv");
    EXPECT_TRUE(problem.skipped);
    EXPECT_GE(problem.position, 2u);
  }
}

TEST(DealerIngest, RefusesWrongValuesAndKeepsTheProduct) {
  auto result = ingest({{"v.csv",
                         "sku,name,price,qty,url\n"
                         "1,Auralis A,call us,-3,javascript:x\n"
                         "2,Auralis B,-5,many,https://d.example  /b\n"
                         "3,Auralis C,0,0,\n"
                         "XXXX,Auralis D 5,5,1,\n"}});
  ASSERT_EQ(result.products.size(), 4u);
  EXPECT_THAT(
      result.report.files[0].reasons,
      UnorderedElementsAre(Pair("not_a_price", 1), Pair("negative_price", 1), Pair("zero_price", 1),
                           Pair("negative_stock", 1), Pair("unknown_stock", 1), Pair("bad_url", 1),
                           Pair("repaired_url", 1), Pair("placeholder_sku", 1)));
  EXPECT_FALSE(result.products[0].price.has_value());
  EXPECT_EQ(result.products[0].stock, Stock::unknown);
  EXPECT_EQ(result.products[1].url, "https://d.example/b");
  EXPECT_EQ(result.products[2].stock, Stock::out);
  EXPECT_EQ(result.products[3].sku, "AURALIS-D-5");
}

TEST(DealerIngest, LinkTextsOfAHomePageBecomeNoProducts) {
  auto result = ingest({{"junk.json", R"({"brand_id":"bramble","products":[
      {"name":"Home","brand_id":"bramble","normalized":"home"},
      {"name":"Marketing","brand_id":"bramble","normalized":"marketing"}, 7]})"}});
  EXPECT_TRUE(result.products.empty());
  EXPECT_EQ(result.report.total("not_a_product"), 2u);
  EXPECT_EQ(result.report.total("unreadable_row"), 1u);
}

TEST(DealerIngest, RepairsGluedPricesAndRefusesUnprovenOnesBesideThem) {
  auto result = ingest({{"glued.json", R"({"brand_id":"auralis","products":[
      {"item_code":"A","name":"Auralis A","price":"162000","price_ils":162000.0,"eilat_price_ils":13728.0},
      {"item_code":"B","name":"Auralis B","price":"3910","eilat_price_ils":331},
      {"item_code":"C","name":"Auralis C","price":"9990"},
      {"item_code":"D","name":"Auralis D","price":"5000","eilat_price_ils":123},
      {"item_code":"E","name":"Auralis E","price":"1180","eilat_price_ils":1000}]})"}});
  std::vector<std::string> prices;
  for (const auto& product : result.products)
    prices.push_back(product.price ? product.price->decimal() : "none");
  EXPECT_THAT(prices, ElementsAre("16200.00", "391.00", "none", "none", "1180.00"));
  EXPECT_EQ(result.report.total("repaired_price"), 2u);
  EXPECT_EQ(result.report.total("unproven_price"), 1u);
  EXPECT_EQ(result.report.total("contradicted_price"), 1u);
  EXPECT_EQ(result.products[2].provenance.count("price"), 0u);
}

TEST(DealerIngest, BelievesPricesOfAFileWithoutProofOrSuspicion) {
  auto result = ingest({{"plain.json", R"([{"sku":"A","name":"Bramble A","price":990},
                                           {"sku":"B","name":"Bramble B","price":1290.5}])"}});
  EXPECT_EQ(result.products[0].price->decimal(), "990.00");
  EXPECT_EQ(result.products[1].price->decimal(), "1290.50");
}

TEST(DealerIngest, OneItemUnderSeveralBrandsStaysAtItsOwn) {
  const char* row =
      R"({"halilit_id":"77","item_code":"K7","name":"מוניטור Kestrel Audio K7","price":"500"})";
  auto wrap = [&](const char* brand, std::string rows) {
    return std::string(R"({"brand_id":")") + brand + R"(","products":[)" + rows + "]}";
  };
  auto result = ingest(
      {{"bramble.json", wrap("bramble", row)}, {"kestrel.json", wrap("kestrel-audio", row)}});
  ASSERT_EQ(result.products.size(), 1u);
  EXPECT_EQ(result.products[0].brand_id, "kestrel-audio");
  EXPECT_EQ(result.report.files[0].reasons.at("duplicate_item"), 1u);
  EXPECT_EQ(result.report.files[1].products, 1u);
}

TEST(DealerIngest, MovesARowOfAnotherBrandAndReportsIt) {
  auto result = ingest({{"b.csv",
                         "sku,name,price\n1,Bramble Cab 12,900\n2,תיק גיטרה Auralis Case,100\n"
                         "3,Bramble Cable for Auralis,50\n"}},
                       "bramble");
  std::map<std::string, std::string> brand_of;
  for (const auto& product : result.products) brand_of[product.sku] = product.brand_id;
  EXPECT_THAT(brand_of,
              ElementsAre(Pair("1", "bramble"), Pair("2", "auralis"), Pair("3", "bramble")));
  EXPECT_EQ(result.report.total("moved_to_brand"), 1u);
}

TEST(DealerIngest, AFileOfForeignBrandsProvesNoBrand) {
  auto result = ingest(
      {{"mixed.csv", "sku,name,price\n1,Auralis A,9\n2,Kestrel Audio B,9\n3,Workshop ticket,9\n"}},
      "bramble");
  EXPECT_EQ(result.products.size(), 2u);
  EXPECT_EQ(result.report.total("unproven_brand"), 1u);
}

TEST(DealerIngest, KeepsTheFirstOfADuplicateSku) {
  auto result = ingest({{"d.csv", "sku,name,price\n1,Auralis A,\n1,Auralis B,9\n"}});
  ASSERT_EQ(result.products.size(), 1u);
  EXPECT_EQ(result.products[0].name, "Auralis B");
  EXPECT_EQ(result.report.total("duplicate_sku"), 1u);
}

TEST(DealerIngest, ArticlesAreNoProducts) {
  auto result =
      ingest({{"a.json", R"([{"sku":"1","name":"Auralis day","category":"בלוג מוזיקה+"}])"}});
  EXPECT_TRUE(result.products.empty());
  EXPECT_EQ(result.report.total("content_page"), 1u);
}

TEST(DealerIngest, ReadsJsonLinesPastADamagedLine) {
  auto result = ingest({{"x.jsonl",
                         "{\"sku\":\"1\",\"name\":\"Auralis A\",\"price\":5}\n{broken}\n"
                         "[1]\n{\"sku\":\"2\",\"name\":\"Auralis B\"}\n"}});
  EXPECT_EQ(result.products.size(), 2u);
  ASSERT_EQ(result.report.problems.size(), 2u);
  EXPECT_EQ(result.report.problems[0].position, 2u);
  EXPECT_EQ(result.report.problems[1].position, 3u);
}

TEST(DealerIngest, NamesWhatMakesAFileUnreadable) {
  DealerIngest dealer(brands(), DealerOptions{});
  EXPECT_EQ(dealer.add_file("a.json", "{\"products\":[1").error().path, "a.json");
  EXPECT_FALSE(dealer.add_file("b.csv", "x,y\n1,2\n").ok());
  EXPECT_FALSE(dealer.add_file("c.json", "{\"a\":1}").ok());
  EXPECT_FALSE(dealer.add_file("d.json", std::string(100, '[')).ok());
  EXPECT_EQ(dealer.finish().report.total("unreadable_file"), 4u);
}

TEST(DealerIngest, ResultDoesNotDependOnTheOrderOfFiles) {
  std::pair<std::string, std::string> a{"a.csv", "sku,name,price\n1,Auralis A,9\n2,Auralis A,9\n"};
  std::pair<std::string, std::string> b{"b.csv", "sku,name,price\n3,Auralis A,9\n0,Bramble,4\n"};
  EXPECT_EQ(ingest({a, b}).products, ingest({b, a}).products);
}

TEST(GluedPrice, FindsTheOnePrefixThatAgrees) {
  auto check = [](int64_t price, int64_t net) {
    return check_against_vat_free({price * 100, "ILS"}, {net * 100, "ILS"}, {18, 17});
  };
  EXPECT_EQ(check(118, 100).verdict, PriceVerdict::confirmed);
  EXPECT_EQ(check(117, 100).verdict, PriceVerdict::confirmed);
  EXPECT_EQ(check(12991101, 1101).price.decimal(), "1299.00");
  EXPECT_EQ(check(9999, 85).price.decimal(), "99.00");
  EXPECT_EQ(check(4680, 4000).verdict, PriceVerdict::confirmed);
  EXPECT_EQ(check(130, 100).verdict, PriceVerdict::contradicted);
  EXPECT_EQ(check(12, 1).verdict, PriceVerdict::contradicted);
}

// Any whole price, glued to any digits, is found again from its price without VAT.
TEST(GluedPrice, RepairsWhateverWasGluedOn) {
  for (int64_t price = 20; price < 200'000; price += 37) {
    Money net{price * 10'000 / 118 / 100 * 100, "ILS"};
    for (int64_t glued :
         {price * 10, price * 10 + 9, price * 100, price * 10'000 + price % 10'000}) {
      auto checked = check_against_vat_free({glued * 100, "ILS"}, net, {18, 17});
      ASSERT_EQ(checked.verdict, PriceVerdict::repaired) << glued;
      ASSERT_EQ(checked.price.minor, price * 100) << glued;
    }
  }
}

TEST(BrandIndex, FindsTheEarliestSpelling) {
  auto index = brands();
  EXPECT_EQ(index.find_in("מוניטור אולפני KESTREL K7"), "kestrel-audio");
  EXPECT_EQ(index.find_in("Bramble bag with Auralis print"), "bramble");
  EXPECT_EQ(index.find_in("תיק ל-Auralis"), std::nullopt);
  EXPECT_EQ(index.find_in("Brambles"), std::nullopt);
  EXPECT_EQ(index.model_of("מקלדת Auralis Nova 61", "auralis"), "Nova 61");
  EXPECT_EQ(index.model_of("Kestrel Audio K7", "kestrel-audio"), "K7");
  EXPECT_EQ(index.model_of("מקלדת", "auralis"), "מקלדת");
}

}  // namespace
}  // namespace tenon::catalog
