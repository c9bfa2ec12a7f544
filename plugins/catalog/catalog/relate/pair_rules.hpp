// The rules of up to three models (one a kind) over their features, compiled so that a pair can be
// scored in any order of the rows. Both the engine and the plain way score pairs with this and
// share nothing else.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "catalog/scoring/features.hpp"
#include "catalog/scoring/model.hpp"

namespace tenon::catalog {

struct ScorerInput {
  const Model* model = nullptr;
  const FeatureColumns* features = nullptr;
};

struct PairScore {
  int raw = 0;
  std::uint64_t fired = 0;
};

// shared >= half of the smaller set; an empty set overlaps nothing.
bool tokens_overlap(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);
bool sets_meet(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);
// 100*|a-b| <= percent*max(a,b), both known (not negative).
bool price_within(std::int64_t a, std::int64_t b, int percent);

class PairRules {
 public:
  // Copies the columns so that row i here is row order[i] of the features. Refuses two models of
  // one kind and columns that do not have one entry a row.
  static Result<PairRules> make(std::span<const ScorerInput> scorers,
                                std::span<const std::int64_t> price_minor,
                                std::span<const std::uint32_t> order, unsigned threads = 0);

  bool has(Kind kind) const { return kinds_[static_cast<int>(kind)].has_value(); }
  const Model& model(Kind kind) const { return kinds_[static_cast<int>(kind)]->model; }
  const FeatureColumns& features(Kind kind) const {
    return kinds_[static_cast<int>(kind)]->features;
  }
  PairScore score(Kind kind, std::uint32_t a, std::uint32_t b) const;
  bool qualifies(Kind kind, std::uint32_t a, std::uint32_t b) const {
    return has(kind) && score(kind, a, b).raw > model(kind).threshold;
  }
  bool overlap(Kind kind, std::uint32_t a, std::uint32_t b) const {
    const OneKind& one = *kinds_[static_cast<int>(kind)];
    const TokenSketch& sketch_a = one.sketches[a];
    const TokenSketch& sketch_b = one.sketches[b];
    // Tokens of A that share a bit are counted as shared when one of them may be.
    const auto most =
        static_cast<std::uint32_t>(std::popcount(sketch_a.bits & sketch_b.bits)) + sketch_a.hidden;
    return 2 * most >= std::min(sketch_a.size, sketch_b.size) &&
           tokens_overlap(one.features.tokens[a], one.features.tokens[b]);
  }
  std::int64_t price(std::uint32_t row) const { return price_[row]; }
  std::size_t size() const { return price_.size(); }

 private:
  // Cheap proof that two sets share too little.
  struct TokenSketch {
    std::uint64_t bits = 0;  // one a token
    std::uint32_t size = 0;
    std::uint32_t hidden = 0;  // tokens whose bit another one has set
  };
  struct OneKind {
    Model model;
    FeatureColumns features;
    std::vector<TokenSketch> sketches;
    Result<void> fill(const FeatureColumns& from, std::span<const std::uint32_t> order);
  };
  std::array<std::optional<OneKind>, kind_count> kinds_;
  std::vector<std::int64_t> price_;
};

}  // namespace tenon::catalog
