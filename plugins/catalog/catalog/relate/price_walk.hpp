// Walks a list of ranks outward from a product's price in tie order: in stock first, price distance
// ascending, unknown prices last, SKU ascending among equals. Costs O(log n) to start and O(1), or
// O(log n) where a group of equal prices begins, a step.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "catalog/catalog/relate/bitmap.hpp"
#include "catalog/catalog/relate/ranking.hpp"

namespace tenon::catalog {

enum class Window : std::uint8_t { any, inside, outside };

// Where one product's price, and the window of prices around it, lie among the ranks.
struct PriceAnchor {
  std::int64_t price = -1;
  struct Stock {
    std::uint32_t at = 0;  // first rank with at least the price
    std::uint32_t window_begin = 0;
    std::uint32_t window_end = 0;
  };
  std::array<Stock, 2> stock;  // in stock, out of stock

  // `percent` as in price_within; 0: no window.
  static PriceAnchor of(const Ranking& ranking, std::int64_t price, int percent);
};

// The anchors of every product: one a different price and window.
class PriceAnchors {
 public:
  // `percents`: of each window wanted.
  PriceAnchors(const Ranking& ranking, std::span<const int> percents, unsigned threads);

  const PriceAnchor& of(std::uint32_t rank, std::size_t window) const {
    return anchors_[window * prices_ + price_of_[rank]];
  }
  void expect(std::uint32_t rank) const { __builtin_prefetch(&price_of_[rank]); }

 private:
  std::size_t prices_ = 0;
  std::vector<std::uint32_t> price_of_;  // by rank
  std::vector<PriceAnchor> anchors_;     // [window][price]
};

// A filter says which positions of a list are walked. It may give up in the middle of a search: so
// that the walk searches further only on the side that is nearer.
struct FilterStep {
  std::uint32_t at = 0;
  bool found = false;
};
enum class WalkSide : std::uint8_t { right, left };

struct EveryPosition {
  FilterStep first(std::uint32_t from, std::uint32_t end, WalkSide) { return {from, from < end}; }
  FilterStep last(std::uint32_t begin, std::uint32_t end) { return {end, begin < end}; }
  bool exhausted() const { return false; }
};

class PositionsIn {
 public:
  explicit PositionsIn(const Bitmap& set) : set_(set) {}
  FilterStep first(std::uint32_t from, std::uint32_t end, WalkSide) {
    const std::uint32_t at = set_.first(from, end);
    return {at, at < end};
  }
  FilterStep last(std::uint32_t begin, std::uint32_t end) {
    const std::uint32_t past = set_.last(begin, end);
    return {past, past > begin};
  }
  bool exhausted() const { return false; }

 private:
  const Bitmap& set_;
};

// Filter::first looks in [from, end) for the least position: found, or where to look on.
// Filter::last looks in [begin, end) for the greatest: `at` is one past it, or where to look on.
template <class Filter>
class PriceWalk {
 public:
  static constexpr std::uint32_t end = ~std::uint32_t{0};

  PriceWalk(const Ranking& ranking, const PriceAnchor& anchor, std::span<const std::uint32_t> list,
            Window window, Filter& filter)
      : ranking_(ranking), anchor_(anchor), list_(list), window_(window), filter_(filter) {
    enter_stock(0);
  }

  // The next rank, or `end` at the end of the list or once the filter is exhausted.
  std::uint32_t next() {
    while (!filter_.exhausted()) {
      const bool left = group_at_ != group_end_ || group_begin_ != left_begin_;
      const bool right = right_ != right_end_;
      if (!left && !right) {
        if (unknown_ != unknown_end_) {
          const FilterStep step = filter_.first(unknown_, unknown_end_, WalkSide::right);
          unknown_ = step.at;
          if (step.found) return list_[unknown_++];
        } else if (stock_ == 0) {
          enter_stock(1);
        } else {
          return end;
        }
      } else if (left && (!right || left_is_next())) {
        if (!left_found_) {
          advance_left();
          continue;
        }
        left_found_ = false;
        return list_[group_at_++];
      } else if (right_found_) {
        right_found_ = false;
        return list_[right_++];
      } else {
        const FilterStep step = filter_.first(right_, right_end_, WalkSide::right);
        right_ = step.at;
        right_found_ = step.found;
      }
    }
    return end;
  }

