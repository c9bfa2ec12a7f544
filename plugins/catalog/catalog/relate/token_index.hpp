// Finds, in one list of products, those whose tokens share at least half of the smaller set.
//
// Prefix filtering: order every token set from its rarest token in the list to its most frequent.
// Two sets that share h tokens share one within the first size-h+1 of either. For the smaller set h
// is half its size, so its first half or so suffices: the frequent tokens of long names are hardly
// ever looked up, and where they are ("common word + unique number") nearly every member matches
// and the caller stops early.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "catalog/scoring/features.hpp"

namespace tenon::catalog {

class TokenIndex {
 public:
  TokenIndex(std::span<const std::uint32_t> members, const SetColumn& tokens);

  // Lists of members, ascending, which together hold every member that overlaps `a`. The caller
  // tests each member; one may stand in several lists. Valid as long as the index.
  using Query = std::vector<std::span<const std::uint32_t>>;
  // Fills `query` and returns the sum of the lists' lengths.
  std::size_t prepare(std::span<const std::uint32_t> a, Query& query) const;

 private:
  struct Postings {
    std::vector<std::uint32_t> offsets;  // by token
    std::vector<std::uint32_t> members;
    std::span<const std::uint32_t> of(std::size_t token) const {
      return std::span(members).subspan(offsets[token], offsets[token + 1] - offsets[token]);
    }
  };
  // A token as this list knows it; `index` is tokens_.size() for one that no member has.
  struct Known {
    std::uint32_t count;
    std::uint32_t token;
    std::size_t index;
  };

  void count(std::span<const std::uint32_t> members, const SetColumn& tokens);
  void rarest_first(std::span<const std::uint32_t> set, std::vector<Known>& out) const;

  std::vector<std::uint32_t> tokens_;  // ascending
  std::vector<std::uint32_t> counts_;
  Postings in_prefix_;  // members that have the token in their own prefix
  Postings in_rest_;
};

}  // namespace tenon::catalog
