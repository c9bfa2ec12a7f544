#include "catalog/catalog/relate/waterfall.hpp"

namespace tenon::catalog {

Waterfall explain_pair(const ProductColumns& products, std::span<const Scorer* const> scorers,
                       const PairRules& rules, const Overlay& overlay, std::uint32_t a,
                       std::uint32_t b) {
  Waterfall out;
  for (const Kind kind : {Kind::necessity, Kind::accessory, Kind::related}) {
    if (!rules.has(kind)) continue;
    const PairScore score = rules.score(kind, a, b);
    KindWaterfall step{kind, {}, score.raw, rules.model(kind).threshold, false};
    step.qualifies = a != b && score.raw > step.threshold;
    for (const Scorer* scorer : scorers)
      if (scorer->model().kind == kind) step.fired = scorer->explain(products, a, b, score.fired);
    if (step.qualifies && !out.kind) out.kind = kind;
    out.kinds.push_back(std::move(step));
  }
  for (const std::uint32_t i : overlay.ruling_of(a)) {
    const Decision& decision = overlay.decisions()[i];
    if (decision.b != b) continue;
    out.decision = i;
    out.kind = decision.ruling == Ruling::forbid ? std::nullopt : std::optional(decision.kind);
  }
  return out;
}

}  // namespace tenon::catalog
