// Products numbered in the order in which they stand in every index: in stock before out of stock,
// known prices ascending before unknown ones, then SKU by bytes, then id by bytes, then row.
// A list of ranks in ascending order can then be walked outward from any price in tie order.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "catalog/scoring/product_columns.hpp"

namespace tenon::catalog {

struct Ranking {
  // Place of each row when all are sorted by SKU, id, row.
  static std::vector<std::uint32_t> places_by_sku(const ProductColumns& products,
                                                  unsigned threads = 0);

  // `priced` false: every price counts as unknown, which is the order that a product without a
  // price sees.
  Ranking(const ProductColumns& products, const std::vector<std::uint32_t>& places, bool priced,
          unsigned threads = 0);

  std::vector<std::uint32_t> row;          // rank -> row
  std::vector<std::uint32_t> place;        // rank -> place by SKU
  std::vector<std::int64_t> price;         // rank -> price in minor units, -1 when unknown
  std::vector<std::uint32_t> group_begin;  // rank -> first rank of the same stock and price
  // Sections: [0] in stock with price, [1] in stock without, [2] and [3] the same out of stock.
  std::array<std::uint32_t, 5> section{};

  bool in_stock(std::uint32_t rank) const { return rank < section[2]; }
};

// How a candidate stands among those of the same score, seen from a product of price `price`.
struct TieKey {
  bool out_of_stock = false;
  std::uint64_t distance = 0;  // the greatest value: unknown
  std::uint32_t place = 0;
  auto operator<=>(const TieKey&) const = default;
};
TieKey tie_key(std::int64_t a_price, bool b_in_stock, std::int64_t b_price, std::uint32_t b_place);

}  // namespace tenon::catalog
