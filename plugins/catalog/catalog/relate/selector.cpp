#include "catalog/catalog/relate/selector.hpp"

#include <algorithm>
#include <stdexcept>

#include "catalog/catalog/relate/workers.hpp"

namespace tenon::catalog {
namespace {

int window_percent(const PairRules& rules, Kind kind) {
  int percent = 0;
  for (const Rule& rule : rules.model(kind).rules) percent = std::max(percent, rule.within_percent);
  return percent;
}

}  // namespace

RankedCatalog::RankedCatalog(Ranking r, PairRules p)
    : ranking(std::move(r)), rank_of_row(ranking.row.size()), rules(std::move(p)), plan(rules) {
  for (std::uint32_t rank = 0; rank < ranking.row.size(); ++rank)
    rank_of_row[ranking.row[rank]] = rank;
}

Result<std::unique_ptr<RankedCatalog>> RankedCatalog::make(std::span<const ScorerInput> scorers,
                                                           const ProductColumns& products,
                                                           const std::vector<std::uint32_t>& places,
                                                           bool priced, unsigned threads) {
  Ranking ranking(products, places, priced);
  TN_TRY(auto rules, PairRules::make(scorers, products.price_minor, ranking.row));
  auto out = std::make_unique<RankedCatalog>(std::move(ranking), std::move(rules));
  std::vector<std::pair<Kind, std::size_t>> jobs;
  for (int k = 0; k < kind_count; ++k) {
    out->indexes[k].resize(out->plan.indexes[k].size());
    for (std::size_t i = 0; i < out->indexes[k].size(); ++i)
      jobs.push_back({static_cast<Kind>(k), i});
  }
  run_parallel(jobs.size(), threads, [&](std::size_t job) {
    const auto [kind, i] = jobs[job];
    const int k = static_cast<int>(kind);
    out->indexes[k][i] =
        std::make_unique<BucketIndex>(out->rules, kind, out->plan.indexes[k][i], out->plan);
  });
  return out;
}

const Selector::Kinds& Selector::select(std::uint32_t a) {
  a_ = a;
  for (int k = 0; k < kind_count; ++k) {
    kinds_[k].clear();
    const auto kind = static_cast<Kind>(k);
    if (catalog_.rules.has(kind))
      anchors_[k] = PriceAnchor::of(catalog_.ranking, catalog_.ranking.price[a],
                                    window_percent(catalog_.rules, kind));
  }
  apply_overlay();
  for (const Kind kind : {Kind::necessity, Kind::accessory, Kind::related})
    if (catalog_.rules.has(kind)) select_scored(kind);
  return kinds_;
}

void Selector::apply_overlay() {
  ruled_.clear();
  const auto rulings = overlay_.ruling_of(catalog_.ranking.row[a_]);
  if (rulings.empty()) return;
  std::array<std::vector<std::pair<Candidate, std::uint32_t>>, kind_count> declared;
  for (const std::uint32_t i : rulings) {
    const Decision& decision = overlay_.decisions()[i];
    if (decision.b >= catalog_.rank_of_row.size()) continue;
    const std::uint32_t rank = catalog_.rank_of_row[decision.b];
    ruled_.push_back(rank);
    const int k = static_cast<int>(decision.kind);
    if (decision.ruling == Ruling::pin)
      kinds_[k].push_back({decision.b, 100, i, Origin::pinned});
    else if (decision.ruling == Ruling::declare)
      declared[k].push_back({candidate(rank), i});
  }
  std::sort(ruled_.begin(), ruled_.end());
  for (int k = 0; k < kind_count; ++k) {
    std::sort(declared[k].begin(), declared[k].end(),
              [](const auto& x, const auto& y) { return x.first < y.first; });
    for (const auto& [found, i] : declared[k])
      kinds_[k].push_back({catalog_.ranking.row[found.rank], 100, i, Origin::declared});
    if (!catalog_.rules.has(static_cast<Kind>(k))) continue;
    const auto limit = static_cast<std::size_t>(catalog_.rules.model(static_cast<Kind>(k)).limit);
    if (kinds_[k].size() > limit) kinds_[k].resize(limit);
  }
}

void Selector::select_scored(Kind kind) {
  auto& out = kinds_[static_cast<int>(kind)];
  const auto limit = static_cast<std::size_t>(catalog_.rules.model(kind).limit);
  emitted_.clear();
  const auto& streams = catalog_.plan.streams[static_cast<int>(kind)][catalog_.plan.a_class[a_]];
  for (std::size_t i = 0; i < streams.size() && out.size() < limit;) {
    const int score = streams[i].score;
    candidates_.clear();
    for (; i < streams.size() && streams[i].score == score; ++i)
      read_stream(kind, streams[i], limit - out.size());
    std::sort(candidates_.begin(), candidates_.end());
    for (const Candidate& found : candidates_) {
      if (out.size() == limit) break;
      if (!emitted_.empty() &&
          std::find(emitted_.begin(), emitted_.end(), found.rank) != emitted_.end())
        continue;
      const PairScore exact = catalog_.rules.score(kind, a_, found.rank);
      if (exact.raw != score) throw std::logic_error("a stream of candidates broke its promise");
      emitted_.push_back(found.rank);
      out.push_back({catalog_.ranking.row[found.rank], score, exact.fired, Origin::scored});
    }
  }
}

void Selector::read_stream(Kind kind, const Stream& stream, std::size_t needed) {
  const BucketIndex& index = *catalog_.indexes[static_cast<int>(kind)][stream.index];
  index.for_each_list(a_, [&](std::uint32_t list) {
    if (stream.use[index.list(list).b_class] != Stream::no) read_list(kind, stream, list, needed);
  });
}

void Selector::read_list(Kind kind, const Stream& stream, std::uint32_t list, std::size_t needed) {
  // A list is scanned as far as this before its token index is asked for.
  constexpr std::size_t patience = 256;
  const BucketIndex& index = *catalog_.indexes[static_cast<int>(kind)][stream.index];
  const bool check = stream.use[index.list(list).b_class] == Stream::check;
  PriceWalk walk(catalog_.ranking, anchors_[static_cast<int>(kind)], index.members(list),
                 stream.window);
  const std::size_t from = candidates_.size();
  std::size_t steps = 0;
  while (candidates_.size() - from < needed) {
    const std::uint32_t b = walk.next();
    if (b == PriceWalk::end) break;
    if (stream.overlap) {
      if (++steps % patience == 0 && search_tokens(kind, stream, list, needed, patience)) return;
      if (!catalog_.rules.overlap(kind, a_, b)) continue;
    }
    if (acceptable(kind, b, check)) candidates_.push_back(candidate(b));
  }
}

// Replaces what a scan of the list has found so far, or returns false: the scan must go on.
bool Selector::search_tokens(Kind kind, const Stream& stream, std::uint32_t list,
                             std::size_t needed, std::size_t spent) {
  const BucketIndex& index = *catalog_.indexes[static_cast<int>(kind)][stream.index];
  const TokenIndex* tokens = index.tokens_of(list, spent);
  if (tokens == nullptr) return false;
  const bool check = stream.use[index.list(list).b_class] == Stream::check;
  const PriceAnchor& anchor = anchors_[static_cast<int>(kind)];
  const auto mine = catalog_.rules.features(kind).tokens[a_];
  // The scan's finds come first in tie order and are found again: they are dropped with the rest.
  const std::size_t from = candidates_.size();
  const auto in_window = [&](std::uint32_t b) {
    if (stream.window == Window::any) return true;
    const auto& part = anchor.stock[catalog_.ranking.in_stock(b) ? 0 : 1];
    const bool inside = b >= part.window_begin && b < part.window_end;
    return inside == (stream.window == Window::inside);
  };
  tokens->for_each_posting(mine, [&](std::span<const std::uint32_t> posting) {
    for (const std::uint32_t b : posting)
      if (in_window(b) && catalog_.rules.overlap(kind, a_, b) && acceptable(kind, b, check))
        candidates_.push_back(candidate(b));
  });
  keep_best(from, needed);
  tokens->for_each_group(mine, [&](std::span<const std::uint32_t> group) {
    PriceWalk walk(catalog_.ranking, anchor, group, stream.window);
    std::size_t added = 0;
    for (std::uint32_t b = walk.next(); b != PriceWalk::end && added < needed; b = walk.next()) {
      if (!acceptable(kind, b, check)) continue;
      candidates_.push_back(candidate(b));
      ++added;
    }
    keep_best(from, needed);
  });
  return true;
}

void Selector::keep_best(std::size_t from, std::size_t needed) {
  const auto begin = candidates_.begin() + static_cast<std::ptrdiff_t>(from);
  const auto same = [](const Candidate& x, const Candidate& y) { return x.rank == y.rank; };
  std::sort(begin, candidates_.end());
  candidates_.erase(std::unique(begin, candidates_.end(), same), candidates_.end());
  if (candidates_.size() - from > needed) candidates_.resize(from + needed);
}

bool Selector::acceptable(Kind kind, std::uint32_t b, bool check) const {
  if (b == a_) return false;
  if (!ruled_.empty() && std::binary_search(ruled_.begin(), ruled_.end(), b)) return false;
  if (std::find(emitted_.begin(), emitted_.end(), b) != emitted_.end()) return false;
  if (!check) return true;
  for (int higher = 0; higher < static_cast<int>(kind); ++higher)
    if (catalog_.rules.qualifies(static_cast<Kind>(higher), a_, b)) return false;
  return true;
}

Selector::Candidate Selector::candidate(std::uint32_t b) const {
  const Ranking& ranking = catalog_.ranking;
  return {tie_key(ranking.price[a_], ranking.in_stock(b), ranking.price[b], ranking.place[b]), b};
}

}  // namespace tenon::catalog
