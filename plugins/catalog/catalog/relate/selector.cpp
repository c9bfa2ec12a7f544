#include "catalog/catalog/relate/selector.hpp"

#include <algorithm>
#include <stdexcept>

#include "catalog/catalog/relate/workers.hpp"

namespace tenon::catalog {
namespace {

// By kind; 0 for one without rules or without a window.
std::array<int, kind_count> window_percents(const PairRules& rules) {
  std::array<int, kind_count> out{};
  for (int k = 0; k < kind_count; ++k)
    if (rules.has(static_cast<Kind>(k)))
      for (const Rule& rule : rules.model(static_cast<Kind>(k)).rules)
        out[k] = std::max(out[k], rule.within_percent);
  return out;
}

std::vector<std::uint32_t> ranks_in(const RankedCatalog& other, const Ranking& ranking) {
  std::vector<std::uint32_t> out;
  out.reserve(ranking.row.size());
  for (const std::uint32_t row : ranking.row) out.push_back(other.rank_of_row[row]);
  return out;
}

}  // namespace

RankedCatalog::RankedCatalog(Ranking r, PairRules p, Plan q, unsigned threads)
    : ranking(std::move(r)),
      rank_of_row(ranking.row.size()),
      rules(std::move(p)),
      plan(std::move(q)),
      anchors(ranking, window_percents(rules), threads) {
  for (std::uint32_t rank = 0; rank < ranking.row.size(); ++rank)
    rank_of_row[ranking.row[rank]] = rank;
}

Result<std::unique_ptr<RankedCatalog>> RankedCatalog::make(std::span<const ScorerInput> scorers,
                                                           const ProductColumns& products,
                                                           const std::vector<std::uint32_t>& places,
                                                           bool priced, const RankedCatalog* other,
                                                           unsigned threads) {
  Ranking ranking(products, places, priced, threads);
  TN_TRY(auto rules, PairRules::make(scorers, products.price_minor, ranking.row, threads));
  TN_TRY(Plan plan, other == nullptr ? Plan::make(rules)
                                     : Result<Plan>(Plan(other->plan, ranks_in(*other, ranking))));
  auto out = std::make_unique<RankedCatalog>(std::move(ranking), std::move(rules), std::move(plan),
                                             threads);
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
  prepared_count_ = 0;
  for (int k = 0; k < kind_count; ++k) {
    kinds_[k].clear();
    const auto kind = static_cast<Kind>(k);
    if (catalog_.rules.has(kind)) anchors_[k] = &catalog_.anchors.of(a, k);
  }
  apply_overlay();
  for (const Kind kind : {Kind::necessity, Kind::accessory, Kind::related})
    if (catalog_.rules.has(kind)) select_scored(kind);
  return kinds_;
}

void Selector::expect(std::uint32_t a) const {
  for (const auto& kind : catalog_.indexes)
    for (const auto& index : kind) index->expect(a);
  catalog_.anchors.expect(a);
  __builtin_prefetch(&catalog_.plan.a_class[a]);
}

void Selector::apply_overlay() {
  ruled_.clear();
  const auto rulings = overlay_.ruling_of(catalog_.ranking.row[a_]);
  if (rulings.empty()) return;
  std::array<std::vector<std::pair<TieKey, std::uint32_t>>, kind_count> declared;
  for (const std::uint32_t i : rulings) {
    const Decision& decision = overlay_.decisions()[i];
    if (decision.b >= catalog_.rank_of_row.size()) continue;
    const std::uint32_t rank = catalog_.rank_of_row[decision.b];
    ruled_.push_back(rank);
    const int k = static_cast<int>(decision.kind);
    if (decision.ruling == Ruling::pin)
      kinds_[k].push_back({decision.b, 100, Origin::pinned, i});
    else if (decision.ruling == Ruling::declare)
      declared[k].push_back({tie(rank), i});
  }
  std::sort(ruled_.begin(), ruled_.end());
  for (int k = 0; k < kind_count; ++k) {
    std::sort(declared[k].begin(), declared[k].end(),
              [](const auto& x, const auto& y) { return x.first < y.first; });
    for (const auto& [key, i] : declared[k])
      kinds_[k].push_back({overlay_.decisions()[i].b, 100, Origin::declared, i});
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
      read_stream(kind, streams[i], static_cast<std::uint32_t>(i), limit - out.size());
    std::sort(candidates_.begin(), candidates_.end());
    for (const Candidate& found : candidates_) {
      if (out.size() == limit) break;
      if (!emitted_.empty() &&
          std::find(emitted_.begin(), emitted_.end(), found.rank) != emitted_.end())
        continue;
      const std::uint64_t fired = streams[found.stream].fired[catalog_.plan.b_class[found.rank]];
      emitted_.push_back(found.rank);
      out.push_back({catalog_.ranking.row[found.rank], score, Origin::scored, fired});
    }
  }
}

void Selector::read_stream(Kind kind, const Stream& stream, std::uint32_t number,
                           std::size_t needed) {
  const BucketIndex& index = *catalog_.indexes[static_cast<int>(kind)][stream.index];
  index.for_each_bucket(a_, [&](std::uint32_t bucket) {
    read_bucket({kind, stream, number, index, bucket, needed, {}, nullptr});
  });
}

void Selector::read_bucket(Reading reading) {
  reading.members = reading.index.members(reading.bucket);
  reading.narrowed = reading.index.narrowed(reading.bucket, reading.stream.class_set,
                                            reading.stream.overlap ? 64 : 0);
  const Bitmap* positions = nullptr;
  if (reading.narrowed != nullptr) {
    positions = reading.narrowed->positions.get();
    if (positions == nullptr) reading.members = reading.narrowed->members;
  }
  // Finding one's place in a list costs about as much as looking at so many members; testing
  // members in a row is also cheaper than walking to and fro over them.
  const std::size_t few = reading.stream.overlap ? 64 : 24;
  if (reading.members.size() <= few) {
    const std::size_t from = candidates_.size();
    for (const std::uint32_t b : reading.members) {
      if (!in_class(reading, b) || !in_window(reading, b) || !fits(reading, b)) continue;
      candidates_.push_back(candidate(reading, b));
      if (candidates_.size() - from > 4 * reading.needed) keep_best(from, reading.needed);
    }
    return;
  }
  if (reading.stream.overlap) return read_overlapping(reading);
  if (positions != nullptr) {
    PositionsIn filter(*positions);
    walk(reading, filter);
  } else {
    EveryPosition filter;
    walk(reading, filter);
  }
}

template <class Filter>
std::size_t Selector::walk(const Reading& reading, Filter& filter) {
  PriceWalk<Filter> walk(catalog_.ranking, *anchors_[static_cast<int>(reading.kind)],
                         reading.members, reading.stream.window, filter);
  std::size_t found = 0, passed_over = 0, steps = 0;
  for (std::uint32_t b = walk.next(); b != PriceWalk<Filter>::end; b = walk.next()) {
    ++steps;
    if (!in_class(reading, b)) {
      ++passed_over;
      continue;
    }
    // OverlapFilter has compared the tokens already.
    constexpr bool compared = std::is_same_v<Filter, OverlapFilter>;
    if (!(compared ? acceptable(reading, b) : fits(reading, b))) continue;
    candidates_.push_back(candidate(reading, b));
    if (++found == reading.needed) break;
  }
  if (passed_over > 0)
    reading.index.narrowed(reading.bucket, reading.stream.class_set, passed_over);
  return steps;
}

// Counts shared tokens outward from A's price, which soon finds enough where many overlap; turns to
// the lists of rare tokens once that has cost as much as reading those would. Before there is a
// token index, scans.
void Selector::read_overlapping(const Reading& reading) {
  const auto mine = catalog_.rules.features(reading.kind).tokens[a_];
  if (mine.empty()) return;
  const std::size_t from = candidates_.size();
  const TokenIndex* tokens = reading.tokens(0);
  if (tokens == nullptr || mine.size() > TokenIndex::most_counted) {
    EveryPosition every;
    reading.tokens(walk(reading, every));
    return;
  }
  const TokenIndex::Query& query = prepared(*tokens, mine);
  if (query.lists.empty()) return;
  const bool countable = query.frequent.empty();
  OverlapFilter filter(*tokens, query,
                       reading.narrowed != nullptr ? reading.narrowed->positions.get() : nullptr,
                       countable ? query.rare_cost / 16 : 2 * query.list_cost);
  walk(reading, filter);
  if (!filter.exhausted() || candidates_.size() - from >= reading.needed) return;
  if (countable)
    count_tokens(reading, from, *tokens, query);
  else
    search_tokens(reading, from, query);
}

// Where all of A's tokens are rare, counting over the whole lists is cheaper than comparing the
// sets of every member of some of them.
void Selector::count_tokens(const Reading& reading, std::size_t from, const TokenIndex& tokens,
                            const TokenIndex::Query& query) {
  candidates_.resize(from);
  if (counts_.size() < reading.members.size()) counts_.resize(reading.members.size());
  const std::size_t half = (query.size + 1) / 2;
  for (const auto& positions : query.rare)
    for (const std::uint32_t position : positions) {
      const std::size_t wanted = std::min<std::size_t>(half, tokens.half(position));
      if (++counts_[position] != wanted) continue;
      const std::uint32_t b = reading.members[position];
      if (!in_class(reading, b) || !in_window(reading, b) || !acceptable(reading, b)) continue;
      candidates_.push_back(candidate(reading, b));
      if (candidates_.size() - from > 8 * reading.needed) keep_best(from, reading.needed);
    }
  for (const auto& positions : query.rare)
    for (const std::uint32_t position : positions) counts_[position] = 0;
  keep_best(from, reading.needed);
}

const TokenIndex::Query& Selector::prepared(const TokenIndex& index,
                                            std::span<const std::uint32_t> tokens) {
  for (std::size_t i = 0; i < prepared_count_; ++i)
    if (prepared_[i].index == &index) return prepared_[i].query;
  if (prepared_count_ == prepared_.size()) prepared_.emplace_back();
  Prepared& out = prepared_[prepared_count_++];
  out.index = &index;
  index.prepare(tokens, out.query);
  return out.query;
}

void Selector::search_tokens(const Reading& reading, std::size_t from,
                             const TokenIndex::Query& query) {
  const auto read = [&](std::span<const std::uint32_t> members) {
    std::size_t found = 0;
    // What is kept already may come again: only that which was kept before this list bounds it.
    const bool full = candidates_.size() - from >= reading.needed;
    const Candidate bound = full ? candidates_[from + reading.needed - 1] : Candidate{};
    // Returns whether a later member in tie order could still be wanted.
    const auto keep = [&](std::uint32_t b) {
      const Candidate next = candidate(reading, b);
      if (full && bound < next) return false;
      candidates_.push_back(next);
      return ++found < reading.needed;
    };
    // Rare tokens' members seldom fit: testing each is cheaper than walking in order.
    constexpr std::size_t few = 1024;
    if (members.size() <= few) {
      for (const std::uint32_t b : members) {
        if (!catalog_.rules.overlap(reading.kind, a_, b) || !in_class(reading, b) ||
            !in_window(reading, b) || !acceptable(reading, b))
          continue;
        candidates_.push_back(candidate(reading, b));
        ++found;
        if (candidates_.size() - from > 8 * reading.needed) keep_best(from, reading.needed);
      }
    } else {
      EveryPosition every;
      PriceWalk<EveryPosition> walk(catalog_.ranking, *anchors_[static_cast<int>(reading.kind)],
                                    members, reading.stream.window, every);
      for (std::uint32_t b = walk.next(); b != walk.end; b = walk.next())
        if (in_class(reading, b) && fits(reading, b) && !keep(b)) break;
    }
    if (found > 0) keep_best(from, reading.needed);
  };
  keep_best(from, reading.needed);
  for (const auto& members : query.lists) read(members);
}

bool Selector::in_window(const Reading& reading, std::uint32_t b) const {
  if (reading.stream.window == Window::any) return true;
  const auto& part =
      anchors_[static_cast<int>(reading.kind)]->stock[catalog_.ranking.in_stock(b) ? 0 : 1];
  const bool inside = b >= part.window_begin && b < part.window_end;
  return inside == (reading.stream.window == Window::inside);
}

bool Selector::fits(const Reading& reading, std::uint32_t b) const {
  if (reading.stream.overlap && !catalog_.rules.overlap(reading.kind, a_, b)) return false;
  return acceptable(reading, b);
}

void Selector::keep_best(std::size_t from, std::size_t needed) {
  const auto begin = candidates_.begin() + static_cast<std::ptrdiff_t>(from);
  const auto same = [](const Candidate& x, const Candidate& y) { return x.rank == y.rank; };
  std::sort(begin, candidates_.end());
  candidates_.erase(std::unique(begin, candidates_.end(), same), candidates_.end());
  if (candidates_.size() - from > needed) candidates_.resize(from + needed);
}

bool Selector::acceptable(const Reading& reading, std::uint32_t b) const {
  if (b == a_) return false;
  if (left_out_ != nullptr && (*left_out_)[catalog_.ranking.row[b]] != 0) return false;
  if (!ruled_.empty() && std::binary_search(ruled_.begin(), ruled_.end(), b)) return false;
  if (std::find(emitted_.begin(), emitted_.end(), b) != emitted_.end()) return false;
  if (reading.stream.use[catalog_.plan.b_class[b]] != Stream::check) return true;
  for (int higher = 0; higher < static_cast<int>(reading.kind); ++higher)
    if (catalog_.rules.qualifies(static_cast<Kind>(higher), a_, b)) return false;
  return true;
}

TieKey Selector::tie(std::uint32_t b) const {
  const Ranking& ranking = catalog_.ranking;
  return tie_key(ranking.price[a_], ranking.in_stock(b), ranking.price[b], ranking.place[b]);
}

}  // namespace tenon::catalog
