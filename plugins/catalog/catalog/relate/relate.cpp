#include "catalog/catalog/relate/relate.hpp"

#include <algorithm>
#include <numeric>

#include "catalog/catalog/relate/relate_state.hpp"
#include "catalog/catalog/relate/sample.hpp"
#include "catalog/catalog/relate/workers.hpp"

namespace tenon::catalog {
namespace {

std::string describe(const IndexKey& key, const Model& model) {
  std::string out;
  for (std::size_t i = 0; i < model.keys.size(); ++i)
    if (key.same >> i & 1) out += (out.empty() ? "same(" : ",") + model.keys[i];
  if (!out.empty()) out += ")";
  if (key.shares) out += out.empty() ? "shares" : " shares";
  if (key.provides) out += out.empty() ? "provides" : " provides";
  return out.empty() ? "all" : out;
}

std::vector<BucketReport> report(const RankedCatalog& catalog) {
  std::vector<BucketReport> out;
  for (int k = 0; k < kind_count; ++k)
    for (std::size_t i = 0; i < catalog.indexes[k].size(); ++i) {
      BucketReport one;
      one.kind = static_cast<Kind>(k);
      one.index = describe(catalog.plan.indexes[k][i], catalog.rules.model(one.kind));
      const BucketIndex& index = *catalog.indexes[k][i];
      one.buckets = index.bucket_count();
      for (std::uint32_t bucket = 0; bucket < one.buckets; ++bucket) {
        const std::size_t size = index.members(bucket).size();
        one.entries += size;
        one.largest = std::max(one.largest, size);
      }
      out.push_back(std::move(one));
    }
  return out;
}

// Ranks so that products of equal keys, which read the same lists, follow one another.
std::vector<std::uint32_t> neighbours_together(const RankedCatalog& catalog) {
  std::vector<std::uint32_t> order(catalog.ranking.row.size());
  std::iota(order.begin(), order.end(), 0);
  const FeatureColumns* most = nullptr;
  for (int k = 0; k < kind_count; ++k) {
    if (!catalog.rules.has(static_cast<Kind>(k))) continue;
    const FeatureColumns& features = catalog.rules.features(static_cast<Kind>(k));
    if (most == nullptr || features.keys.size() >= most->keys.size()) most = &features;
  }
  if (most == nullptr) return order;
  std::vector<std::uint32_t> next(order.size()), number(order.size()), begin;
  for (auto key = most->keys.rbegin(); key != most->keys.rend(); ++key) {
    IdMap values;
    for (std::size_t rank = 0; rank < number.size(); ++rank)
      number[rank] = values.intern((*key)[rank]);
    begin.assign(std::size_t{values.size()} + 1, 0);
    for (const std::uint32_t value : number) ++begin[std::size_t{value} + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    for (const std::uint32_t rank : order) next[begin[number[rank]]++] = rank;
    order.swap(next);
  }
  return order;
}

}  // namespace

Result<RelateOutcome> relate(const RelateInput& input, const RelateOptions& options) {
  auto last = std::chrono::steady_clock::now();
  const auto lap = [&](std::chrono::nanoseconds& of) {
    const auto now = std::chrono::steady_clock::now();
    of += now - last;
    last = now;
  };
  const ProductColumns& products = *input.products;
  const std::size_t rows = products.size();
  const auto places = Ranking::places_by_sku(products, options.threads);
  RelateOutcome outcome;
  outcome.relations = Relations(rows);
  const auto& prices = products.price_minor;
  const auto priced = static_cast<std::size_t>(
      std::count_if(prices.begin(), prices.end(), [](auto price) { return price >= 0; }));
  constexpr std::size_t chunk = 1024;
  // Products with and without a price see the others in different orders: one pass each.
  const std::size_t chunks = (rows + chunk - 1) / chunk;
  outcome.relations.set_pool_count(2 * chunks);
  std::shared_ptr<RelateState> state = options.keep ? RelateState::of(input) : nullptr;
  std::unique_ptr<RankedCatalog> catalog;
  const RankedCatalog* first = nullptr;
  for (const bool with_price : {true, false}) {
    if ((with_price ? priced : rows - priced) == 0) continue;
    // Of the first order only the plan is of further use.
    if (catalog != nullptr) catalog->indexes = {};
    TN_TRY(auto made, RankedCatalog::make(input.scorers, products, places, with_price, first,
                                          options.threads));
    catalog = std::move(made);
    first = catalog.get();
    lap(outcome.times.index);
    auto order = neighbours_together(*catalog);
    std::erase_if(order, [&](std::uint32_t rank) {
      return (prices[catalog->ranking.row[rank]] >= 0) != with_price;
    });
    run_parallel((order.size() + chunk - 1) / chunk, options.threads, [&](std::size_t i) {
      Selector selector(*catalog, *input.overlay);
      const auto pool = static_cast<std::uint32_t>(i + (with_price ? 0 : chunks));
      std::vector<Relation> kept;
      const std::size_t end = std::min(order.size(), (i + 1) * chunk);
      for (std::size_t at = i * chunk; at < end; ++at) {
        if (at + 2 < end) selector.expect(order[at + 2]);
        outcome.relations.set(catalog->ranking.row[order[at]], pool, kept,
                              selector.select(order[at]));
      }
      outcome.relations.set_pool(pool, kept);
    });
    lap(outcome.times.search);
    if (outcome.buckets.empty()) outcome.buckets = report(*catalog);
    if (state != nullptr) (with_price ? state->priced : state->unpriced) = std::move(catalog);
  }
  outcome.rescored = rows;
  if (state != nullptr) {
    state->relations = outcome.relations;
    state->buckets = outcome.buckets;
    outcome.state = std::move(state);
  }
  TN_CHECK(check_sample(input, options, outcome));
  lap(outcome.times.check);
  return outcome;
}

}  // namespace tenon::catalog
