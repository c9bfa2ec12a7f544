#include "catalog/catalog/relate/bucket_index.hpp"

#include <algorithm>
#include <bit>
#include <iterator>

namespace tenon::catalog {

BucketIndex::BucketIndex(const PairRules& rules, Kind kind, const IndexKey& key, const Plan& plan)
    : key_(key),
      plan_(plan),
      needs_(rules.features(kind).needs),
      tokens_(rules.features(kind).tokens) {
  const FeatureColumns& features = rules.features(kind);
  own_.assign(rules.size(), 0);
  assign_buckets(features);
  fill(features);
  std::uint32_t large = 0;
  large_.assign(bucket_count(), IdMap::none);
  for (std::uint32_t bucket = 0; bucket < bucket_count(); ++bucket)
    if (members(bucket).size() >= least_large) large_[bucket] = large++;
  if (!tokens_.empty()) tokens_of_large_ = std::make_unique<Lazy<TokenIndex>[]>(large);
  narrowed_ = std::make_unique<Lazy<Narrowed>[]>(large * plan.class_sets.size());
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
  if (same_decides_families(features)) {
    for (std::size_t rank = 0; rank < own_.size(); ++rank)
      if (features.families[rank] == 0) own_[rank] = IdMap::none;
    return;
  }
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

// Families usually follow from the category. All members of a bucket then share them, or have none,
// and one bucket a product does.
bool BucketIndex::same_decides_families(const FeatureColumns& features) const {
  std::vector<std::uint64_t> families(base_count_);
  std::vector<std::uint8_t> seen(base_count_);
  for (std::size_t rank = 0; rank < own_.size(); ++rank) {
    const std::uint32_t bucket = own_[rank];
    if (bucket == IdMap::none) continue;
    if (seen[bucket] != 0 && families[bucket] != features.families[rank]) return false;
    seen[bucket] = 1;
    families[bucket] = features.families[rank];
  }
  return true;
}

void BucketIndex::fill(const FeatureColumns& features) {
  std::vector<std::uint32_t> bucket_of, rank_of;  // by entry, in order of ranks
  const auto ranks = static_cast<std::uint32_t>(plan_.b_class.size());
  std::uint32_t buckets = key_.provides ? 0 : base_count_;
  for (std::uint32_t rank = 0; rank < ranks; ++rank) {
    const std::size_t begin = own_offsets_.empty() ? rank : own_offsets_[rank];
    const std::size_t end = own_offsets_.empty() ? rank + 1 : own_offsets_[rank + 1];
    for (std::size_t i = begin; i < end; ++i) {
      if (own_[i] == IdMap::none) continue;
      const auto enter = [&](std::uint32_t bucket) {
        bucket_of.push_back(bucket);
        rank_of.push_back(rank);
      };
      if (!key_.provides)
        enter(own_[i]);
      else
        for (const std::uint32_t value : features.provides[rank])
          enter(provided_.intern(std::uint64_t{own_[i]} << 32 | value));
    }
  }
  if (key_.provides) buckets = provided_.size();
  offsets_.assign(buckets + 1, 0);
  for (const std::uint32_t bucket : bucket_of) ++offsets_[bucket + 1];
  for (std::size_t i = 1; i < offsets_.size(); ++i) offsets_[i] += offsets_[i - 1];
  members_.resize(bucket_of.size());
  std::vector<std::uint32_t> at(offsets_);
  for (std::size_t i = 0; i < bucket_of.size(); ++i) members_[at[bucket_of[i]]++] = rank_of[i];
}

const TokenIndex* BucketIndex::build_tokens(Lazy<TokenIndex>& into, std::uint32_t bucket,
                                            std::span<const std::uint32_t> list,
                                            std::size_t cost) const {
  // Building reads every member's tokens several times.
  constexpr std::uint64_t build_cost = 3;
  return into.get(cost, build_cost * list.size(), building_[bucket % building_.size()],
                  [&] { return std::make_unique<const TokenIndex>(list, tokens_); });
}

const TokenIndex* BucketIndex::tokens_of(std::uint32_t bucket, std::size_t cost) const {
  if (large_[bucket] == IdMap::none) return nullptr;
  return build_tokens(tokens_of_large_[large_[bucket]], bucket, members(bucket), cost);
}

const TokenIndex* BucketIndex::tokens_of(const Narrowed& narrowed, std::uint32_t bucket,
                                         std::size_t cost) const {
  if (narrowed.members.size() < least_large) return nullptr;
  return build_tokens(narrowed.tokens, bucket, narrowed.members, cost);
}

const Narrowed* BucketIndex::narrowed(std::uint32_t bucket, std::uint32_t class_set,
                                      std::size_t cost) const {
  if (large_[bucket] == IdMap::none) return nullptr;
  const auto list = members(bucket);
  return narrowed_[large_[bucket] * plan_.class_sets.size() + class_set].get(
      cost, list.size(), building_[bucket % building_.size()], [&] {
        auto out = std::make_unique<Narrowed>();
        const auto& classes = plan_.class_sets[class_set];
        const auto in_set = [&](std::uint32_t b) { return classes[plan_.b_class[b]] != 0; };
        // Fewer take little more room by themselves than a bit for every member.
        constexpr std::size_t few = 8;
        if (few * static_cast<std::size_t>(std::ranges::count_if(list, in_set)) < list.size()) {
          std::ranges::copy_if(list, std::back_inserter(out->members), in_set);
        } else {
          out->positions = std::make_unique<Bitmap>(list.size());
          for (std::uint32_t i = 0; i < list.size(); ++i)
            if (in_set(list[i])) out->positions->set(i);
        }
        return std::unique_ptr<const Narrowed>(std::move(out));
      });
}

}  // namespace tenon::catalog
