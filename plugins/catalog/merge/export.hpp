// Exports: {brand}.json and index.json.
#pragma once

#include <boost/json/array.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "catalog/model/product.hpp"
#include "tenon/result.hpp"

namespace tenon::catalog {

// The relationship arrays of one product, elements {sku, name, brand, price, category, image_url,
// logo_url, in_stock, score, why}, made by the caller.
struct Relationships {
  boost::json::array necessities;
  boost::json::array accessories;
  boost::json::array related;
};
using RelationshipsOf = std::function<Relationships(const Product&)>;

struct ExportSummary {
  size_t files_written = 0;    // new or changed
  size_t files_unchanged = 0;  // left untouched, byte for byte
  size_t files_removed = 0;    // of brands that are gone
};

// Writes {"products": [...]} per brand and an index of the brands into `folder`, created when
// missing. Each file appears whole by rename; a file whose bytes would not change is not touched.
// Order and bytes depend on the products alone.
Result<ExportSummary> export_catalog(const std::filesystem::path& folder,
                                     std::vector<Product> products,
                                     const RelationshipsOf& relationships);

// The same with each product's JSON text made by the caller.
using DocumentOf = std::function<std::string(const Product&)>;
Result<ExportSummary> export_documents(const std::filesystem::path& folder,
                                       const std::vector<Product>& products,
                                       const DocumentOf& document);

}  // namespace tenon::catalog
