// A dealer's price lists to products: what every row becomes, or why it becomes none.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/ingest/brand_index.hpp"
#include "catalog/ingest/raw_row.hpp"
#include "catalog/model/product.hpp"
#include "tenon/result.hpp"

namespace tenon::catalog {

struct DealerOptions {
  std::string source = "dealer";
  std::string currency = "ILS";  // of rows that name none
  std::vector<int> vat_percents = {18, 17};
  std::string time;  // stamped into provenance
  // Words of a category whose rows are articles and films, not products.
  std::vector<std::string> content_categories = {"בלוג", "blog", "news", "tutorials"};
  ReadLimits limits;
};

// One thing found wrong. `skipped`: the row became no product; otherwise a value of it was refused,
// repaired or moved.
struct IngestProblem {
  std::string file;
  size_t position = 0;  // line, or index in a JSON list
  std::string reason;   // see dealer_ingest.cpp's table of reasons
  std::string detail;
  bool skipped = false;
};

struct FileReport {
  std::string file;
  size_t rows = 0;
  size_t products = 0;
  size_t skipped = 0;
  std::map<std::string, size_t> reasons;  // of skipped rows and of notes alike
};

struct IngestReport {
  std::vector<FileReport> files;
  std::vector<IngestProblem> problems;  // the first kMaxProblems; counts are complete
  static constexpr size_t kMaxProblems = 10'000;

  size_t total(const std::string& reason) const;
};

struct IngestResult {
  std::vector<Product> products;  // by brand id, then SKU; ids are given
  IngestReport report;
};

// Collects files, then decides over all of them at once, since one item may stand in several.
// Not for use by several threads.
class DealerIngest {
 public:
  DealerIngest(BrandIndex brands, DealerOptions options);

  // `brand` is the brand the file is meant to hold; empty: the file's own word or its rows' column.
  // An unreadable file is an error and counts in the report; other files are not affected.
  Result<void> add_file(std::string_view file, std::string_view bytes, std::string brand = {});

  // Ends the collecting; call once.
  IngestResult finish();

 private:
  struct Candidate {
    Product product;
    size_t file = 0;
    size_t position = 0;
    bool brand_proven = false;  // the name itself speaks of the brand
    bool from_own_file = false;
    std::optional<Money> without_vat;
  };

  void add_row(size_t file, const RawRow& row, const std::string& file_brand);
  bool is_product(size_t file, const RawRow& row);
  void read_identity(size_t file, const RawRow& row, Product& product);
  void read_brand(size_t file, const RawRow& row, const std::string& file_brand, Candidate& made);
  void read_prices(size_t file, const RawRow& row, Candidate& made);
  void read_stock(size_t file, const RawRow& row, Product& product);
  void read_urls(size_t file, const RawRow& row, Product& product);
  void settle_prices();
  void drop_unproven_brands();
  void drop_duplicates();
  void note(size_t file, size_t position, std::string reason, std::string detail);
  void skip(size_t file, size_t position, std::string reason, std::string detail);

  BrandIndex brands_;
  DealerOptions options_;
  std::vector<std::string> content_words_;
  std::vector<std::string> file_brands_;
  std::vector<Candidate> candidates_;
  IngestReport report_;
};

}  // namespace tenon::catalog
