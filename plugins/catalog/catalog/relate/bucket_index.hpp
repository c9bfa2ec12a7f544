// For one IndexKey: buckets of products with equal keys, each split by B-class into lists of ranks
// in ascending order.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "catalog/catalog/relate/id_map.hpp"
#include "catalog/catalog/relate/plan.hpp"
#include "catalog/catalog/relate/token_index.hpp"

namespace tenon::catalog {

class BucketIndex {
 public:
  BucketIndex(const PairRules& rules, Kind kind, const IndexKey& key, const Plan& plan);

  struct List {
    std::uint32_t begin = 0, end = 0;
    std::uint32_t b_class = 0;
    std::uint32_t next = IdMap::none;  // of the same bucket
  };

  // Calls visit(list) for each list whose members all hold the key's terms together with A.
  template <class Visit>
  void for_each_list(std::uint32_t a, Visit&& visit) const {
    for (std::size_t i = own_offsets_.empty() ? a : own_offsets_[a],
                     end = own_offsets_.empty() ? a + 1 : own_offsets_[a + 1];
         i < end; ++i) {
      const std::uint32_t base = own_[i];
      if (base == IdMap::none) continue;
      if (!key_.provides) {
        for (std::uint32_t l = head_[base]; l != IdMap::none; l = lists_[l].next) visit(l);
        continue;
      }
      for (const std::uint32_t value : needs_[a]) {
        const std::uint32_t bucket = provided_.find(std::uint64_t{base} << 32 | value);
        if (bucket == IdMap::none) continue;
        for (std::uint32_t l = head_[bucket]; l != IdMap::none; l = lists_[l].next) visit(l);
      }
    }
  }
  const List& list(std::uint32_t l) const { return lists_[l]; }
  std::span<const std::uint32_t> members(std::uint32_t l) const {
    return std::span(members_).subspan(lists_[l].begin, lists_[l].end - lists_[l].begin);
  }
  std::span<const List> lists() const { return lists_; }

  // The token index of a list. Null until scans of the list, whose lengths callers report as
  // `cost`, have cost about as much as building one does; the caller then scans. Thread-safe.
  const TokenIndex* tokens_of(std::uint32_t l, std::size_t cost) const;

 private:
  void assign_buckets(const FeatureColumns& features);
  void fill(const FeatureColumns& features, const Plan& plan);

  struct Lazy {
    std::atomic<const TokenIndex*> ready{nullptr};
    std::atomic<std::uint64_t> spent{0};
    std::unique_ptr<const TokenIndex> owned;
  };

  const IndexKey key_;
  const SetColumn& needs_;
  const SetColumn& tokens_;
  std::vector<std::uint32_t> own_offsets_;  // by rank, only when a rank may lie in many buckets
  std::vector<std::uint32_t> own_;          // base buckets
  std::uint32_t base_count_ = 0;
  IdMap provided_;                   // base bucket and provided value -> bucket
  std::vector<std::uint32_t> head_;  // bucket -> first list
  std::vector<List> lists_;
  std::vector<std::uint32_t> members_;
  mutable std::mutex building_;
  mutable std::unique_ptr<Lazy[]> lazy_;  // by list
};

}  // namespace tenon::catalog
