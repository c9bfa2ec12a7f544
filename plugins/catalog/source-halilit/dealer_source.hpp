// A dealer's price lists, read when they change and served page by page.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <tenon/catalog/source.hpp>
#include <vector>

#include "catalog/ingest/dealer_ingest.hpp"
#include "catalog/source-halilit/price_list_files.hpp"

namespace tenon::catalog {

struct DealerSourceOptions {
  std::vector<std::string> files;  // see find_price_lists; absolute
  std::string brands_file;         // {"brands": [{id, name, aliases}]}; empty: none
  std::string inbox;               // folder of imported lists
  DealerOptions ingest;
  int max_bad_percent = 50;  // of rows that became no product
};

// Every method may be called from any thread. Files are looked at on each call and read again when
// one of them changed; callers meanwhile wait.
class DealerSource {
 public:
  explicit DealerSource(DealerSourceOptions options) : options_(std::move(options)) {}

  Result<BrandList> list_brands();
  Result<ProductPage> list_products(const ListProducts& query);
  Result<InputReport> report();
  Result<Imported> import_files(const ImportFiles& in);

 private:
  struct Snapshot {
    std::vector<PriceListFile> files;  // as they were when they were read
    std::vector<boost::json::object> products;
    std::vector<BrandSummary> brands;
    std::vector<size_t> first_of_brand;  // index into products, one more than there are brands
    InputReport report;
    std::string change;
  };
  using SnapshotPtr = std::shared_ptr<const Snapshot>;

  Result<SnapshotPtr> current();
  Result<SnapshotPtr> usable();
  Result<SnapshotPtr> read(std::vector<PriceListFile> files) const;
  Result<std::vector<Brand>> brands() const;

  const DealerSourceOptions options_;
  std::mutex mutex_;  // guards snapshot_, and lets one thread read at a time
  SnapshotPtr snapshot_;
};

}  // namespace tenon::catalog
