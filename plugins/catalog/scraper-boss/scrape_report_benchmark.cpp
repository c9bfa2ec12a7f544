// Prints what scrapers find in a folder of saved pages:
// catalog_scrape_report FOLDER MANIFEST PREFIX boss|structured BASE-URL [RULE=SELECTOR...]
#include <cstdio>
#include <cstring>

#include "catalog/scraper-boss/boss_scraper.hpp"

int main(int argc, char** argv) {
  using namespace tenon::catalog;
  if (argc < 6) return std::fprintf(stderr, "see the source for the arguments\n"), 2;
  auto source = FolderPageSource::open(argv[1], argv[2], argv[3]);
  if (!source) return std::fprintf(stderr, "%s\n", source.error().message.c_str()), 1;
  ScraperOptions options;
  options.brand_id = argv[3];
  options.base_url = argv[5];
  StructuredRules rules;
  for (int i = 6; i < argc; ++i) {
    const char* value = std::strchr(argv[i], '=');
    if (!value) continue;
    std::string rule(argv[i], static_cast<size_t>(value - argv[i]));
    for (auto [name, target] :
         {std::pair{"name", &rules.name}, std::pair{"manuals", &rules.manuals},
          std::pair{"gallery", &rules.gallery}, std::pair{"spec_section", &rules.spec_section},
          std::pair{"spec_row", &rules.spec_row}})
      if (rule == name) *target = value + 1;
  }
  std::unique_ptr<OfficialBrandScraper> scraper;
  if (std::strcmp(argv[4], "boss") == 0) {
    scraper = std::make_unique<BossScraper>(*source, options);
  } else {
    auto made = StructuredScraper::make(*source, options, rules);
    if (!made) return std::fprintf(stderr, "%s\n", made.error().message.c_str()), 1;
    scraper = *std::move(made);
  }
  auto products = scraper->products();
  if (!products) return 1;
  size_t priced = 0, manuals = 0, with_manuals = 0, images = 0, specs = 0, declared = 0;
  for (const auto& product : *products) {
    priced += product.price ? 1 : 0;
    manuals += product.official_manuals.size();
    with_manuals += product.official_manuals.empty() ? 0 : 1;
    images += product.official_gallery.size();
    specs += product.official_specs.empty() ? 0 : 1;
    declared += product.declared.size();
  }
  const auto& report = scraper->report();
  std::printf(
      "%s %s: pages %zu, unusable %zu, no product %zu, products %zu, with price %zu, with "
      "manuals %zu (%zu), images and videos %zu, with specs %zu, evidence %zu, problems %zu\n",
      argv[3], argv[4], report.pages, report.unusable, report.no_product, products->size(), priced,
      with_manuals, manuals, images, specs, declared, report.problems.size());
}
