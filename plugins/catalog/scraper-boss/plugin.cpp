#include <tenon/plugin.hpp>

#include "catalog/page/scraper_config.hpp"
#include "catalog/scraper-boss/boss_scraper.hpp"

namespace tc = tenon::catalog;

class BossPlugin : public tc::ScraperMethods {
 public:
  using Config = tc::SiteConfig;
  BossPlugin(tenon::Host& host, const Config& config) : host_(host), config_(config) {}

  tenon::Result<void> start(tenon::Call&) {
    auto make =
        [](tc::PageSource& source,
           tc::ScraperOptions options) -> tenon::Result<std::unique_ptr<tc::OfficialBrandScraper>> {
      return std::unique_ptr<tc::OfficialBrandScraper>(
          std::make_unique<tc::BossScraper>(source, std::move(options)));
    };
    TN_TRY(service_, tc::make_scraper_service(host_, config_, std::move(make)));
    return {};
  }

 private:
  tenon::Host& host_;
  Config config_;
};

TENON_PLUGIN(
    BossPlugin, tenon::about("scraper-boss", "1.0.0", "What Boss's product support pages say"),
    tenon::provides(
        tc::kScraperInterface, tc::kScraperVersion,
        tenon::method<&BossPlugin::discover_models>("discover_models", "Names of all models")
            .idempotent(),
        tenon::method<&BossPlugin::extract_manuals>("extract_manuals", "A model's manuals")
            .idempotent(),
        tenon::method<&BossPlugin::extract_official_gallery>("extract_official_gallery",
                                                             "A model's images and videos")
            .idempotent(),
        tenon::method<&BossPlugin::extract_specs>("extract_specs", "A model's specifications")
            .idempotent(),
        tenon::method<&BossPlugin::products>("products", "All products, page by page").idempotent(),
        tenon::method<&BossPlugin::report>("report", "Pages read, and what was wrong")
            .idempotent()))
