#include <algorithm>
#include <atomic>

#include "catalog/catalog/relate/id_map.hpp"
#include "catalog/catalog/relate/relate_state.hpp"
#include "catalog/catalog/relate/sample.hpp"
#include "catalog/catalog/relate/workers.hpp"

namespace tenon::catalog {
namespace {

constexpr std::uint32_t none = IdMap::none;

// Each change costs a comparison with every product; a full run about a hundred times as much.
constexpr std::size_t most_changes = 32;

// Ids of this run to those of the earlier one. One-to-one, so that what is equal before is equal
// after it; an id of which nothing is known has none.
using Translation = std::vector<std::uint32_t>;

// By text; nothing when a text stands for two ids.
std::optional<Translation> by_symbols(const TextColumn& earlier, const TextColumn& now) {
  Translation out(now.size(), none);
  std::unordered_map<std::string_view, std::uint32_t> ids;
  for (std::uint32_t id = 0; id < now.size(); ++id) {
    // Unchanged texts mostly keep their ids.
    if (id < earlier.size() && earlier[id] == now[id]) out[id] = id;
    if (!ids.emplace(now[id], id).second) return std::nullopt;
  }
  if (std::ranges::find(out, none) == out.end()) return out;
  ids.clear();
  for (std::uint32_t id = 0; id < earlier.size(); ++id) ids.emplace(earlier[id], id);
  for (std::uint32_t id = 0; id < now.size(); ++id)
    if (const auto found = ids.find(now[id]); found != ids.end()) out[id] = found->second;
  return out;
}

// What this run's products were in the earlier one.
struct Matching {
  std::vector<std::uint32_t> earlier;  // by row now: row then, or none when new or changed
  std::vector<std::uint32_t> now;      // by row then: likewise
  std::vector<std::uint32_t> changed;  // rows now that are new or changed, ascending
};

class Matcher {
 public:
  Matcher(const RelateState& state, const RelateInput& input)
      : state_(state), input_(input), ranks_(state.any()->rank_of_row) {}

  // Nothing when too much differs.
  std::optional<Matching> match() {
    if (!state_.ids_are_unique() || !same_models() || !pair_rows()) return std::nullopt;
    for (const ScorerInput& scorer : input_.scorers)
      if (!compare(*scorer.features, state_.any()->rules.features(scorer.model->kind),
                   state_.symbols[static_cast<int>(scorer.model->kind)]))
        return std::nullopt;
    compare_products();
    matching_.now.assign(state_.products.size(), none);
    for (std::uint32_t row = 0; row < rows(); ++row)
      if (matching_.earlier[row] != none)
        matching_.now[matching_.earlier[row]] = row;
      else
        matching_.changed.push_back(row);
    const auto gone =
        static_cast<std::size_t>(std::count(matching_.now.begin(), matching_.now.end(), none));
    if (std::max(gone, matching_.changed.size()) > most_changes) return std::nullopt;
    return std::move(matching_);
  }

 private:
  std::uint32_t rows() const { return static_cast<std::uint32_t>(input_.products->size()); }
  std::uint32_t rank(std::uint32_t row) const { return ranks_[matching_.earlier[row]]; }

  bool same_models() const {
    int kinds = 0;
    for (int k = 0; k < kind_count; ++k) kinds += state_.any()->rules.has(static_cast<Kind>(k));
    if (kinds != static_cast<int>(input_.scorers.size())) return false;
    return std::ranges::all_of(input_.scorers, [&](const ScorerInput& scorer) {
      const PairRules& rules = state_.any()->rules;
      return rules.has(scorer.model->kind) && rules.model(scorer.model->kind) == *scorer.model;
    });
  }

  bool pair_rows() {
    const TextColumn& ids = input_.products->id;
    std::vector<std::uint8_t> taken(state_.products.size());
    std::uint32_t next = 0;  // mostly the product that followed then follows now
    for (std::uint32_t row = 0; row < rows(); ++row) {
      std::uint32_t then = none;
      if (next < taken.size() && state_.products.id[next] == ids[row])
        then = next;
      else if (const std::uint32_t* found = state_.row_of(ids[row]))
        then = *found;
      matching_.earlier.push_back(then);
      if (then == none) continue;
      if (taken[then]++ != 0) return false;
      next = then + 1;
    }
    return true;
  }

