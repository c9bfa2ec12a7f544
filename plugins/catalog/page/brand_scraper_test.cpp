#include "catalog/page/brand_scraper.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <fstream>

#include "tests/support/scratch_folder.hpp"

namespace tenon::catalog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Folder {
 public:
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path() / name) << text;
  }
  const std::filesystem::path& path() const { return scratch_.path(); }

 private:
  ScratchFolder scratch_;
};

ScraperOptions auralis() {
  ScraperOptions options;
  options.brand_id = "auralis";
  options.brand = "Auralis";
  options.time = "2026-01-01T00:00:00Z";
  options.rewrites = {{"https://a.example/", "/demo/auralis/"}};
  return options;
}

TEST(BrandScraper, ReadsAFolderAndJoinsPagesOfOneModel) {
  Folder folder;
  folder.write("manifest.csv",
               "file,url\nn.html,https://a.example/nova\nd.html,https://a.example/nova/downloads\n"
               "../../etc/passwd,https://a.example/x\nlost.html,https://a.example/lost\n");
  folder.write(
      "n.html",
      R"(<script type="application/ld+json">{"@type":"Product","name":"Nova","sku":"N","image":"/n.svg"}</script>
      <table><tr><th>Keys<td>61</table>)");
  folder.write(
      "d.html",
      R"(<script type="application/ld+json">{"@type":"Product","name":"Nova"}</script><a href="/m.pdf">Manual</a>)");
  auto source = FolderPageSource::open(folder.path());
  ASSERT_TRUE(source.ok());
  auto scraper = StructuredScraper::make(*source, auralis(), {});
  ASSERT_TRUE(scraper.ok());

  EXPECT_THAT(*(*scraper)->discover_models(), ElementsAre("Nova"));
  EXPECT_EQ((*scraper)->extract_manuals("Nova")->front().url, "/demo/auralis/m.pdf");
  EXPECT_EQ((*scraper)->extract_manuals("Nova")->front().source_domain, "a.example");
  EXPECT_EQ((*scraper)->extract_official_gallery("Nova")->front().url, "/demo/auralis/n.svg");
  EXPECT_THAT(*(*scraper)->extract_specs("Nova"), ElementsAre(Spec{"Keys", "61"}));
  auto products = *(*scraper)->products();
  ASSERT_EQ(products.size(), 1u);
  EXPECT_EQ(products[0].id, "auralis_nova");
  EXPECT_EQ(products[0].provenance.at("official_manuals").url, "https://a.example/nova/downloads");
  EXPECT_EQ(products[0].provenance.at("official_specs").url, "https://a.example/nova");
  EXPECT_EQ((*scraper)->report().pages, 3u);
  EXPECT_EQ((*scraper)->report().unusable, 1u);
}

TEST(BrandScraper, SelectorsServeSitesWithoutStructuredData) {
  Folder folder;
  folder.write("manifest.csv",
               "file,url\na.html,https://a.example/a\nb.html,https://a.example/b\n");
  folder.write(
      "a.html",
      R"(<h1 class=model>Largo</h1><div class=box><h2>Keys</h2><ul><li>73<li>weighted</ul></div>
      <div class=pics><img src=/1.svg alt=Front></div><a class=man href=/get/1>Guide</a><a class=req href=/sp>SP-1</a>)");
  folder.write("b.html", "<h1>About us</h1>");
  auto source = FolderPageSource::open(folder.path());
  StructuredRules rules;
  rules.name = "h1.model";
  rules.spec_section = ".box";
  rules.gallery = ".pics img";
  rules.manuals = "a.man";
  rules.required = "a.req";
  auto scraper = StructuredScraper::make(*source, auralis(), rules);
  auto products = *(*scraper)->products();
  ASSERT_EQ(products.size(), 1u);
  EXPECT_THAT(products[0].official_specs, ElementsAre(Spec{"Keys", "73; weighted"}));
  EXPECT_EQ(products[0].official_manuals[0].label, "Guide");
  EXPECT_EQ(products[0].official_gallery[0].label, "Front");
  EXPECT_EQ(products[0].image_url, "/demo/auralis/1.svg");
  EXPECT_EQ(products[0].declared[0].target_url, "https://a.example/sp");
  EXPECT_EQ((*scraper)->report().no_product, 1u);
}

TEST(BrandScraper, AWrongSelectorNamesItsRule) {
  Folder folder;
  folder.write("manifest.csv", "file,url\n");
  auto source = FolderPageSource::open(folder.path());
  StructuredRules rules;
  rules.gallery = "img[";
  EXPECT_EQ(StructuredScraper::make(*source, auralis(), rules).error().path, "gallery");
}

