// What a deployment may set of the necessity scorer.
#pragma once

#include "catalog/scoring/scorer_config.hpp"

namespace tenon::catalog {

struct NecessityConfig {
  struct WordLists {
    Words power;
    Words cable;
    Words mounting;

    static constexpr tenon::Field fields[] = {
        {.name = "power", .description = "Words in the name or category of power supplies"},
        {.name = "cable", .description = "Words in the name or category of cables"},
        {.name = "mounting", .description = "Words in the name or category of mountings"}};
  };
  struct Classes {
    ClassSettings consumes_power;
    ClassSettings audio;
    ClassSettings needs_mounting;

    static constexpr tenon::Field fields[] = {
        {.name = "consumes_power", .description = "Products that need power"},
        {.name = "audio", .description = "Products that need cables"},
        {.name = "needs_mounting", .description = "Products that need a mounting"}};
  };
  struct Weights {
    Weight power;
    Weight cable;
    Weight mounting;
    Weight spec;

    static constexpr tenon::Field fields[] = {
        {.name = "power",
         .description = "A consumes power, B is a supply",
         .minimum = 0,
         .maximum = 1000},
        {.name = "cable", .description = "A is audio, B is a cable", .minimum = 0, .maximum = 1000},
        {.name = "mounting",
         .description = "A needs a mounting, B is one",
         .minimum = 0,
         .maximum = 1000},
        {.name = "spec",
         .description = "A specification of A needs what one of B provides",
         .minimum = 0,
         .maximum = 1000}};
  };

  WordLists words;
  Classes classes;
  std::optional<std::map<std::string, SpecSettings>> specs;
  Weights weights;
  std::optional<std::int64_t> threshold;
  std::optional<std::int64_t> limit;

  static constexpr tenon::Field fields[] = {
      {.name = "words", .description = "What parts are called"},
      {.name = "classes", .description = "Categories by what their products need"},
      {.name = "specs",
       .description = "Specifications that are held against each other, by a name of one's own"},
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
BOOST_DESCRIBE_STRUCT(NecessityConfig::WordLists, (), (power, cable, mounting))
BOOST_DESCRIBE_STRUCT(NecessityConfig::Classes, (), (consumes_power, audio, needs_mounting))
BOOST_DESCRIBE_STRUCT(NecessityConfig::Weights, (), (power, cable, mounting, spec))
BOOST_DESCRIBE_STRUCT(NecessityConfig, (), (words, classes, specs, weights, threshold, limit))

}  // namespace tenon::catalog
