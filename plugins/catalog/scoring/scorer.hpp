// What a relationship scorer is to the engine. Implementations are immutable: every method may be
// called from any thread.
#pragma once

#include <string>
#include <vector>

#include "catalog/scoring/features.hpp"
#include "catalog/scoring/model.hpp"
#include "catalog/scoring/product_columns.hpp"

namespace tenon::catalog {

// What made one rule fire: the keywords found, the shared tokens, the spec value, the prices.
struct RuleProof {
  std::string rule;
  int points = 0;
  std::vector<std::string> matched;
};

class Scorer {
 public:
  virtual ~Scorer() = default;
  virtual const Model& model() const = 0;
  // One batch of all products of a catalog: ids in the result belong to this batch.
  virtual FeatureColumns features(const ProductColumns& products) const = 0;
  // The rules that fire for one pair, with what matched. `fired` has bit i for the model's rule i.
  virtual std::vector<RuleProof> explain(const ProductColumns& products, std::size_t a,
                                         std::size_t b, std::uint64_t fired) const = 0;
};

}  // namespace tenon::catalog