  // Leaves only rows for which `same(row)` holds.
  template <class Same>
  void keep(Same&& same) {
    for (std::uint32_t row = 0; row < rows(); ++row)
      if (matching_.earlier[row] != none && !same(row)) matching_.earlier[row] = none;
  }

  // `then` holds only the columns in use; by rank.
  bool compare(const FeatureColumns& now, const FeatureColumns& then, const TextColumn& symbols) {
    const auto has = [&](std::size_t size) { return size == rows(); };
    if (!then.flags.empty()) {
      if (!has(now.flags.size())) return false;
      keep([&](auto row) { return now.flags[row] == then.flags[rank(row)]; });
    }
    if (!then.families.empty()) {
      if (!has(now.families.size())) return false;
      keep([&](auto row) { return now.families[row] == then.families[rank(row)]; });
    }
    if (now.keys.size() != then.keys.size()) return false;
    for (std::size_t k = 0; k < then.keys.size(); ++k) {
      if (!has(now.keys[k].size())) return false;
      compare_keys(now.keys[k], then.keys[k]);
    }
    std::optional<Translation> ids;
    for (auto column :
         {&FeatureColumns::tokens, &FeatureColumns::needs, &FeatureColumns::provides}) {
      const SetColumn& before = then.*column;
      const SetColumn& after = now.*column;
      if (before.empty()) continue;
      if (!has(after.offsets.size() - 1)) return false;
      if (!ids) ids = by_symbols(symbols, now.symbols);
      if (!ids) return false;
      compare_sets(after, before, *ids);
    }
    return true;
  }

  // The earlier id of a key id is that which most of its products had. 0 is no key.
  void compare_keys(const std::vector<std::uint32_t>& now, const std::vector<std::uint32_t>& then) {
    struct Vote {
      std::uint32_t id = none;
      std::uint32_t lead = 0;
    };
    IdMap ids;
    std::vector<Vote> votes;
    for (std::uint32_t row = 0; row < rows(); ++row) {
      if (matching_.earlier[row] == none) continue;
      const std::uint32_t id = ids.intern(now[row]), before = then[rank(row)];
      if (id == votes.size()) votes.emplace_back();
      Vote& vote = votes[id];
      if (vote.lead == 0) vote.id = before;
      vote.lead = vote.id == before ? vote.lead + 1 : vote.lead - 1;
    }
    IdMap claimed;
    for (std::uint32_t id = 0; id < votes.size(); ++id) {
      const std::uint32_t claims = claimed.size();
      if (claimed.intern(votes[id].id) < claims) votes[id].id = none;
    }
    keep([&](auto row) {
      const std::uint32_t before = then[rank(row)];
      return (now[row] == 0) == (before == 0) && votes[ids.find(now[row])].id == before;
    });
  }

  void compare_sets(const SetColumn& now, const SetColumn& then, const Translation& ids) {
    std::vector<std::uint32_t> set;
    keep([&](auto row) {
      const auto before = then[rank(row)];
      const auto after = now[row];
      if (before.size() != after.size()) return false;
      set.clear();
      for (const std::uint32_t id : after)
        set.push_back(ids.empty() ? id : id < ids.size() ? ids[id] : none);
      if (!std::ranges::is_sorted(set)) std::ranges::sort(set);
      return std::ranges::equal(set, before);
    });
  }

  void compare_products() {
    const ProductColumns& now = *input_.products;
    const ProductColumns& then = state_.products;
    keep([&](auto row) {
      const std::uint32_t before = matching_.earlier[row];
      return now.price_minor[row] == then.price_minor[before] &&
             now.in_stock[row] == then.in_stock[before] && now.sku[row] == then.sku[before];
    });
  }

