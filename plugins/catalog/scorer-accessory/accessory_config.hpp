// What a deployment may set of the accessory scorer.
#pragma once

#include "catalog/scoring/scorer_config.hpp"

namespace tenon::catalog {

// `case` is a word of the language, which the description of the members has to go around.
struct AccessoryConfig {
  struct Classes {
    ClassSettings instrument;
    ClassSettings needs_mounting;
    ClassSettings accessories;

    static constexpr tenon::Field fields[] = {
        {.name = "instrument", .description = "Products that a case protects"},
        {.name = "needs_mounting", .description = "Products that stand on something"},
        {.name = "accessories",
         .description = "Accessories, of which those of the same brand count"}};
  };

  std::map<std::string, std::vector<std::string>> words;
  Classes classes;
  std::map<std::string, std::int64_t> weights;
  std::optional<std::int64_t> threshold;
  std::optional<std::int64_t> limit;

  static constexpr tenon::Field fields[] = {
      {.name = "words", .description = "What parts are called in name or category: case, stand"},
      {.name = "classes", .description = "Categories by what their products need"},
      {.name = "weights",
       .description = "Points of each rule in hundredths, 0 to 1000; 0 turns it off: case, stand, "
                      "brand_accessory"},
      {.name = "threshold",
       .description = "A pair is kept above this sum of points",
       .minimum = 0,
       .maximum = 1'000'000},
      {.name = "limit",
       .description = "How many are kept for one product",
       .minimum = 0,
       .maximum = 1000}};
};
BOOST_DESCRIBE_STRUCT(AccessoryConfig::Classes, (), (instrument, needs_mounting, accessories))
BOOST_DESCRIBE_STRUCT(AccessoryConfig, (), (words, classes, weights, threshold, limit))

}  // namespace tenon::catalog
