// What every scraper of a brand's site is configured with.
#pragma once

#include <memory>
#include <string>
#include <tenon/json.hpp>
#include <vector>

#include "catalog/page/scraper_service.hpp"

namespace tenon::catalog {

struct RewriteConfig {
  std::string from;
  std::string to;

  static constexpr tenon::Field fields[] = {
      {.name = "from", .description = "Beginning of the addresses on the site", .required = true},
      {.name = "to", .description = "What stands there instead", .required = true}};
};
BOOST_DESCRIBE_STRUCT(RewriteConfig, (), (from, to))

struct SiteConfig {
  std::string brand;
  std::string brand_name;
  std::string site;
  std::string manifest = "manifest.csv";
  std::string prefix;
  std::string base_url;
  std::string logo_url;
  std::vector<RewriteConfig> rewrites;
  std::int64_t max_pages = 100'000;

  static constexpr tenon::Field fields[] = {
      {.name = "brand",
       .description = "Id of the brand",
       .required = true,
       .pattern = "^[a-z0-9]+([_-][a-z0-9]+)*$"},
      {.name = "brand_name", .description = "The brand as people write it; the id when empty"},
      {.name = "site",
       .description = "Folder of saved pages, relative to this file",
       .required = true,
       .path = tenon::PathAccess::read},
      {.name = "manifest",
       .description =
           "CSV in that folder with the columns file and url: which page was found where"},
      {.name = "prefix", .description = "Only files of the manifest that begin with this are read"},
      {.name = "base_url", .description = "Address of pages for which the manifest has none"},
      {.name = "logo_url", .description = "Address of the brand's logo"},
      {.name = "rewrites",
       .description = "Where images, videos and manuals are served instead of the brand's site"},
      {.name = "max_pages",
       .description = "Pages that are read at most",
       .minimum = 1,
       .maximum = 1'000'000}};
};
BOOST_DESCRIBE_STRUCT(SiteConfig, (),
                      (brand, brand_name, site, manifest, prefix, base_url, logo_url, rewrites,
                       max_pages))

// A service over the folder that `config` names. The folder need not be there yet.
Result<std::unique_ptr<ScraperService>> make_scraper_service(const Host& host,
                                                             const SiteConfig& config,
                                                             ScraperService::MakeScraper make);

// The methods of a scraper plugin, which derives from this and sets `service_` when it starts.
class ScraperMethods {
 public:
  Result<Models> discover_models(Call& call) { return service_->discover_models(call); }
  Result<MediaList> extract_manuals(Call& call, const ModelQuery& in) {
    return service_->extract_manuals(call, in);
  }
  Result<MediaList> extract_official_gallery(Call& call, const ModelQuery& in) {
    return service_->extract_official_gallery(call, in);
  }
  Result<SpecList> extract_specs(Call& call, const ModelQuery& in) {
    return service_->extract_specs(call, in);
  }
  Result<ProductPage> products(Call& call, const ListProducts& in) {
    return service_->products(call, in);
  }
  Result<InputReport> report(Call& call) { return service_->report(call); }

 protected:
  std::unique_ptr<ScraperService> service_;
};

}  // namespace tenon::catalog