 private:
  void enter_stock(int stock) {
    stock_ = stock;
    const auto& anchor = anchor_.stock[static_cast<std::size_t>(stock)];
    const std::uint32_t known = ranking_.section[static_cast<std::size_t>(stock) * 2];
    const std::uint32_t unknown = ranking_.section[static_cast<std::size_t>(stock) * 2 + 1];
    const std::uint32_t past = ranking_.section[static_cast<std::size_t>(stock) * 2 + 2];
    const bool inside = window_ == Window::inside;
    const bool outside = window_ == Window::outside;
    left_begin_ = find(inside ? anchor.window_begin : known);
    group_begin_ = group_at_ = group_end_ = find(outside ? anchor.window_begin : anchor.at);
    right_ = outside ? find(anchor.window_end) : group_end_;
    left_found_ = right_found_ = false;
    if (inside) {
      right_end_ = find(anchor.window_end);
      unknown_ = unknown_end_ = right_end_;
      return;
    }
    right_end_ = find(unknown);
    unknown_ = right_end_;
    unknown_end_ = unknown == past ? unknown_ : find(past);
  }

  // Of both sides, the one whose next position, found or still sought, is nearer.
  bool left_is_next() {
    const std::uint32_t left = group_at_ != group_end_ ? group_at_ : group_begin_ - 1;
    if (left_head_.at != left) left_head_ = {left, distance(list_[left])};
    if (right_head_.at != right_) right_head_ = {right_, distance(list_[right_])};
    if (left_head_.distance != right_head_.distance)
      return left_head_.distance < right_head_.distance;
    if (!left_found_ || !right_found_) return !left_found_;
    return ranking_.place[list_[left]] < ranking_.place[list_[right_]];
  }

  void advance_left() {
    if (group_at_ != group_end_) {
      const FilterStep step = filter_.first(group_at_, group_end_, WalkSide::left);
      group_at_ = step.at;
      left_found_ = step.found;
      return;
    }
    const FilterStep step = filter_.last(left_begin_, group_begin_);
    group_begin_ = group_at_ = group_end_ = step.at;
    if (!step.found) return;
    const std::uint32_t first = ranking_.group_begin[list_[group_end_ - 1]];
    group_begin_ = group_at_ = group_end_ - 1;
    left_found_ = group_begin_ == left_begin_ || list_[group_begin_ - 1] < first;
    if (left_found_) return;
    const auto begin = list_.begin();
    group_begin_ = group_at_ = static_cast<std::uint32_t>(
        std::lower_bound(begin + left_begin_, begin + group_begin_, first) - begin);
  }

  std::uint32_t find(std::uint32_t rank) const {
    if (list_.size() == ranking_.row.size()) return rank;
    return static_cast<std::uint32_t>(std::lower_bound(list_.begin(), list_.end(), rank) -
                                      list_.begin());
  }
  std::uint64_t distance(std::uint32_t rank) const {
    const auto price = ranking_.price[rank];
    return static_cast<std::uint64_t>(price > anchor_.price ? price - anchor_.price
                                                            : anchor_.price - price);
  }

  const Ranking& ranking_;
  const PriceAnchor& anchor_;
  std::span<const std::uint32_t> list_;
  Window window_;
  Filter& filter_;
  int stock_ = 0;
  // Positions in list_. Left side: groups of equal price from the anchor down, each group from its
  // first rank up; below group_begin_ nothing was looked at.
  std::uint32_t left_begin_ = 0, group_begin_ = 0, group_at_ = 0, group_end_ = 0;
  std::uint32_t right_ = 0, right_end_ = 0;
  std::uint32_t unknown_ = 0, unknown_end_ = 0;
  bool left_found_ = false, right_found_ = false;
  // The distance last computed on either side, and for which position.
  struct Head {
    std::uint32_t at = end;
    std::uint64_t distance = 0;
  };
  Head left_head_, right_head_;
};

}  // namespace tenon::catalog