  const RelateState& state_;
  const RelateInput& input_;
  const std::vector<std::uint32_t>& ranks_;
  Matching matching_;
};

using Kinds = std::array<std::vector<Relation>, kind_count>;

class Updater {
 public:
  Updater(const RelateState& state, const RelateInput& input, const Matching& matching,
          const PlainRelater& plain, unsigned threads)
      : state_(state),
        input_(input),
        matching_(matching),
        plain_(plain),
        threads_(threads),
        left_out_(state.products.size()),
        overlay_(overlay_then()) {
    for (std::uint32_t row = 0; row < left_out_.size(); ++row)
      left_out_[row] = matching.now[row] == none ? 1 : 0;
  }

  RelateOutcome run() {
    const std::size_t rows = input_.products->size();
    affected_.assign(rows, 0);
    run_parallel((rows + chunk - 1) / chunk, threads_, [&](std::size_t part) {
      for (std::size_t row = part * chunk; row < std::min(rows, (part + 1) * chunk); ++row)
        affected_[row] = is_affected(static_cast<std::uint32_t>(row)) ? 1 : 0;
    });
    std::vector<std::uint32_t> todo;
    for (std::uint32_t row = 0; row < rows; ++row)
      if (affected_[row] != 0) todo.push_back(row);
    std::vector<Kinds> computed(todo.size());
    // A changed product costs as much as a thousand others: parts of one.
    run_parallel(todo.size(), threads_, [&](std::size_t i) { computed[i] = compute(todo[i]); });
    RelateOutcome out;
    out.rescored = todo.size();
    out.buckets = state_.buckets;
    out.relations = merged(todo, computed);
    return out;
  }

 private:
  static constexpr std::size_t chunk = 1024;

  // This run's decisions in the earlier run's rows; products of this run alone follow those.
  Overlay overlay_then() const {
    std::vector<Decision> decisions = input_.overlay->decisions();
    for (Decision& decision : decisions) {
      decision.a = row_then(decision.a);
      decision.b = row_then(decision.b);
    }
    return Overlay(std::move(decisions));
  }
  std::uint32_t row_then(std::uint32_t row) const {
    if (row < matching_.earlier.size() && matching_.earlier[row] != none)
      return matching_.earlier[row];
    return static_cast<std::uint32_t>(state_.products.size()) + row;
  }

  bool is_affected(std::uint32_t row) const {
    const std::uint32_t then = matching_.earlier[row];
    if (then == none || !same_rulings(then)) return true;
    for (int k = 0; k < kind_count; ++k)
      for (const Relation& relation : state_.relations.of(then, static_cast<Kind>(k)))
        if (matching_.now[relation.product] == none) return true;
    return std::ranges::any_of(matching_.changed,
                               [&](std::uint32_t b) { return would_enter(row, then, b); });
  }

  bool same_rulings(std::uint32_t then) const {
    const auto& before = state_.overlay.decisions();
    const auto& after = overlay_.decisions();
    return std::ranges::equal(
        state_.overlay.ruling_of(then), overlay_.ruling_of(then), [&](auto x, auto y) {
          return x == y && before[x].b == after[y].b && before[x].ruling == after[y].ruling &&
                 before[x].kind == after[y].kind;
        });
  }

  // Whether a changed product is among the relations of another that is not. Since the rulings are
  // the same, none is about the changed one.
  bool would_enter(std::uint32_t row, std::uint32_t then, std::uint32_t b) const {
    const auto found = plain_.scored(row, b);
    if (!found) return false;
    const auto kept = state_.relations.of(then, found->kind);
    const auto limit = static_cast<std::size_t>(plain_.rules().model(found->kind).limit);
    if (kept.size() < limit) return true;
    if (limit == 0) return false;
    Relation last = kept.back();
    last.product = matching_.now[last.product];
    return plain_.before(row, found->relation, last);
  }

  Kinds compute(std::uint32_t row) const {
    const std::uint32_t then = matching_.earlier[row];
    if (then == none) return plain_.relations_of(row, true);
    const bool priced = input_.products->price_minor[row] >= 0;
    const RankedCatalog& catalog = priced ? *state_.priced : *state_.unpriced;
    Selector selector(catalog, overlay_, &left_out_);
    Kinds out = selector.select(catalog.rank_of_row[then]);
    for (auto& relations : out)
      for (Relation& relation : relations) relation.product = matching_.now[relation.product];
    add_changed(row, out);
    return out;
  }

