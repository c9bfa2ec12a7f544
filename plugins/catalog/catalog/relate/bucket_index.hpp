// For one IndexKey: buckets of products with equal keys, each a list of ranks in ascending order.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "catalog/catalog/relate/id_map.hpp"
#include "catalog/catalog/relate/lazy.hpp"
#include "catalog/catalog/relate/plan.hpp"
#include "catalog/catalog/relate/token_index.hpp"

namespace tenon::catalog {

// A bucket's members of certain classes: as positions in it where they are many, by themselves
// where they are few.
struct Narrowed {
  std::unique_ptr<Bitmap> positions;   // null: few
  std::vector<std::uint32_t> members;  // when few
  mutable Lazy<TokenIndex> tokens;     // of members
};

class BucketIndex {
 public:
  BucketIndex(const PairRules& rules, Kind kind, const IndexKey& key, const Plan& plan);

  // Calls visit(bucket) for each bucket whose members all hold the key's terms together with A.
  template <class Visit>
  void for_each_bucket(std::uint32_t a, Visit&& visit) const {
    for (std::size_t i = own_offsets_.empty() ? a : own_offsets_[a],
                     end = own_offsets_.empty() ? a + 1 : own_offsets_[a + 1];
         i < end; ++i) {
      const std::uint32_t base = own_[i];
      if (base == IdMap::none) continue;
      if (!key_.provides) {
        visit(base);
        continue;
      }
      for (const std::uint32_t value : needs_[a]) {
        const std::uint32_t bucket = provided_.find(std::uint64_t{base} << 32 | value);
        if (bucket != IdMap::none) visit(bucket);
      }
    }
  }
  // Starts reading what for_each_bucket will ask.
  void expect(std::uint32_t a) const {
    __builtin_prefetch(own_offsets_.empty() ? &own_[a] : &own_offsets_[a]);
  }
  std::span<const std::uint32_t> members(std::uint32_t bucket) const {
    return std::span(members_).subspan(offsets_[bucket], offsets_[bucket + 1] - offsets_[bucket]);
  }
  std::size_t bucket_count() const { return offsets_.size() - 1; }

  // The token index of a bucket. Null when the bucket is small, and until scans of it, whose
  // lengths callers report as `cost`, have cost about as much as building one does. Thread-safe.
  const TokenIndex* tokens_of(std::uint32_t bucket, std::size_t cost) const;
  // The members of a bucket whose B-classes are in the class set; null likewise, `cost` being the
  // members passed over for their class.
  const Narrowed* narrowed(std::uint32_t bucket, std::uint32_t class_set, std::size_t cost) const;
  // As tokens_of(bucket), of the few members of a narrowed one.
  const TokenIndex* tokens_of(const Narrowed& narrowed, std::uint32_t bucket,
                              std::size_t cost) const;

 private:
  void assign_buckets(const FeatureColumns& features);
  bool same_decides_families(const FeatureColumns& features) const;
  void fill(const FeatureColumns& features);

  const TokenIndex* build_tokens(Lazy<TokenIndex>& into, std::uint32_t bucket,
                                 std::span<const std::uint32_t> list, std::size_t cost) const;

  // Buckets of fewer members are searched without help.
  static constexpr std::size_t least_large = 64;

  const IndexKey key_;
  const Plan& plan_;
  const SetColumn& needs_;
  const SetColumn& tokens_;
  std::vector<std::uint32_t> own_offsets_;  // by rank, only when a rank may lie in many buckets
  std::vector<std::uint32_t> own_;          // base buckets
  std::uint32_t base_count_ = 0;
  IdMap provided_;                      // base bucket and provided value -> bucket
  std::vector<std::uint32_t> offsets_;  // of members_, by bucket
  std::vector<std::uint32_t> members_;
  std::vector<std::uint32_t> large_;             // bucket -> number among the large ones, or none
  mutable std::array<std::mutex, 16> building_;  // by bucket
  std::unique_ptr<Lazy<TokenIndex>[]> tokens_of_large_;
  std::unique_ptr<Lazy<Narrowed>[]> narrowed_;  // [large][class set]
};

}  // namespace tenon::catalog
