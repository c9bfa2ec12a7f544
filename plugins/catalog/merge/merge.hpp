// One catalog out of the dealer's records and the manufacturers'.
#pragma once

#include <vector>

#include "catalog/merge/matcher.hpp"
#include "catalog/model/product.hpp"

namespace tenon::catalog {

struct ReviewItem {
  std::string commercial_id;
  std::string official_id;
  std::string commercial_name;
  std::string official_name;
  int confidence = 0;
  std::string reason;
};

struct MergeResult {
  std::vector<Product> products;  // by brand id, then SKU, then id
  std::vector<ReviewItem> review;
  size_t matched = 0;
  size_t commercial_only = 0;
  size_t official_only = 0;
};

// Joins what match_products takes for the same. The dealer's record gives id, SKU, price, currency,
// stock, category, address; the manufacturer's gives name, manuals, gallery, specifications,
// declared evidence; image, logo, description, GTIN and MPN come from the manufacturer where it has
// them. Every field keeps its provenance; `official_match` in it tells the confidence and reason of
// the match. Records without a partner are passed on. Running it on the same input gives the same.
MergeResult merge_products(std::vector<Product> commercial, std::vector<Product> official,
                           const MatchOptions& options = {}, const ReviewDecisions& decisions = {});

}  // namespace tenon::catalog
