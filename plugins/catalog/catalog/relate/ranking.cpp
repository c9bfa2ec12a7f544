#include "catalog/catalog/relate/ranking.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

#include "catalog/catalog/relate/workers.hpp"

namespace tenon::catalog {
namespace {

std::uint64_t big_endian_prefix(std::string_view text, std::size_t from) {
  std::uint64_t out = 0;
  for (std::size_t i = from; i < from + 8; ++i)
    out = out << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0);
  return out;
}

}  // namespace

std::vector<std::uint32_t> Ranking::places_by_sku(const ProductColumns& products,
                                                  unsigned threads) {
  // Most SKUs differ in their first 16 bytes: comparing those as numbers spares the random reads.
  struct Item {
    std::uint64_t first, second;
    std::uint32_t row;
  };
  std::vector<Item> items(products.size());
  for (std::uint32_t row = 0; row < items.size(); ++row) {
    const auto sku = products.sku[row];
    items[row] = {big_endian_prefix(sku, 0), big_endian_prefix(sku, 8), row};
  }
  sort_parallel(items, threads, [&](const Item& x, const Item& y) {
    if (x.first != y.first) return x.first < y.first;
    if (x.second != y.second) return x.second < y.second;
    return std::tuple(products.sku[x.row], products.id[x.row], x.row) <
           std::tuple(products.sku[y.row], products.id[y.row], y.row);
  });
  std::vector<std::uint32_t> places(items.size());
  for (std::uint32_t i = 0; i < items.size(); ++i) places[items[i].row] = i;
  return places;
}

Ranking::Ranking(const ProductColumns& products, const std::vector<std::uint32_t>& places,
                 bool priced, unsigned threads) {
  struct Item {
    std::uint64_t price;
    std::uint32_t place, row;
    auto operator<=>(const Item&) const = default;
  };
  constexpr std::uint64_t out_of_stock = std::uint64_t{1} << 63;
  constexpr std::uint64_t unknown = out_of_stock - 1;
  std::vector<Item> items(products.size());
  for (std::uint32_t i = 0; i < items.size(); ++i) {
    const std::int64_t price = priced ? products.price_minor[i] : -1;
    items[i] = {(price < 0 ? unknown : static_cast<std::uint64_t>(price)) |
                    (products.in_stock[i] != 0 ? 0 : out_of_stock),
                places[i], i};
  }
  sort_parallel(items, threads);
  const auto first_at_least = [&](std::uint64_t price) {
    return static_cast<std::uint32_t>(
        std::lower_bound(items.begin(), items.end(), Item{price, 0, 0}) - items.begin());
  };
  section = {0, first_at_least(unknown), first_at_least(out_of_stock),
             first_at_least(out_of_stock | unknown), static_cast<std::uint32_t>(items.size())};
  group_begin.reserve(items.size());
  row.reserve(items.size());
  place.reserve(items.size());
  price.reserve(items.size());
  for (std::uint32_t rank = 0; rank < items.size(); ++rank) {
    const Item& item = items[rank];
    const bool same = rank > 0 && items[rank - 1].price == item.price;
    group_begin.push_back(same ? group_begin.back() : rank);
    row.push_back(item.row);
    place.push_back(item.place);
    const std::uint64_t bare = item.price & ~out_of_stock;
    price.push_back(bare == unknown ? -1 : static_cast<std::int64_t>(bare));
  }
}

TieKey tie_key(std::int64_t a_price, bool b_in_stock, std::int64_t b_price, std::uint32_t b_place) {
  const bool known = a_price >= 0 && b_price >= 0;
  const auto distance =
      known ? static_cast<std::uint64_t>(a_price > b_price ? a_price - b_price : b_price - a_price)
            : std::numeric_limits<std::uint64_t>::max();
  return {!b_in_stock, distance, b_place};
}

}  // namespace tenon::catalog
