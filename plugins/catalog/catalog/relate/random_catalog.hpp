// Catalogs for tests and benchmarks of the engine, made of features directly.
#pragma once

#include <random>

#include "catalog/catalog/relate/relate.hpp"

namespace tenon::catalog {

struct Shape {
  std::size_t products = 0;
  std::uint32_t brands = 8;
  std::uint32_t categories = 8;
  std::uint32_t families = 4;     // each category lies in one or two of them
  std::uint32_t vocabulary = 50;  // of name tokens
  std::uint32_t most_tokens = 5;
  std::uint32_t least_tokens = 0;
  bool common_token = false;  // in every name
  bool unique_token = false;  // one more, of its own, in every name
  bool skewed = false;        // brands, categories and tokens by Zipf's law
  std::uint32_t spec_values = 6;
  double spec_share = 0.3;     // share of products with needs or provides
  std::int64_t prices = 1000;  // number of different prices
  double unknown_price_share = 0.1;
  double in_stock_share = 0.7;
  double flag_share = 0.2;
  bool flags_by_category = false;  // every category has flags; flag_share adds to them
  std::size_t decisions = 0;
};

struct RandomCatalog {
  ProductColumns products;
  std::vector<Model> models;
  std::vector<FeatureColumns> features;  // one a model
  Overlay overlay;

  std::vector<ScorerInput> scorers() const {
    std::vector<ScorerInput> out;
    for (std::size_t i = 0; i < models.size(); ++i) out.push_back({&models[i], &features[i]});
    return out;
  }
};

// The rules of the specification, with one flag for each class.
std::vector<Model> default_models();
// Any rules that check_model admits, over the same flags and keys.
std::vector<Model> random_models(std::mt19937_64& random);
RandomCatalog random_catalog(const Shape& shape, std::vector<Model> models,
                             std::mt19937_64& random);

}  // namespace tenon::catalog
