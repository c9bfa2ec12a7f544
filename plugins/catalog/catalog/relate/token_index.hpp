// Finds, in one list of products, those whose tokens share at least half of the smaller set.
//
// Tokens are rare or frequent in the list. A pair that shares a rare token is met in that token's
// postings and tested. A pair that shares frequent tokens only overlaps exactly when the frequent
// part alone suffices, which depends on nothing but the candidate's frequent tokens and its size:
// candidates equal in those form a group that is tested once. So "common word + unique number" is
// one group, and identical names are one group, however many there are. Where to draw the line is
// chosen for each list by estimated cost.
#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <vector>

#include "catalog/scoring/features.hpp"

namespace tenon::catalog {

class TokenIndex {
 public:
  TokenIndex(std::span<const std::uint32_t> members, const SetColumn& tokens);

  static constexpr std::size_t most_frequent = 256;
  using Frequent = std::bitset<most_frequent>;
  // A token set as this index sees it.
  struct Query {
    std::vector<std::uint32_t> rare;  // indexes of postings
    Frequent frequent;
    std::size_t size = 0;
  };
  // Fills `query` for the tokens `a`; returns how many members and groups a search may look at.
  std::size_t prepare(std::span<const std::uint32_t> a, Query& query) const;

  // Members, ascending, that may overlap; the caller tests each. May repeat one.
  template <class Visit>
  void for_each_posting(const Query& query, Visit&& visit) const {
    for (const std::uint32_t i : query.rare)
      visit(std::span(postings_).subspan(posting_offsets_[i],
                                         posting_offsets_[i + 1] - posting_offsets_[i]));
  }
  // Groups, as ascending members, all of which overlap.
  template <class Visit>
  void for_each_group(const Query& query, Visit&& visit) const {
    if (query.frequent.none()) return;
    for (const Group& group : groups_) {
      const std::size_t shared = (query.frequent & group.tokens).count();
      if (shared > 0 && 2 * shared >= std::min<std::size_t>(query.size, group.size))
        visit(std::span(grouped_).subspan(group.begin, group.end - group.begin));
    }
  }

 private:
  static constexpr std::uint32_t not_frequent = ~std::uint32_t{0};
  struct Group {
    Frequent tokens;
    std::uint32_t size = 0;  // of the whole token set
    std::uint32_t begin = 0, end = 0;
  };

  std::size_t find(std::uint32_t token) const;
  Frequent frequent_of(std::span<const std::uint32_t> set) const;
  void count(std::span<const std::uint32_t> members, const SetColumn& tokens);
  void choose_frequent(std::span<const std::uint32_t> members, const SetColumn& tokens);
  std::size_t count_groups(std::span<const std::uint32_t> members, const SetColumn& tokens,
                           std::uint32_t least) const;
  void make_postings(std::span<const std::uint32_t> members, const SetColumn& tokens);
  void make_groups(std::span<const std::uint32_t> members, const SetColumn& tokens);

  std::vector<std::uint32_t> tokens_;  // ascending
  std::vector<std::uint32_t> counts_;
  std::vector<std::uint32_t> frequent_;  // bit of a frequent token, or not_frequent
  std::vector<std::uint32_t> posting_offsets_;
  std::vector<std::uint32_t> postings_;
  std::vector<Group> groups_;
  std::vector<std::uint32_t> grouped_;
};

}  // namespace tenon::catalog