TEST(BrandScraper, StopsAfterTheAllowedPages) {
  Folder folder;
  folder.write("manifest.csv",
               "file,url\na.html,https://a.example/a\nb.html,https://a.example/b\n");
  folder.write("a.html", "<p>x");
  folder.write("b.html", "<p>x");
  auto source = FolderPageSource::open(folder.path());
  ScraperOptions options = auralis();
  options.max_pages = 1;
  auto scraper = StructuredScraper::make(*source, options, {});
  ASSERT_TRUE((*scraper)->products().ok());
  EXPECT_EQ((*scraper)->report().pages, 1u);
  EXPECT_THAT((*scraper)->report().problems, ElementsAre("stopped after 1 pages"));
}

TEST(BrandScraper, AListingIsNoProductsPageAndPagesOfOneModelJoin) {
  Folder folder;
  folder.write("manifest.csv",
               "file,url\na.html,https://a.example/a\nb.html,https://a.example/b\n"
               "c.html,https://a.example/c\n");
  folder.write("a.html",
               R"(<script type="application/ld+json">[{"@type":"Product","name":"Nova"},
      {"@type":"Product","name":"Moss"}]</script>)");
  folder.write("b.html", R"(<script type="application/ld+json">{"@type":"Product","name":"Nova"}
      </script><h2>Requires</h2><ul><li><a href=/p>P</a></ul>)");
  folder.write("c.html", R"(<script type="application/ld+json">{"@type":"Product","name":"Nova"}
      </script><div class=fits><a href=/q>Q</a></div><dl class=row><dt>a<dd>1</dl>
      <dl class=row><dt>b<dd>2<dd>3</dl>)");
  auto source = FolderPageSource::open(folder.path());
  StructuredRules rules;
  rules.works_with = ".fits a";
  rules.spec_row = ".row";
  auto scraper = StructuredScraper::make(*source, auralis(), rules);
  auto products = *(*scraper)->products();
  ASSERT_EQ(products.size(), 1u);
  ASSERT_EQ(products[0].declared.size(), 2u);
  EXPECT_EQ(products[0].declared[0].kind, EvidenceKind::required);
  EXPECT_EQ(products[0].declared[1].kind, EvidenceKind::works_with);
  EXPECT_EQ(products[0].declared[1].target_url, "https://a.example/q");
  EXPECT_EQ((*scraper)->report().no_product, 1u);
}

TEST(BrandScraper, StopsWhenCancelled) {
  Folder folder;
  folder.write("manifest.csv", "file,url\na.html,https://a.example/a\n");
  auto source = FolderPageSource::open(folder.path());
  auto scraper = StructuredScraper::make(*source, auralis(), {});
  EXPECT_EQ((*scraper)->products([] { return true; }).error().code, Code::cancelled);
}

TEST(FolderPageSource, TakesFilesOfThePrefixOnly) {
  Folder folder;
  folder.write("manifest.csv", "file,url\nx/a.html,https://a.example/a\ny/b.html,\n");
  EXPECT_THAT(FolderPageSource::open(folder.path(), "manifest.csv", "x/")->pages(),
              ElementsAre("x/a.html"));
}

TEST(FolderPageSource, AVersionTellsSizeTimeAndAddress) {
  Folder folder;
  const auto page = folder.path() / "a.html";
  auto version = [&](const std::string& url, const std::string& text, int hour) {
    folder.write("manifest.csv", "file,url\na.html," + url + '\n');
    folder.write("a.html", text);
    std::filesystem::last_write_time(
        page, std::filesystem::file_time_type(std::chrono::hours(200'000 + hour)));
    return FolderPageSource::open(folder.path())->version()->text;
  };
  const std::string first = version("https://a.example/a", "x", 0);
  EXPECT_EQ(version("https://a.example/a", "x", 0), first);
  EXPECT_NE(version("https://a.example/a", "xy", 0), first);
  EXPECT_NE(version("https://a.example/a", "x", 1), first);
  EXPECT_NE(version("https://a.example/b", "x", 0), first);
}

TEST(FolderPageSource, NeedsAManifest) {
  Folder folder;
  EXPECT_EQ(FolderPageSource::open(folder.path()).error().code, Code::not_found);
  folder.write("manifest.csv", "a,b\n1,2\n");
  EXPECT_THAT(FolderPageSource::open(folder.path()).error().message, HasSubstr("'file' and 'url'"));
}

}  // namespace
}  // namespace tenon::catalog
