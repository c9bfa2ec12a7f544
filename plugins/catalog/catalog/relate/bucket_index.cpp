#include "catalog/catalog/relate/bucket_index.hpp"

#include <bit>

namespace tenon::catalog {

BucketIndex::BucketIndex(const PairRules& rules, Kind kind, const IndexKey& key, const Plan& plan)
    : key_(key), needs_(rules.features(kind).needs), tokens_(rules.features(kind).tokens) {
  const FeatureColumns& features = rules.features(kind);
  own_.assign(rules.size(), 0);
  assign_buckets(features);
  fill(features, plan);
  if (!tokens_.empty()) lazy_ = std::make_unique<Lazy[]>(lists_.size());
}

// Each step narrows the bucket reached so far by one more key; ids stay exact, nothing is hashed
// away.
void BucketIndex::assign_buckets(const FeatureColumns& features) {
  base_count_ = 1;
  for (std::size_t k = 0; k < features.keys.size(); ++k) {
    if ((key_.same >> k & 1) == 0) continue;
    IdMap ids;
    for (std::size_t rank = 0; rank < own_.size(); ++rank) {
      const std::uint32_t value = features.keys[k][rank];
      own_[rank] = value == 0 || own_[rank] == IdMap::none
                       ? IdMap::none
                       : ids.intern(std::uint64_t{own_[rank]} << 32 | value);
    }
    base_count_ = ids.size();
  }
  if (!key_.shares) return;
  IdMap ids;
  std::vector<std::uint32_t> many;
  own_offsets_.push_back(0);
  for (std::size_t rank = 0; rank < own_.size(); ++rank) {
    std::uint64_t families = own_[rank] == IdMap::none ? 0 : features.families[rank];
    for (; families != 0; families &= families - 1)
      many.push_back(ids.intern(std::uint64_t{own_[rank]} << 32 |
                                static_cast<std::uint32_t>(std::countr_zero(families))));
    own_offsets_.push_back(static_cast<std::uint32_t>(many.size()));
  }
  own_ = std::move(many);
  base_count_ = ids.size();
}

void BucketIndex::fill(const FeatureColumns& features, const Plan& plan) {
  head_.assign(base_count_, IdMap::none);
  std::vector<std::uint32_t> list_of;  // by entry, in order of ranks
  const auto enter = [&](std::uint32_t bucket, std::uint32_t b_class) {
    std::uint32_t* link = &head_[bucket];
    while (*link != IdMap::none && lists_[*link].b_class != b_class) link = &lists_[*link].next;
    if (*link == IdMap::none) {
      const auto made = static_cast<std::uint32_t>(lists_.size());
      *link = made;
      lists_.push_back({0, 0, b_class, IdMap::none});
      list_of.push_back(made);
    } else {
      list_of.push_back(*link);
    }
    ++lists_[list_of.back()].end;
  };
  std::vector<std::uint32_t> rank_of;
  const std::size_t ranks = plan.b_class.size();
  for (std::uint32_t rank = 0; rank < ranks; ++rank) {
    const std::size_t begin = own_offsets_.empty() ? rank : own_offsets_[rank];
    const std::size_t end = own_offsets_.empty() ? rank + 1 : own_offsets_[rank + 1];
    for (std::size_t i = begin; i < end; ++i) {
      if (own_[i] == IdMap::none) continue;
      if (!key_.provides) {
        enter(own_[i], plan.b_class[rank]);
        rank_of.push_back(rank);
        continue;
      }
      for (const std::uint32_t value : features.provides[rank]) {
        const std::uint32_t bucket = provided_.intern(std::uint64_t{own_[i]} << 32 | value);
        if (bucket >= head_.size()) head_.resize(bucket + 1, IdMap::none);
        enter(bucket, plan.b_class[rank]);
        rank_of.push_back(rank);
      }
    }
  }
  std::uint32_t at = 0;
  for (List& list : lists_) {
    const std::uint32_t count = list.end;
    list.begin = list.end = at;
    at += count;
  }
  members_.resize(at);
  for (std::size_t i = 0; i < list_of.size(); ++i) members_[lists_[list_of[i]].end++] = rank_of[i];
}

const TokenIndex* BucketIndex::tokens_of(std::uint32_t l, std::size_t cost) const {
  // Building reads every member's tokens a few dozen times.
  constexpr std::uint64_t build_cost = 32;
  Lazy& lazy = lazy_[l];
  if (const TokenIndex* ready = lazy.ready.load(std::memory_order_acquire)) return ready;
  const std::uint64_t spent = lazy.spent.fetch_add(cost, std::memory_order_relaxed) + cost;
  if (spent < build_cost * members(l).size()) return nullptr;
  const std::lock_guard lock(building_);
  if (lazy.ready.load(std::memory_order_acquire) == nullptr) {
    lazy.owned = std::make_unique<const TokenIndex>(members(l), tokens_);
    lazy.ready.store(lazy.owned.get(), std::memory_order_release);
  }
  return lazy.owned.get();
}

}  // namespace tenon::catalog
