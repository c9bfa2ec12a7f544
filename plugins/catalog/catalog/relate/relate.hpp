// Relates a catalog: for every product the best necessities, accessories and related products,
// exactly as scoring all pairs would find them.
//
// Order within a kind: pinned as given, then declared, then scored by raw score descending; among
// equals in stock first, price distance ascending with unknown last, SKU by bytes, id by bytes,
// row. A pair stands under one kind: the overlay's, else the first of necessity, accessory, related
// whose threshold it passes; the kind is fixed before the limits cut.
//
// The result depends on the input alone, not on the number of threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "catalog/catalog/relate/overlay.hpp"
#include "catalog/catalog/relate/pair_rules.hpp"
#include "catalog/catalog/relate/relations.hpp"
#include "catalog/scoring/product_columns.hpp"

namespace tenon::catalog {

struct RelateInput {
  const ProductColumns* products = nullptr;
  std::span<const ScorerInput> scorers;  // at most one a kind
  const Overlay* overlay = nullptr;
};

struct RelateOptions {
  unsigned threads = 0;     // 0: one a core
  std::size_t sample = 16;  // products checked against the plain way
  std::uint64_t seed = 1;   // which ones
};

struct BucketReport {
  Kind kind = Kind::related;
  std::string index;  // "same(category,brand) shares"
  std::size_t buckets = 0;
  std::size_t entries = 0;
  std::size_t largest = 0;  // products in the largest list
};

// Wall times.
struct RelateTimes {
  std::chrono::nanoseconds index{0};   // order, rules, plan, buckets
  std::chrono::nanoseconds search{0};  // with what is built on demand
  std::chrono::nanoseconds check{0};   // of the sample
};

struct RelateOutcome {
  Relations relations;
  RelateTimes times;
  std::vector<BucketReport> buckets;
  std::size_t sampled = 0;
  std::vector<std::uint32_t> differing;  // sampled rows whose result is not that of the plain way
};

Result<RelateOutcome> relate(const RelateInput& input, const RelateOptions& options = {});

// The plain way: every pair. Quadratic.
Result<Relations> relate_exhaustive(const RelateInput& input, const RelateOptions& options = {});

// All relations of one product, limits not applied unless `limited`. Linear.
class PlainRelater {
 public:
  static Result<PlainRelater> make(const RelateInput& input);
  std::array<std::vector<Relation>, kind_count> relations_of(std::uint32_t a, bool limited) const;
  const PairRules& rules() const { return rules_; }

 private:
  PlainRelater(const RelateInput& input, PairRules rules, std::vector<std::uint32_t> places)
      : input_(input), rules_(std::move(rules)), places_(std::move(places)) {}
  RelateInput input_;
  PairRules rules_;
  std::vector<std::uint32_t> places_;
};

}  // namespace tenon::catalog
