// Why one product stands, or does not stand, under another: every kind's rules with their points.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "catalog/catalog/relate/relate.hpp"
#include "catalog/scoring/scorer.hpp"

namespace tenon::catalog {

struct KindWaterfall {
  Kind kind = Kind::related;
  std::vector<RuleProof> fired;
  int raw = 0;
  int threshold = 0;
  bool qualifies = false;  // raw > threshold
};

struct Waterfall {
  std::vector<KindWaterfall> kinds;       // of the scorers given, necessity first
  std::optional<std::uint32_t> decision;  // index into Overlay::decisions() that rules the pair
  std::optional<Kind> kind;               // under which B stands; none: it does not
};

// `scorers` and `rules` are those of one relate() input, over `products`.
Waterfall explain_pair(const ProductColumns& products, std::span<const Scorer* const> scorers,
                       const PairRules& rules, const Overlay& overlay, std::uint32_t a,
                       std::uint32_t b);

}  // namespace tenon::catalog
