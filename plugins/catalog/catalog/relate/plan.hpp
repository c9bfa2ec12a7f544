// Which streams of candidates can hold a product's best ones, and in which order to read them.
//
// Products fall into A-classes and B-classes by the flags that rules ask of either side. Given both
// classes, a pair's score depends only on which TERMS hold (same key, shared family, overlap, price
// window, provides). For a set S of terms, the stream of S holds every B for which at least S
// holds. Points are positive, so reading streams by descending score meets each B first at its true
// score.
#pragma once

#include <cstdint>
#include <vector>

#include "catalog/catalog/relate/pair_rules.hpp"
#include "catalog/catalog/relate/price_walk.hpp"

namespace tenon::catalog {

// What an index is keyed by: the terms that select a bucket rather than test a member.
struct IndexKey {
  std::uint32_t same = 0;  // bits of the kind's key columns
  bool shares = false;
  bool provides = false;
  auto operator<=>(const IndexKey&) const = default;
};

struct Stream {
  enum Use : std::uint8_t { no, yes, check };  // check: a member may belong to a higher kind
  int score = 0;
  std::uint32_t index = 0;  // into Plan::indexes of the kind
  bool overlap = false;
  Window window = Window::any;
  std::vector<Use> use;  // by B-class
  // The rules that fire for a member whose score is that of the stream, by B-class: since points
  // are positive, the score says which.
  std::vector<std::uint64_t> fired;
  std::uint32_t class_set = 0;  // into Plan::class_sets: the B-classes of use
};

struct Plan {
  std::vector<std::uint32_t> a_class;  // by rank
  std::vector<std::uint32_t> b_class;
  // Each by B-class: 1 for a member of the set.
  std::vector<std::vector<std::uint8_t>> class_sets;
  std::array<std::vector<IndexKey>, kind_count> indexes;
  // [kind][A-class]: by descending score
  std::array<std::vector<std::vector<Stream>>, kind_count> streams;

  // Limits, beyond which building one would cost more than all else: 16 different terms in the
  // rules of all kinds, and 16 million combinations of A-class, B-class and set of terms. The error
  // says what was counted.
  static constexpr std::size_t most_terms = 16;
  static constexpr std::uint64_t most_combinations = 16'000'000;
  static Result<Plan> make(const PairRules& rules);
  // The same of the same products in another order: rank i here is rank order[i] there.
  Plan(const Plan& other, std::span<const std::uint32_t> order);

 private:
  Plan() = default;
};

}  // namespace tenon::catalog
