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
#include <memory>
#include <optional>
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

class RelateState;

struct RelateOptions {
  unsigned threads = 0;     // 0: one a core
  std::size_t sample = 16;  // products checked against the plain way
  std::uint64_t seed = 1;   // which ones
  bool keep = false;        // what relate_changes needs
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
  std::shared_ptr<const RelateState> state;  // when it is to be kept
  std::size_t rescored = 0;                  // products whose relations were computed
};

Result<RelateOutcome> relate(const RelateInput& input, const RelateOptions& options = {});

// The same result from that of an earlier run over nearly the same products: computes only what a
// change can affect. Products are the same by id. Nothing when a full run is called for: rules,
// words or more than a few products differ, or ids are not unique.
//
// Ids of features may differ between the runs: token, need and provision ids are told apart by
// their symbols (without symbols by themselves), key ids by the products that have them.
Result<std::optional<RelateOutcome>> relate_changes(std::shared_ptr<const RelateState> state,
                                                    const RelateInput& input,
                                                    const RelateOptions& options = {});

// The plain way: every pair. Quadratic.
Result<Relations> relate_exhaustive(const RelateInput& input, const RelateOptions& options = {});

// All relations of one product, limits not applied unless `limited`. Linear.
class PlainRelater {
 public:
  static Result<PlainRelater> make(const RelateInput& input);
  std::array<std::vector<Relation>, kind_count> relations_of(std::uint32_t a, bool limited) const;
  // How B stands under A by the rules alone.
  struct Scored {
    Kind kind;
    Relation relation;
  };
  std::optional<Scored> scored(std::uint32_t a, std::uint32_t b) const;
  // Whether x stands before y among A's relations of one kind.
  bool before(std::uint32_t a, const Relation& x, const Relation& y) const;
  // Ranks A's relations of one kind; `limited` cuts them.
  void rank(std::uint32_t a, Kind kind, std::vector<Relation>& relations, bool limited) const;
  const PairRules& rules() const { return rules_; }

 private:
  PlainRelater(const RelateInput& input, PairRules rules, std::vector<std::uint32_t> places)
      : input_(input), rules_(std::move(rules)), places_(std::move(places)) {}
  RelateInput input_;
  PairRules rules_;
  std::vector<std::uint32_t> places_;
};

}  // namespace tenon::catalog
