#include "catalog/scoring/scorer_methods.hpp"

namespace tenon::catalog {

void ScorerMethods::set(std::unique_ptr<Scorer> scorer, boost::json::value settings) {
  scorer_ = std::move(scorer);
  settings_ = std::move(settings);
}

Result<void> ScorerMethods::model(Call&, const Batch&, BatchOut& out) {
  BatchBuffer answer = model_to_batch(scorer_->model(), settings_);
  return out.write(answer);
}

Result<void> ScorerMethods::features(Call&, const Batch& in, BatchOut& out) {
  TN_TRY(const ProductColumns products, products_from_batch(in));
  FeatureBatches answer =
      features_to_batches(scorer_->features(products), scorer_->model(), products.size());
  TN_CHECK(out.write(answer.rows));
  return out.write(answer.symbols);
}

Result<void> ScorerMethods::explain(Call& call, const Batch& in, BatchOut& out) {
  TN_TRY(const ProductPairs pairs, pairs_from_batch(in, scorer_->model()));
  Proofs proofs;
  for (std::size_t i = 0; i < pairs.fired.size(); ++i) {
    if (call.cancelled()) return Error{Code::cancelled, "explaining was cancelled"};
    proofs.push_back(scorer_->explain(pairs.products, 2 * i, 2 * i + 1, pairs.fired[i]));
  }
  BatchBuffer answer = proofs_to_batch(proofs);
  return out.write(answer);
}

}  // namespace tenon::catalog
