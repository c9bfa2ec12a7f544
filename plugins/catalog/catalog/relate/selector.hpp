// Finds the best relations of one product after another through the indexes. One a thread: holds
// scratch memory; what it reads is shared and constant.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "catalog/catalog/relate/bucket_index.hpp"
#include "catalog/catalog/relate/overlay.hpp"
#include "catalog/catalog/relate/plan.hpp"
#include "catalog/catalog/relate/price_walk.hpp"
#include "catalog/catalog/relate/relations.hpp"

namespace tenon::catalog {

// Everything for one order of the products.
struct RankedCatalog {
  Ranking ranking;
  std::vector<std::uint32_t> rank_of_row;
  PairRules rules;
  Plan plan;
  // [kind][Plan::indexes of the kind]
  std::array<std::vector<std::unique_ptr<BucketIndex>>, kind_count> indexes;

  static Result<std::unique_ptr<RankedCatalog>> make(std::span<const ScorerInput> scorers,
                                                     const ProductColumns& products,
                                                     const std::vector<std::uint32_t>& places,
                                                     bool priced, unsigned threads);
  RankedCatalog(Ranking r, PairRules p);
};

class Selector {
 public:
  using Kinds = std::array<std::vector<Relation>, kind_count>;
  Selector(const RankedCatalog& catalog, const Overlay& overlay)
      : catalog_(catalog), overlay_(overlay) {}

  // The relations of the product at rank `a`, limits applied; valid until the next call.
  const Kinds& select(std::uint32_t a);

 private:
  struct Candidate {
    TieKey key;
    std::uint32_t rank;
    bool operator<(const Candidate& other) const { return key < other.key; }
  };

  // What a member of a list must be, and how many are wanted.
  struct Reading {
    Kind kind;
    Window window;
    bool overlap;
    bool check;
    std::size_t needed;
  };

  void apply_overlay();
  void select_scored(Kind kind);
  void read_stream(Kind kind, const Stream& stream, std::size_t needed);
  void read_list(Kind kind, const Stream& stream, std::uint32_t list, std::size_t needed);
  void read_overlapping(const Reading& reading, const BucketIndex& index, std::uint32_t list);
  void search_tokens(const Reading& reading, std::size_t from);
  bool in_window(const Reading& reading, std::uint32_t b) const;
  bool fits(const Reading& reading, std::uint32_t b) const;
  void keep_best(std::size_t from, std::size_t needed);
  bool acceptable(Kind kind, std::uint32_t b, bool check) const;
  Candidate candidate(std::uint32_t b) const;

  const RankedCatalog& catalog_;
  const Overlay& overlay_;
  std::uint32_t a_ = 0;
  std::vector<std::uint32_t> ruled_;    // ranks the overlay decides for a_, ascending
  std::vector<std::uint32_t> emitted_;  // ranks, of the kind at hand
  std::vector<Candidate> candidates_;   // of the score at hand
  std::array<PriceAnchor, kind_count> anchors_;
  TokenIndex::Query query_;
  Kinds kinds_;
};

}  // namespace tenon::catalog
