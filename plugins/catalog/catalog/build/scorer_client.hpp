// One scorer plugin as the catalog uses it: its model, its features of one catalog, its proofs.
#pragma once

#include <boost/json/array.hpp>
#include <memory>
#include <string>
#include <vector>

#include "catalog/scoring/features.hpp"
#include "catalog/scoring/model.hpp"
#include "catalog/scoring/product_columns.hpp"
#include "tenon/columns.hpp"

namespace tenon::catalog {

// A pair to explain: rows, and the rules that fired (bit i: the model's rule i).
struct FiredPair {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint64_t fired = 0;
};

class ScorerClient {
 public:
  // Resolves the scorer's methods and reads its model.
  static Result<std::shared_ptr<ScorerClient>> open(const Host& host, const Call& call,
                                                    const std::string& instance);

  const std::string& instance() const { return instance_; }
  const Model& model() const { return model_; }
  // Every word, weight and limit in effect.
  const boost::json::value& settings() const { return settings_; }
  const FeatureColumns& features() const { return features_; }

  // Computes the features of all rows; before that features() is empty.
  Result<void> compute(const Call& call, const ProductColumns& products);
  // Proofs of the pairs, in their order: lists of {id, points, matched}. [any-thread]
  Result<std::vector<boost::json::array>> explain(const Call& call, const ProductColumns& products,
                                                  const std::vector<FiredPair>& pairs) const;

 private:
  ScorerClient(const Host& host, std::string instance, Method model, Method features,
               Method explain)
      : columns_(host),
        instance_(std::move(instance)),
        model_method_(std::move(model)),
        features_method_(std::move(features)),
        explain_method_(std::move(explain)) {}

  Columns columns_;
  std::string instance_;
  Method model_method_;
  Method features_method_;
  Method explain_method_;
  Model model_;
  boost::json::value settings_;
  FeatureColumns features_;
};

}  // namespace tenon::catalog
