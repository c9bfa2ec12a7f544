#include "catalog/source-halilit/dealer_source.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/support/scratch_folder.hpp"

namespace tenon::catalog {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class DealerSourceTest : public testing::Test {
 protected:
  DealerSourceTest() {
    fs::create_directories(folder_ / "lists");
    options_.files = {(folder_ / "lists").string()};
    options_.inbox = (folder_ / "inbox").string();
  }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }
  std::vector<std::string> skus(DealerSource& source, ListProducts query = {}) {
    std::vector<std::string> out;
    for (int pages = 0; pages < 100; ++pages) {
      const auto page = source.list_products(query);
      EXPECT_TRUE(page.ok()) << page.error().message;
      if (!page) break;
      for (const auto& product : page->products) out.emplace_back(product.at("sku").as_string());
      query.cursor = page->next_cursor;
      if (!query.cursor) break;
    }
    return out;
  }

  static constexpr char kHeader[] = "sku,name,brand,price\n";
  ScratchFolder scratch_;
  fs::path folder_ = scratch_.path();
  DealerSourceOptions options_;
};

TEST_F(DealerSourceTest, PagesThroughBrandsInTheOrderOfBrandAndSku) {
  write("lists/a.csv", std::string(kHeader) + "Z-2,Zed Two,Zed,20\nY-1,Yon One,Yon,5\n");
  write("lists/b.csv", std::string(kHeader) + "Z-1,Zed One,Zed,10\nZ-3,Zed Three,Zed,30\n");
  DealerSource source(options_);

  const auto brands = source.list_brands();
  ASSERT_EQ(brands->brands.size(), 2u);
  EXPECT_EQ(brands->brands[1].id, "zed");
  EXPECT_EQ(brands->brands[1].products, 3);
  for (const int64_t limit : {1, 2, 3, 1000})
    EXPECT_THAT(skus(source, {{}, {}, limit}), ElementsAre("Y-1", "Z-1", "Z-2", "Z-3")) << limit;
  EXPECT_THAT(skus(source, {"zed", {}, 2}), ElementsAre("Z-1", "Z-2", "Z-3"));
  EXPECT_EQ(source.list_products({"zad", {}, 2}).error().code, Code::not_found);
}

TEST_F(DealerSourceTest, RefusesCursorsThatAreNotItsOwn) {
  const std::string list =
      write("lists/a.csv", std::string(kHeader) + "A-1,Aa,Aa,1\nB-1,Bb,Bb,1\n");
  DealerSource source(options_);
  const auto first = source.list_products({{}, {}, 1});
  for (const char* cursor : {"", ":", "x", "x:", "x:-1", "x:99999999999999999999"})
    EXPECT_EQ(source.list_products({{}, cursor, 1}).error().code, Code::invalid) << cursor;
  EXPECT_EQ(source.list_products({{}, first->change + ":7", 1}).error().code, Code::invalid);
  write("lists/a.csv", std::string(kHeader) + "A-1,Aa,Aa,2\nB-1,Bb,Bb,111\n");
  EXPECT_EQ(source.list_products({{}, first->next_cursor, 1}).error().code, Code::conflict);
}

TEST_F(DealerSourceTest, ReadsAgainWhenAFileChangesComesOrGoes) {
  write("lists/a.csv", std::string(kHeader) + "A-1,Aa,Aa,1\n");
  DealerSource source(options_);
  const auto before = source.list_products({});
  EXPECT_EQ(source.list_products({})->change, before->change);
  write("lists/b.jsonl", R"({"sku":"B-1","name":"Bb","brand":"Bb","price":"3"})");
  EXPECT_THAT(skus(source), ElementsAre("A-1", "B-1"));
  EXPECT_NE(source.list_products({})->change, before->change);
  fs::remove(folder_ / "lists/a.csv");
  EXPECT_THAT(skus(source), ElementsAre("B-1"));
}

TEST_F(DealerSourceTest, OneBadFileHidesNoOther) {
  write("lists/a.csv", std::string(kHeader) + "A-1,Aa,Aa,1\n");
  write("lists/broken.json", "{\"products\": [");
  options_.files.push_back((folder_ / "lists/none.csv").string());
  options_.files.push_back((folder_ / "no*.csv").string());
  DealerSource source(options_);
  EXPECT_THAT(skus(source), ElementsAre("A-1"));
  const auto report = source.report();
  EXPECT_EQ(report->reasons.at("missing_file"), 2);
  EXPECT_EQ(report->reasons.at("unreadable_file"), 1);
  EXPECT_EQ(report->products, 1);
}

TEST_F(DealerSourceTest, FailsAboveTheAllowedShareOfBadRowsAndStillReports) {
  write("lists/a.csv", std::string(kHeader) + "A-1,Aa,Aa,1\n,,,\nx\ny\n");
  options_.max_bad_percent = 20;
  DealerSource strict(options_);
  EXPECT_EQ(strict.list_products({}).error().code, Code::data_loss);
  EXPECT_EQ(strict.list_brands().error().code, Code::data_loss);
  EXPECT_GE(strict.report()->skipped, 1);
  options_.max_bad_percent = 100;
  DealerSource lenient(options_);
  EXPECT_THAT(skus(lenient), ElementsAre("A-1"));
}

TEST_F(DealerSourceTest, ImportedListsStayAndReplaceThoseOfTheirName) {
  write("lists/a.csv", std::string(kHeader) + "A-1,Aa,Aa,1\n");
  const std::string list = write("more.csv", std::string(kHeader) + "M-1,Mm,Mm,1\n");
  const std::string broken = write("broken.json", "{");
  const std::string other = write("notes.txt", "hello");
  DealerSource source(options_);

  const auto done = source.import_files({{list, broken, other, "more.csv"}});
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_THAT(done->imported, ElementsAre("more.csv"));
  EXPECT_EQ(done->refused.size(), 3u);
  EXPECT_EQ(done->products, 2);
  fs::remove(list);
  DealerSource restarted(options_);
  EXPECT_THAT(skus(restarted), ElementsAre("A-1", "M-1"));

  write("more.csv", std::string(kHeader) + "M-2,Mm,Mm,1\n");
  ASSERT_TRUE(restarted.import_files({{list}}).ok());
  EXPECT_THAT(skus(restarted), ElementsAre("A-1", "M-2"));
  EXPECT_THAT(restarted.import_files({{other}}).error().message, HasSubstr("notes.txt"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "inbox"), {}), 1);
}

TEST_F(DealerSourceTest, ABrokenBrandsFileIsNamedWithThePlaceInIt) {
  write("lists/a.csv", std::string(kHeader) + "A-1,Aa,Aa,1\n");
  options_.brands_file = write("brands.json", R"({"brands": [{"id": "a"}]})");
  DealerSource source(options_);
  const auto result = source.list_brands();
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().path, HasSubstr("brands.json: brands[0].name"));
}

}  // namespace
}  // namespace tenon::catalog
