// Columns, models and proofs to and from the batches of tenon/catalog/scorer.hpp. What comes from a
// batch is checked, text for UTF-8 too, so that everything behind a result is safe to index.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "catalog/scoring/features.hpp"
#include "catalog/scoring/model.hpp"
#include "catalog/scoring/product_columns.hpp"
#include "catalog/scoring/scorer.hpp"
#include "tenon/columns.hpp"

namespace tenon::catalog {

// "features" in.
BatchBuffer products_to_batch(const ProductColumns& products);
Result<ProductColumns> products_from_batch(const Batch& batch);

// "model" out.
struct DescribedModel {
  Model model;
  boost::json::value settings;
};
BatchBuffer model_to_batch(const Model& model, const boost::json::value& settings);
Result<DescribedModel> model_from_batch(const Batch& batch);

// "features" out. A column that `features` leaves empty is sent as zeros or empty sets.
struct FeatureBatches {
  BatchBuffer rows;
  BatchBuffer symbols;
};
FeatureBatches features_to_batches(const FeatureColumns& features, const Model& model,
                                   std::size_t rows);
// `product_count` is how many products were asked about.
Result<FeatureColumns> features_from_batches(const Batch& rows, const Batch& symbols,
                                             const Model& model, std::size_t product_count);

// "explain" in. A of pair i is row 2i of `products`, B is row 2i + 1.
struct ProductPairs {
  ProductColumns products;
  std::vector<std::uint64_t> fired;
};
BatchBuffer pairs_to_batch(const ProductPairs& pairs);
// Refuses bits in "fired" that stand for no rule.
Result<ProductPairs> pairs_from_batch(const Batch& batch, const Model& model);

// "explain" out: the proofs of each pair.
using Proofs = std::vector<std::vector<RuleProof>>;
BatchBuffer proofs_to_batch(const Proofs& proofs);
Result<Proofs> proofs_from_batch(const Batch& batch, std::size_t pair_count);

}  // namespace tenon::catalog
