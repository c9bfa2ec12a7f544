// Walks a list of ranks outward from a product's price in tie order: in stock first, price distance
// ascending, unknown prices last, SKU ascending among equals. Costs O(log n) to start and O(1), or
// O(log n) where a group of equal prices begins, a step.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

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

class PriceWalk {
 public:
  static constexpr std::uint32_t end = ~std::uint32_t{0};

  PriceWalk(const Ranking& ranking, const PriceAnchor& anchor, std::span<const std::uint32_t> list,
            Window window)
      : ranking_(ranking), anchor_(anchor), list_(list), window_(window) {
    enter_stock(0);
  }
  // The next rank, or `end`.
  std::uint32_t next();

 private:
  using Position = const std::uint32_t*;
  void enter_stock(int stock);
  void enter_left_group();
  Position find(std::uint32_t rank) const {
    return std::lower_bound(list_.data(), list_.data() + list_.size(), rank);
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
  int stock_ = 0;
  // Left side: groups of equal price from the anchor down, each group from its first rank up.
  Position left_begin_ = nullptr, group_begin_ = nullptr, group_at_ = nullptr, group_end_ = nullptr;
  Position right_ = nullptr, right_end_ = nullptr;
  Position unknown_ = nullptr, unknown_end_ = nullptr;
};

}  // namespace tenon::catalog
