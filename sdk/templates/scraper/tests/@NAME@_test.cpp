#include <fstream>
#include <tenon/catalog/scraper.hpp>
#include <tenon/testing/plugin.hpp>
#include <tenon/testing/test.hpp>

using namespace tenon::catalog;
using tenon::Code;
using tenon::testing::Host;
using tenon::testing::Plugin;

namespace {

// A host with a folder of pages, which the configuration names relative to itself.
struct Site {
  Site() { host.config(R"({"brand": "acme", "folder": "."})"); }
  void page(const std::string& model, const std::string& text) {
    std::ofstream(host.data_folder() + "/" + model + ".txt") << text;
  }
  Host host;
};
const boost::json::object kNothing;

}  // namespace

TENON_TEST(reads_a_page) {
  Site site;
  site.page("zz-9", "name: ZZ-9\nspec: Keys = 61\nmanual: https://acme.example/m.pdf\n");
  Plugin plugin(site.host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  const auto specs = plugin.call<SpecList>(kScraperInterface, "extract_specs", ModelQuery{"zz-9"});
  TENON_REQUIRE(specs);
  TENON_EXPECT_EQ(specs->specs.at(0).name, "Keys");
  TENON_EXPECT_EQ(specs->specs.at(0).value, "61");
  const auto manuals =
      plugin.call<MediaList>(kScraperInterface, "extract_manuals", ModelQuery{"zz-9"});
  TENON_REQUIRE(manuals);
  TENON_EXPECT_EQ(manuals->media.at(0).url, "https://acme.example/m.pdf");
  const auto unknown = plugin.call<SpecList>(kScraperInterface, "extract_specs", ModelQuery{"x"});
  TENON_REQUIRE(!unknown.ok());
  TENON_EXPECT(unknown.error().code == Code::not_found);
}

TENON_TEST(a_broken_page_is_reported_and_the_others_count) {
  Site site;
  site.page("b-2", "name: B-2\n");
  site.page("a-1", "name: A-1\n");
  site.page("bad", "name: Bad\nwhat is this?\n");
  Plugin plugin(site.host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  const auto models = plugin.call<Models>(kScraperInterface, "discover_models", kNothing);
  TENON_REQUIRE(models);
  TENON_EXPECT(models->models == std::vector<std::string>({"a-1", "b-2"}));
  const auto report = plugin.call<InputReport>(kScraperInterface, "report", kNothing);
  TENON_REQUIRE(report);
  TENON_EXPECT_EQ(report->problems.at(0).file, "bad.txt:2");
}

TENON_TEST(what_changed_shows_in_the_products) {
  Site site;
  site.page("a-1", "name: A-1\n");
  Plugin plugin(site.host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  const auto before = plugin.call<ProductPage>(kScraperInterface, "products", ListProducts{});
  TENON_REQUIRE(before);
  site.page("a-1", "name: A-1 mk2\n");
  const auto after = plugin.call<ProductPage>(kScraperInterface, "products", ListProducts{});
  TENON_REQUIRE(after);
  TENON_EXPECT(before->change != after->change);
}

TENON_TEST(a_folder_that_is_not_there_fails_the_start) {
  Host host;
  host.config(R"({"brand": "acme", "folder": "nowhere"})");
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  const auto started = plugin.start();
  TENON_REQUIRE(!started.ok());
  TENON_EXPECT_EQ(started.error().path, "config.folder");
}
