// Finds, in one list of products, those whose tokens share at least half of the smaller set.
//
// Two ways, for the caller to choose by cost. Where many overlap, OverlapFilter counts shared
// tokens block by block in the order wanted. Where few do, prefix filtering: order every token set
// from its rarest token in the list to its most frequent. Two sets that share h tokens share one
// within the first size-h+1 of either. For the smaller set h is half its size, so its first half or
// so suffices, and the frequent tokens of long names are hardly ever looked up.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "catalog/catalog/relate/id_map.hpp"
#include "catalog/catalog/relate/price_walk.hpp"
#include "catalog/scoring/features.hpp"

namespace tenon::catalog {

class TokenIndex {
 public:
  // Sets of more tokens have no counting query.
  static constexpr std::size_t most_counted = 127;
  static constexpr std::size_t counter_bits = 7;
  using Block = std::array<std::uint64_t, Bitmap::block_words>;

  TokenIndex(std::span<const std::uint32_t> members, const SetColumn& tokens);

  struct Query {
    // Lists of members, ascending, which together hold every member that overlaps. The caller tests
    // each member; one may stand in several lists. Valid as long as the index.
    std::vector<std::span<const std::uint32_t>> lists;
    std::size_t list_cost = 0;  // sum of their lengths
    // Every token of the set that a member has: blocks of frequent ones, positions of rare ones.
    std::vector<const Block*> frequent;
    std::vector<std::span<const std::uint32_t>> rare;
    std::size_t rare_cost = 0;           // sum of their lengths
    std::size_t size = 0;                // of the set
    std::vector<std::uint32_t> numbers;  // of its tokens, rarest first
  };
  void prepare(std::span<const std::uint32_t> set, Query& query) const;

  // Half the size of the set at a position, rounded up, at least 1, at most most_counted.
  std::uint8_t half(std::uint32_t position) const { return half_[position]; }
  // Plane i holds bit i of half the size of each position's own set, rounded up, at least 1.
  std::span<const Block> halves(std::uint32_t block) const {
    return std::span(halves_).subspan(block * half_bits_, half_bits_);
  }

 private:
  struct Postings {
    std::vector<std::uint32_t> offsets;  // by token
    std::vector<std::uint32_t> entries;
    std::span<const std::uint32_t> of(std::size_t token) const {
      return std::span(entries).subspan(offsets[token], offsets[token + 1] - offsets[token]);
    }
    void count_to_offsets();
  };
  static constexpr std::uint32_t none = TokenNumbers::none;

  void hold_halves(std::span<const std::uint32_t> members, const SetColumn& tokens);
  // The tokens' numbers, member after member.
  std::vector<std::uint32_t> number_tokens(std::span<const std::uint32_t> members,
                                           const SetColumn& tokens);
  void rarest_first(std::span<std::uint32_t> numbers) const;

  std::size_t blocks_ = 0;
  TokenNumbers numbers_;
  std::vector<std::uint32_t> counts_;  // by number, as all that follows by token
  std::vector<std::uint32_t> row_;     // of frequent_, or none
  std::vector<Block> frequent_;        // row by row
  Postings in_prefix_;                 // members that have the token in their own prefix
  Postings in_rest_;
  Postings positions_;              // of rare tokens
  std::vector<std::uint8_t> half_;  // by position
  std::size_t half_bits_ = 0;
  std::vector<Block> halves_;
};

// The positions of a list that overlap one set, as a filter of PriceWalk: counts in a block of
// positions at once, with one bit of all their counters in each machine word.
class OverlapFilter {
 public:
  // `allowed`: null for all. Gives up after about `budget` units, one of them being the cost of
  // testing one member.
  OverlapFilter(const TokenIndex& index, const TokenIndex::Query& query, const Bitmap* allowed,
                std::size_t budget);

  FilterStep first(std::uint32_t from, std::uint32_t end, WalkSide side);
  FilterStep last(std::uint32_t begin, std::uint32_t end);
  bool exhausted() const { return spent_ > budget_; }

 private:
  struct Cursor {
    std::uint32_t block = ~std::uint32_t{0};
    TokenIndex::Block found;
    std::vector<std::uint32_t> at;  // into the rare tokens' positions
  };
  const TokenIndex::Block& load(std::uint32_t block, WalkSide side);
  void add_rare(std::uint32_t block, Cursor& cursor);
  void add(const TokenIndex::Block& has);
  void compare(std::uint32_t block, TokenIndex::Block& out) const;

  const TokenIndex& index_;
  const TokenIndex::Query& query_;
  const Bitmap* allowed_;
  const std::size_t budget_;
  const std::size_t block_cost_;
  std::size_t spent_ = 0;
  std::array<Cursor, 2> cursors_;
  std::array<TokenIndex::Block, TokenIndex::counter_bits> counters_;
  std::size_t counted_ = 0;
};

}  // namespace tenon::catalog
