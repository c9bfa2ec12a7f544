// Relationships as exports and API show them.
#pragma once

#include <boost/json/array.hpp>
#include <span>
#include <vector>

#include "catalog/catalog/build/snapshot.hpp"

namespace tenon::catalog {

// One product's relations of one kind, in ranking order.
struct RelationList {
  uint32_t row = 0;
  Kind kind = Kind::related;
  std::span<const Relation> relations;
};

// For each list an array of {id, sku, name, brand, price, currency, category, universal_category,
// image_url, logo_url, in_stock, score, raw_score, why}, where why is {rules, declared, pinned}.
// Asks the scorers for proofs, batch by batch.
Result<std::vector<boost::json::array>> relation_items(const Call& call, const Snapshot& snapshot,
                                                       std::span<const RelationList> lists);

// A product as lists show it.
boost::json::object summary_of(const Product& product);

}  // namespace tenon::catalog
