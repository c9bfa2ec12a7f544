// tenon.catalog.source/1: commercial sources. What a dealer sells, at which price, and whether it
// is there.
//
// A message interface. Methods:
//   list_brands    {}           -> BrandList
//   list_products  ListProducts -> ProductPage
//   report         {}           -> InputReport
//   import         ImportFiles  -> Imported
// A source whose share of skipped rows is above its configured limit fails list_brands and
// list_products with data_loss; report tells why. A cursor is refused with conflict once the
// products changed: begin again. Products are objects with the members
// of the catalog's product document: id, sku, name, brand, price (decimal text), currency,
// category, in_stock, image_url, url, source_id, provenance. Absent members are unknown.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tenon/json.hpp"

namespace tenon::catalog {

inline constexpr char kSourceInterface[] = "tenon.catalog.source/1";
inline constexpr char kSourceVersion[] = "1.0.0";

struct BrandSummary {
  std::string id;    // slug: "roland"
  std::string name;  // as written
  int64_t products = 0;
};
BOOST_DESCRIBE_STRUCT(BrandSummary, (), (id, name, products))

struct BrandList {
  std::vector<BrandSummary> brands;  // by id
};
BOOST_DESCRIBE_STRUCT(BrandList, (), (brands))

// "list_products": the products of one brand, or of all, page by page.
struct ListProducts {
  std::optional<std::string> brand;   // id
  std::optional<std::string> cursor;  // next_cursor of the page before
  int64_t limit = 1000;               // 1 to 10,000

  static constexpr tenon::Field fields[] = {
      {.name = "limit", .optional = true, .minimum = 1, .maximum = 10'000}};
};
BOOST_DESCRIBE_STRUCT(ListProducts, (), (brand, cursor, limit))

struct ProductPage {
  std::vector<boost::json::object> products;  // by brand, then SKU
  std::optional<std::string> next_cursor;     // absent on the last page
  std::string change;  // changes whenever any product does; equal text: nothing changed
};
BOOST_DESCRIBE_STRUCT(ProductPage, (), (products, next_cursor, change))

// "report": what reading the source's input brought up.
struct InputProblem {
  std::string file;
  int64_t position = 0;  // line, or index in a list
  std::string reason;
  std::string detail;
  bool skipped = false;  // the row became no product
};
BOOST_DESCRIBE_STRUCT(InputProblem, (), (file, position, reason, detail, skipped))

struct InputReport {
  int64_t rows = 0;
  int64_t products = 0;
  int64_t skipped = 0;
  std::map<std::string, int64_t> reasons;
  std::vector<InputProblem> problems;  // the first ones
};
BOOST_DESCRIBE_STRUCT(InputReport, (), (rows, products, skipped, reasons, problems))

// "import": copies price lists into the source's own folder, where they stay over restarts; a list
// of the same file name replaces the one before. An error when none of them could be taken.
struct ImportFiles {
  std::vector<std::string> files;  // absolute paths on the host
};
BOOST_DESCRIBE_STRUCT(ImportFiles, (), (files))

struct Imported {
  std::vector<std::string> imported;  // file names
  std::vector<InputProblem> refused;
  int64_t rows = 0;  // of the whole source afterwards, as the following two
  int64_t products = 0;
  int64_t skipped = 0;
};
BOOST_DESCRIBE_STRUCT(Imported, (), (imported, refused, rows, products, skipped))

}  // namespace tenon::catalog
