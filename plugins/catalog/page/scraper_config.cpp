#include "catalog/page/scraper_config.hpp"

namespace tenon::catalog {

Result<std::unique_ptr<ScraperService>> make_scraper_service(const Host& host,
                                                             const SiteConfig& config,
                                                             ScraperService::MakeScraper make) {
  TN_TRY(const auto folder, host.config().resolve_path(config.site));
  auto open = [folder, manifest = config.manifest,
               prefix = config.prefix]() -> Result<std::unique_ptr<PageSource>> {
    TN_TRY(auto source, FolderPageSource::open(folder, manifest, prefix));
    return std::unique_ptr<PageSource>(std::make_unique<FolderPageSource>(std::move(source)));
  };
  ScraperOptions options;
  options.brand_id = config.brand;
  options.brand = config.brand_name.empty() ? config.brand : config.brand_name;
  options.base_url = config.base_url;
  options.logo_url = config.logo_url;
  for (const auto& rewrite : config.rewrites)
    options.rewrites.push_back({rewrite.from, rewrite.to});
  options.max_pages = static_cast<size_t>(config.max_pages);
  return std::make_unique<ScraperService>(std::move(open), std::move(make), std::move(options));
}

}  // namespace tenon::catalog
