// The demo catalog read as a deployment reads it: price lists, makers' pages, merge, categories.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>

#include "catalog/ingest/dealer_ingest.hpp"
#include "catalog/merge/categories.hpp"
#include "catalog/merge/merge.hpp"
#include "catalog/page/brand_scraper.hpp"

namespace tenon::catalog {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class DemoCatalog : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    fs::path demo = TENON_DEMO_FOLDER;
    auto brands = boost::json::parse(read_file(demo / "brands.json")).at("brands").as_array();
    std::vector<Brand> known;
    for (const auto& entry : brands) {
      Brand brand{entry.at("id").as_string().c_str(), entry.at("name").as_string().c_str(), {}};
      for (const auto& alias : entry.at("aliases").as_array())
        brand.aliases.push_back(alias.as_string().c_str());
      known.push_back(brand);
    }
    DealerIngest ingest(BrandIndex(known), DealerOptions{});
    for (const char* file :
         {"accessories-and-drums.csv", "auralis.csv", "bramble.jsonl", "kestrel-audio.json"})
      ASSERT_TRUE(ingest.add_file(file, read_file(demo / "dealer" / file)).ok());
    ingested = new IngestResult(ingest.finish());
    std::vector<Product> official;
    for (const auto& entry : brands) {
      ScraperOptions options;
      options.brand_id = entry.at("id").as_string().c_str();
      options.brand = entry.at("name").as_string().c_str();
      options.logo_url = entry.at("logo_url").as_string().c_str();
      options.rewrites = {{entry.at("rewrite").at("from").as_string().c_str(),
                           entry.at("rewrite").at("to").as_string().c_str()}};
      auto source = FolderPageSource::open(demo / entry.at("site").as_string().c_str());
      ASSERT_TRUE(source.ok());
      auto scraper = StructuredScraper::make(*source, options, {});
      auto products = (*scraper)->products();
      EXPECT_THAT((*scraper)->report().problems, testing::IsEmpty());
      EXPECT_EQ((*scraper)->report().no_product, 0u);
      official.insert(official.end(), products->begin(), products->end());
    }
    merged = new MergeResult(merge_products(ingested->products, official));
    unknown_categories = CategoryMap::make()->apply(merged->products);
  }
  static void TearDownTestSuite() {
    delete ingested;
    delete merged;
  }
  static const Product& find(const std::string& id) {
    for (const auto& product : merged->products)
      if (product.id == id) return product;
    throw std::out_of_range(id);
  }

  static inline IngestResult* ingested = nullptr;
  static inline MergeResult* merged = nullptr;
  static inline std::map<std::string, size_t> unknown_categories;
};

TEST_F(DemoCatalog, EveryPageFindsItsProductAndOneIsLeftForReview) {
  ASSERT_EQ(merged->review.size(), 1u);
  EXPECT_EQ(merged->review[0].official_name, "Hardware Pack H4");
  EXPECT_THAT(merged->review[0].reason, testing::HasSubstr("bundle"));
  EXPECT_EQ(merged->official_only, 1u);
  EXPECT_GE(merged->products.size(), 60u);
  EXPECT_THAT(unknown_categories, testing::IsEmpty());
}

TEST_F(DemoCatalog, ItsBadRowsAreReported) {
  for (const char* reason :
       {"not_a_product", "unreadable_row", "content_page", "not_a_price", "negative_price",
        "negative_stock", "unproven_price", "repaired_price", "duplicate_sku", "duplicate_item",
        "placeholder_sku", "moved_to_brand", "repaired_url"})
    EXPECT_GE(ingested->report.total(reason), 1u) << reason;
}

TEST_F(DemoCatalog, TheFirstPageIsRich) {
  const Product& nova = find("auralis_nova_61");
  EXPECT_EQ(nova.name, "Nova 61");
  EXPECT_EQ(nova.price, (Money{499000, "ILS"}));
  EXPECT_EQ(nova.stock, Stock::in);
  EXPECT_EQ(nova.universal_category, "Keys & Pianos");
  EXPECT_EQ(nova.official_manuals.size(), 2u);
  EXPECT_GE(nova.official_specs.size(), 6u);
  std::map<EvidenceKind, std::vector<std::string>> declared;
  for (const auto& one : nova.declared) declared[one.kind].push_back(one.target_name);
  EXPECT_THAT(declared[EvidenceKind::required],
              testing::ElementsAre("SP-1 Sustain Pedal", "PSA-12 Power Supply"));
  EXPECT_EQ(declared[EvidenceKind::works_with].size(), 4u);
  EXPECT_EQ(declared[EvidenceKind::related_to].size(), 2u);
}

TEST_F(DemoCatalog, GluedPricesComeOutRight) {
  EXPECT_EQ(find("kestrel_audio_perch_5").price->decimal(), "1190.00");
}

TEST_F(DemoCatalog, NothingAPageLoadsComesFromElsewhere) {
  fs::path site = fs::path(TENON_DEMO_FOLDER) / "site";
  auto check = [&](const std::string& url) {
    if (url.empty()) return;
    ASSERT_TRUE(url.starts_with("/demo/")) << url;
    EXPECT_TRUE(fs::exists(site / url.substr(6))) << url;
  };
  for (const auto& product : merged->products) {
    check(product.image_url);
    check(product.logo_url);
    for (const auto& media : product.official_manuals) check(media.url);
    for (const auto& media : product.official_gallery) check(media.url);
  }
}

}  // namespace
}  // namespace tenon::catalog
