// What a deployment may set of the scorer of related products.
#pragma once

#include "catalog/scoring/scorer_config.hpp"

namespace tenon::catalog {

struct RelatedConfig {
  struct Weights {
    Weight category;
    Weight price;
    Weight family;
    Weight brand;
    Weight name;

    static constexpr tenon::Field fields[] = {
        {.name = "category", .description = "The same category", .minimum = 0, .maximum = 1000},
        {.name = "price", .description = "Prices near each other", .minimum = 0, .maximum = 1000},
        {.name = "family",
         .description = "Categories of the same family",
         .minimum = 0,
         .maximum = 1000},
        {.name = "brand", .description = "The same brand", .minimum = 0, .maximum = 1000},
        {.name = "name",
         .description = "Names that share half of their words",
         .minimum = 0,
         .maximum = 1000}};
  };

  std::optional<std::map<std::string, std::vector<std::string>>> families;
  Words stop_words;
  std::optional<std::int64_t> price_within_percent;
  Weights weights;
  std::optional<std::int64_t> threshold;
  std::optional<std::int64_t> limit;

  static constexpr tenon::Field fields[] = {
      {.name = "families", .description = "Keywords of categories by family, at most 64 families"},
      {.name = "stop_words", .description = "Words of a name that do not tell models apart"},
      {.name = "price_within_percent",
       .description =
           "How far prices near each other lie apart at most, in percent of the higher one",
       .minimum = 0,
       .maximum = 100},
      {.name = "weights", .description = "Points of each rule in hundredths; 0 turns it off"},
      {.name = "threshold",
       .description = "A pair is kept above this sum of points",
       .minimum = 0,
       .maximum = 1'000'000},
      {.name = "limit",
       .description = "How many are kept for one product",
       .minimum = 0,
       .maximum = 1000}};
};
BOOST_DESCRIBE_STRUCT(RelatedConfig::Weights, (), (category, price, family, brand, name))
BOOST_DESCRIBE_STRUCT(RelatedConfig, (),
                      (families, stop_words, price_within_percent, weights, threshold, limit))

}  // namespace tenon::catalog
