#include "catalog/merge/export.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>

#include "catalog/merge/categories.hpp"
#include "tests/support/scratch_folder.hpp"

namespace tenon::catalog {
namespace {

class ExportTest : public testing::Test {
 protected:
  std::string content(const char* file) const {
    std::ifstream in(folder_ / file);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  static Product product(const char* brand, const char* sku) {
    Product out;
    out.brand = brand;
    out.brand_id = brand;
    out.sku = sku;
    out.id = std::string(brand) + "_" + sku;
    out.name = sku;
    return out;
  }

  ScratchFolder scratch_;
  std::filesystem::path folder_ = scratch_.path() / "export";
};

TEST_F(ExportTest, WritesABrandsProductsWithTheirRelationships) {
  auto summary = export_catalog(folder_, {product("b", "2"), product("b", "1"), product("a", "9")},
                                [](const Product& of) {
                                  Relationships out;
                                  if (of.sku == "1")
                                    out.necessities.push_back({{"sku", "2"}, {"score", 100}});
                                  return out;
                                });
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->files_written, 3u);
  auto json = boost::json::parse(content("b.json")).as_object();
  const auto& products = json["products"].as_array();
  ASSERT_EQ(products.size(), 2u);
  EXPECT_EQ(products[0].at("sku").as_string(), "1");
  EXPECT_EQ(products[0].at("necessities").at(0).at("score").as_int64(), 100);
  EXPECT_TRUE(products[1].at("related").as_array().empty());
  auto index = boost::json::parse(content("index.json"));
  EXPECT_EQ(index.at("brands").as_array().size(), 2u);
  EXPECT_EQ(index.at("products").as_int64(), 3);
}

TEST_F(ExportTest, LeavesUnchangedFilesUntouchedAndRemovesStaleOnes) {
  std::vector<Product> products = {product("a", "1"), product("b", "1"), product("b", "2")};
  ASSERT_TRUE(export_catalog(folder_, products, {}).ok());
  auto time = std::filesystem::last_write_time(folder_ / "b.json");
  std::string before = content("b.json");
  std::reverse(products.begin(), products.end());
  auto again = export_catalog(folder_, products, {});
  EXPECT_EQ(again->files_unchanged, 3u);
  EXPECT_EQ(again->files_written, 0u);
  EXPECT_EQ(std::filesystem::last_write_time(folder_ / "b.json"), time);
  EXPECT_EQ(content("b.json"), before);
  std::erase_if(products, [](const Product& one) { return one.brand == "a"; });
  auto less = export_catalog(folder_, products, {});
  EXPECT_EQ(less->files_removed, 1u);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.json"));
}

TEST_F(ExportTest, NamesTheFolderItCannotMake) {
  std::filesystem::create_directories(folder_);
  std::ofstream(folder_ / "file") << "x";
  auto summary = export_catalog(folder_ / "file" / "x", {}, {});
  ASSERT_FALSE(summary.ok());
  EXPECT_THAT(summary.error().path, testing::HasSubstr("file"));
}

TEST(Categories, DefaultRulesKnowEnglishAndHebrewNames) {
  auto map = *CategoryMap::make();
  for (auto [category, universal] :
       {std::pair{"סינתיסייזרים  ", "Keys & Pianos"},
        std::pair{"Keyboards & Synthesizers", "Keys & Pianos"},
        std::pair{"מצילות", "Drums & Percussion"}, std::pair{"Drum kit", "Drums & Percussion"},
        std::pair{"פדלים ומולטי אפקט ", "Guitars & Amps"},
        std::pair{"Guitar Effects Processor", "Guitars & Amps"},
        std::pair{"מוניטורים לאולפן", "Studio & Recording"},
        std::pair{"Audio Interface", "Studio & Recording"}, std::pair{"מיקסרים", "Live Sound"},
        std::pair{"אביזרים לציוד הגברה", "Accessories"}, std::pair{"מיקסרים DJ", "DJ & Production"},
        std::pair{"תוכנות הפקה ואולפן", "Software & Cloud"},
        std::pair{"אביזרים לקלידים", "Accessories"}, std::pair{"Accessories", "Accessories"},
        std::pair{"כבל גיטרה", "Accessories"}, std::pair{"Spoons", ""}, std::pair{"", ""}})
    EXPECT_EQ(map.find(category, ""), universal) << category;
}

TEST(Categories, ABrandsRuleComesFirstAndUnknownOnesAreCounted) {
  auto map =
      CategoryMap::make({{"stage*", "Live Sound", "bramble"}, {"stage*", "Keys & Pianos", {}}});
  ASSERT_TRUE(map.ok());
  EXPECT_EQ(map->find("Stage gear", "bramble"), "Live Sound");
  EXPECT_EQ(map->find("Stage gear", "auralis"), "Keys & Pianos");
  std::vector<Product> products(3);
  products[0].category = products[1].category = "Spoons";
  products[2].category = "Pianos";
  EXPECT_THAT(map->apply(products), testing::ElementsAre(testing::Pair("Spoons", 2)));
  EXPECT_EQ(CategoryMap::make({{"x", "Toys", {}}}).error().path, "x");
}

}  // namespace
}  // namespace tenon::catalog