  void add_changed(std::uint32_t row, Kinds& out) const {
    const auto rulings = input_.overlay->ruling_of(row);
    for (const std::uint32_t b : matching_.changed) {
      const auto ruling = std::ranges::find_if(
          rulings, [&](std::uint32_t i) { return input_.overlay->decisions()[i].b == b; });
      if (ruling != rulings.end()) {
        const Decision& decision = input_.overlay->decisions()[*ruling];
        if (decision.ruling == Ruling::forbid) continue;
        const auto origin = decision.ruling == Ruling::pin ? Origin::pinned : Origin::declared;
        out[static_cast<int>(decision.kind)].push_back({b, 100, origin, *ruling});
      } else if (const auto found = plain_.scored(row, b)) {
        out[static_cast<int>(found->kind)].push_back(found->relation);
      }
    }
    for (int k = 0; k < kind_count; ++k) plain_.rank(row, static_cast<Kind>(k), out[k], true);
  }

  Relations merged(const std::vector<std::uint32_t>& todo,
                   const std::vector<Kinds>& computed) const {
    const std::size_t rows = input_.products->size();
    bool moved = rows != state_.products.size();
    for (std::uint32_t row = 0; row < rows && !moved; ++row)
      moved = matching_.earlier[row] != none && matching_.earlier[row] != row;
    Relations out = moved ? Relations(rows) : state_.relations;
    const std::size_t chunks = moved ? (rows + chunk - 1) / chunk : 0;
    const auto own_pool = static_cast<std::uint32_t>(moved ? chunks : out.pool_count());
    out.set_pool_count(own_pool + 1);
    run_parallel(chunks, threads_, [&](std::size_t part) {
      std::vector<Relation> pool;
      Kinds kinds;
      for (std::size_t row = part * chunk; row < std::min(rows, (part + 1) * chunk); ++row) {
        if (affected_[row] != 0) continue;
        for (int k = 0; k < kind_count; ++k) {
          const auto kept = state_.relations.of(matching_.earlier[row], static_cast<Kind>(k));
          kinds[k].assign(kept.begin(), kept.end());
          for (Relation& relation : kinds[k]) relation.product = matching_.now[relation.product];
        }
        out.set(row, static_cast<std::uint32_t>(part), pool, kinds);
      }
      out.set_pool(static_cast<std::uint32_t>(part), pool);
    });
    std::vector<Relation> pool;
    for (std::size_t i = 0; i < todo.size(); ++i) out.set(todo[i], own_pool, pool, computed[i]);
    out.set_pool(own_pool, pool);
    return out;
  }

  const RelateState& state_;
  const RelateInput& input_;
  const Matching& matching_;
  const PlainRelater& plain_;
  const unsigned threads_;
  std::vector<std::uint8_t> left_out_;  // by row then
  const Overlay overlay_;
  std::vector<std::uint8_t> affected_;  // by row now
};

}  // namespace

std::shared_ptr<RelateState> RelateState::of(const RelateInput& input) {
  auto out = std::make_shared<RelateState>();
  out->products.id = input.products->id;
  out->products.sku = input.products->sku;
  out->products.price_minor = input.products->price_minor;
  out->products.in_stock = input.products->in_stock;
  out->overlay = *input.overlay;
  for (const ScorerInput& scorer : input.scorers)
    out->symbols[static_cast<int>(scorer.model->kind)] = scorer.features->symbols;
  for (std::uint32_t row = 0; row < out->products.size(); ++row)
    out->rows_.emplace(out->products.id[row], row);
  return out;
}

Result<std::optional<RelateOutcome>> relate_changes(std::shared_ptr<const RelateState> state,
                                                    const RelateInput& input,
                                                    const RelateOptions& options) {
  if (state->any() == nullptr) return std::optional<RelateOutcome>{};
  const auto matching = Matcher(*state, input).match();
  if (!matching) return std::optional<RelateOutcome>{};
  TN_TRY(const auto plain, PlainRelater::make(input));
  RelateOutcome out = Updater(*state, input, *matching, plain, options.threads).run();
  TN_CHECK(check_sample(input, options, out));
  out.state = std::move(state);
  return std::optional<RelateOutcome>(std::move(out));
}

}  // namespace tenon::catalog
