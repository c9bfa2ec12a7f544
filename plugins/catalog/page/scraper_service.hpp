// A scraper as the methods of tenon.catalog.scraper/1: reads the site at first use, again when its
// pages changed, and answers from what it read.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <tenon/catalog/scraper.hpp>
#include <tenon/host.hpp>

#include "catalog/page/brand_scraper.hpp"

namespace tenon::catalog {

// Every method may be called from any thread; one reads the site while others wait.
class ScraperService {
 public:
  using OpenSource = std::function<Result<std::unique_ptr<PageSource>>()>;
  using MakeScraper =
      std::function<Result<std::unique_ptr<OfficialBrandScraper>>(PageSource&, ScraperOptions)>;

  // `time` of the options is set from the source.
  ScraperService(OpenSource open, MakeScraper make, ScraperOptions options);

  // These three look for changes first.
  Result<Models> discover_models(const Call& call);
  Result<ProductPage> products(const Call& call, const ListProducts& query);
  Result<InputReport> report(const Call& call);
  // These answer from what was read last, so that a walk over all models sees one state.
  Result<MediaList> extract_manuals(const Call& call, const ModelQuery& query);
  Result<MediaList> extract_official_gallery(const Call& call, const ModelQuery& query);
  Result<SpecList> extract_specs(const Call& call, const ModelQuery& query);

 private:
  struct Snapshot {
    std::string version;                         // of the pages
    std::string change;                          // of the products
    std::vector<Product> products;               // by name
    std::vector<boost::json::object> documents;  // of the products, by SKU
    InputReport report;
  };
  using SnapshotPtr = std::shared_ptr<const Snapshot>;

  Result<SnapshotPtr> fresh(const Call& call);
  Result<SnapshotPtr> last(const Call& call);
  Result<SnapshotPtr> read(const Call& call, PageSource& source, PageVersion version) const;
  Result<std::pair<SnapshotPtr, const Product*>> find(const Call& call, const ModelQuery& query);

  const OpenSource open_;
  const MakeScraper make_;
  const ScraperOptions options_;
  std::mutex mutex_;  // guards snapshot_, and lets one thread read at a time
  SnapshotPtr snapshot_;
};

}  // namespace tenon::catalog
