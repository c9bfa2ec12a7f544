#include <algorithm>
#include <numeric>
#include <tuple>

#include "catalog/catalog/relate/ranking.hpp"
#include "catalog/catalog/relate/relate.hpp"
#include "catalog/catalog/relate/workers.hpp"

namespace tenon::catalog {

Result<PlainRelater> PlainRelater::make(const RelateInput& input) {
  std::vector<std::uint32_t> order(input.products->size());
  std::iota(order.begin(), order.end(), 0);
  TN_TRY(auto rules, PairRules::make(input.scorers, input.products->price_minor, order));
  return PlainRelater(input, std::move(rules), Ranking::places_by_sku(*input.products));
}

std::array<std::vector<Relation>, kind_count> PlainRelater::relations_of(std::uint32_t a,
                                                                         bool limited) const {
  const ProductColumns& products = *input_.products;
  std::array<std::vector<Relation>, kind_count> out;
  std::vector<std::uint32_t> ruled;
  for (const std::uint32_t i : input_.overlay->ruling_of(a)) {
    const Decision& decision = input_.overlay->decisions()[i];
    if (decision.b >= products.size()) continue;
    ruled.push_back(decision.b);
    if (decision.ruling == Ruling::forbid) continue;
    const auto origin = decision.ruling == Ruling::pin ? Origin::pinned : Origin::declared;
    out[static_cast<int>(decision.kind)].push_back({decision.b, 100, origin, i});
  }
  std::sort(ruled.begin(), ruled.end());
  for (std::uint32_t b = 0; b < products.size(); ++b) {
    if (b == a || std::binary_search(ruled.begin(), ruled.end(), b)) continue;
    if (const auto found = scored(a, b))
      out[static_cast<int>(found->kind)].push_back(found->relation);
  }
  for (int k = 0; k < kind_count; ++k) rank(a, static_cast<Kind>(k), out[k], limited);
  return out;
}

std::optional<PlainRelater::Scored> PlainRelater::scored(std::uint32_t a, std::uint32_t b) const {
  for (const Kind kind : {Kind::necessity, Kind::accessory, Kind::related}) {
    if (!rules_.has(kind)) continue;
    const PairScore score = rules_.score(kind, a, b);
    if (score.raw > rules_.model(kind).threshold)
      return Scored{kind, {b, score.raw, Origin::scored, score.fired}};
  }
  return std::nullopt;
}

bool PlainRelater::before(std::uint32_t a, const Relation& x, const Relation& y) const {
  const ProductColumns& products = *input_.products;
  const auto standing = [&](const Relation& r) {
    const bool pinned = r.origin == Origin::pinned;
    const auto tie = pinned ? TieKey{}
                            : tie_key(products.price_minor[a], products.in_stock[r.product] != 0,
                                      products.price_minor[r.product], places_[r.product]);
    return std::tuple(-static_cast<int>(r.origin), -r.raw, tie, pinned ? r.proof : 0);
  };
  return standing(x) < standing(y);
}

void PlainRelater::rank(std::uint32_t a, Kind kind, std::vector<Relation>& relations,
                        bool limited) const {
  std::sort(relations.begin(), relations.end(),
            [&](const Relation& x, const Relation& y) { return before(a, x, y); });
  if (!limited || !rules_.has(kind)) return;
  const auto limit = static_cast<std::size_t>(rules_.model(kind).limit);
  if (relations.size() > limit) relations.resize(limit);
}

Result<Relations> relate_exhaustive(const RelateInput& input, const RelateOptions& options) {
  TN_TRY(const auto plain, PlainRelater::make(input));
  const std::size_t rows = input.products->size();
  Relations out(rows);
  run_chunks(
      rows, options.threads, out, [&](std::size_t begin, std::size_t end, std::uint32_t pool) {
        std::vector<Relation> kept;
        for (std::size_t row = begin; row < end; ++row)
          out.set(row, pool, kept, plain.relations_of(static_cast<std::uint32_t>(row), true));
        out.set_pool(pool, kept);
      });
  return out;
}

}  // namespace tenon::catalog
