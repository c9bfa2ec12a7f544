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
  PriceAnchors anchors;
  // [kind][Plan::indexes of the kind]
  std::array<std::vector<std::unique_ptr<BucketIndex>>, kind_count> indexes;

  // `other`, when there is one: of the same products in another order, whose plan is taken over.
  static Result<std::unique_ptr<RankedCatalog>> make(std::span<const ScorerInput> scorers,
                                                     const ProductColumns& products,
                                                     const std::vector<std::uint32_t>& places,
                                                     bool priced, const RankedCatalog* other,
                                                     unsigned threads);
  RankedCatalog(Ranking r, PairRules p, Plan q, unsigned threads);
};

class Selector {
 public:
  using Kinds = std::array<std::vector<Relation>, kind_count>;
  // `left_out`, when there is one: by row, 1 for a product that is no candidate.
  Selector(const RankedCatalog& catalog, const Overlay& overlay,
           const std::vector<std::uint8_t>* left_out = nullptr)
      : catalog_(catalog), overlay_(overlay), left_out_(left_out) {}

  // The relations of the product at rank `a`, limits applied; valid until the next call.
  const Kinds& select(std::uint32_t a);
  // Starts reading what select(a) will ask first.
  void expect(std::uint32_t a) const;

 private:
  struct Candidate {
    TieKey key;
    std::uint32_t rank;
    std::uint32_t stream;
    bool operator<(const Candidate& other) const { return key < other.key; }
  };

  // What a member of a bucket must be, and how many are wanted.
  struct Reading {
    Kind kind;
    const Stream& stream;
    std::uint32_t number;  // of the stream
    const BucketIndex& index;
    std::uint32_t bucket;
    std::size_t needed;
    std::span<const std::uint32_t> members;  // of the bucket, or the few of the stream's classes
    const Narrowed* narrowed;
    const TokenIndex* tokens(std::size_t cost) const {
      return narrowed != nullptr && narrowed->positions == nullptr
                 ? index.tokens_of(*narrowed, bucket, cost)
                 : index.tokens_of(bucket, cost);
    }
  };
  // A token query of A in one bucket: streams of different scores read the same buckets.
  struct Prepared {
    const TokenIndex* index = nullptr;
    TokenIndex::Query query;
  };

  void apply_overlay();
  void select_scored(Kind kind);
  void read_stream(Kind kind, const Stream& stream, std::uint32_t number, std::size_t needed);
  void read_bucket(Reading reading);
  // Reads in tie order until enough are found or the filter is exhausted; returns the steps.
  template <class Filter>
  std::size_t walk(const Reading& reading, Filter& filter);
  void read_overlapping(const Reading& reading);
  void search_tokens(const Reading& reading, std::size_t from, const TokenIndex::Query& query);
  void count_tokens(const Reading& reading, std::size_t from, const TokenIndex& tokens,
                    const TokenIndex::Query& query);
  const TokenIndex::Query& prepared(const TokenIndex& index, std::span<const std::uint32_t> tokens);
  bool in_window(const Reading& reading, std::uint32_t b) const;
  bool in_class(const Reading& reading, std::uint32_t b) const {
    return reading.stream.use[catalog_.plan.b_class[b]] != Stream::no;
  }
  bool fits(const Reading& reading, std::uint32_t b) const;
  void keep_best(std::size_t from, std::size_t needed);
  bool acceptable(const Reading& reading, std::uint32_t b) const;
  TieKey tie(std::uint32_t b) const;
  Candidate candidate(const Reading& reading, std::uint32_t b) const {
    return {tie(b), b, reading.number};
  }

  const RankedCatalog& catalog_;
  const Overlay& overlay_;
  const std::vector<std::uint8_t>* left_out_;
  std::uint32_t a_ = 0;
  std::vector<std::uint32_t> ruled_;    // ranks the overlay decides for a_, ascending
  std::vector<std::uint32_t> emitted_;  // ranks, of the kind at hand
  std::vector<Candidate> candidates_;   // of the score at hand
  std::array<const PriceAnchor*, kind_count> anchors_{};
  std::vector<Prepared> prepared_;
  std::size_t prepared_count_ = 0;
  std::vector<std::uint8_t> counts_;  // of shared tokens by position; zeros between uses
  Kinds kinds_;
};

}  // namespace tenon::catalog
