#include "catalog/scraper-boss/boss_scraper.hpp"

#include <gmock/gmock.h>

namespace tenon::catalog {
namespace {

class MemorySource : public PageSource {
 public:
  std::map<std::string, std::string> html;
  std::vector<std::string> pages() const override {
    std::vector<std::string> out;
    for (const auto& [url, bytes] : html) out.push_back(url);
    return out;
  }
  Result<SourcePage> fetch(const std::string& url) override {
    return SourcePage{url, html[url], {}};
  }
};

TEST(BossScraper, ReadsModelAndManualsWhoseAddressesTellNoType) {
  MemorySource source;
  source.html["https://b.example/support/zz-9/"] =
      "<h3>ZZ-9</h3><section id=dl-manuals><h4>Owner's Manuals</h4><ul>"
      "<li><h5><a href='/by_product/zz-9/1/'>[English] ZZ-9 Owner's Manual [PDF]</a></h5>"
      "<li><h5><a href='/by_product/zz-9/2/'>[Deutsch] ZZ-9 Owner's Manual "
      "[PDF]</a></h5>"
      "<li><a href='/q.pdf'>Quick Start [PDF]</a></ul></section>";
  source.html["https://b.example/support/a-g/"] = "<h3>A</h3><a href=/a/>AA-1</a><h3>B</h3>";
  source.html["https://b.example/support/empty/"] = "";
  ScraperOptions options;
  options.brand_id = "boss";
  BossScraper scraper(source, options);

  EXPECT_THAT(*scraper.discover_models(), testing::ElementsAre("ZZ-9"));
  auto manuals = scraper.extract_manuals("ZZ-9");
  ASSERT_EQ(manuals->size(), 3u);
  std::vector<std::string> labels;
  for (const auto& manual : *manuals) labels.push_back(manual.label);
  EXPECT_THAT(labels,
              testing::UnorderedElementsAre("[English] ZZ-9 Owner's Manual",
                                            "[Deutsch] ZZ-9 Owner's Manual", "Quick Start"));
  EXPECT_EQ(manuals->front().url, "https://b.example/by_product/zz-9/1/");
  EXPECT_EQ(manuals->front().label, "[English] ZZ-9 Owner's Manual");
  EXPECT_EQ(manuals->front().source_domain, "b.example");
  EXPECT_EQ(scraper.report().no_product, 2u);
  EXPECT_EQ(scraper.extract_specs("ZZ-8").error().code, Code::not_found);
}

}  // namespace
}  // namespace tenon::catalog
