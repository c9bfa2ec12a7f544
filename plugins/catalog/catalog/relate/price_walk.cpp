#include "catalog/catalog/relate/price_walk.hpp"

#include <limits>

#include "catalog/catalog/relate/workers.hpp"

namespace tenon::catalog {
namespace {

// Prices b with price_within(a, b): a*(100-percent)/100 rounded up .. a*100/(100-percent).
std::pair<std::int64_t, std::int64_t> window_of(std::int64_t price, int percent) {
  const __int128 rest = 100 - percent;
  const auto low = (static_cast<__int128>(price) * rest + 99) / 100;
  constexpr auto greatest = std::numeric_limits<std::int64_t>::max();
  __int128 high = greatest;
  if (rest > 0) high = std::min<__int128>(high, static_cast<__int128>(price) * 100 / rest);
  return {static_cast<std::int64_t>(low), static_cast<std::int64_t>(high)};
}

}  // namespace

PriceAnchor PriceAnchor::of(const Ranking& ranking, std::int64_t price, int percent) {
  PriceAnchor out;
  out.price = price;
  for (int stock = 0; stock < 2; ++stock) {
    const auto begin = ranking.price.begin() + ranking.section[stock * 2];
    const auto end = ranking.price.begin() + ranking.section[stock * 2 + 1];
    const auto rank_of = [&](auto place) {
      return static_cast<std::uint32_t>(place - ranking.price.begin());
    };
    const auto at = std::lower_bound(begin, end, price);
    auto& anchor = out.stock[stock];
    anchor = {rank_of(at), rank_of(at), rank_of(at)};
    if (percent == 0 || price < 0) continue;
    const auto [low, high] = window_of(price, percent);
    anchor.window_begin = rank_of(std::lower_bound(begin, at, low));
    anchor.window_end = rank_of(std::upper_bound(at, end, high));
  }
  return out;
}

PriceAnchors::PriceAnchors(const Ranking& ranking, std::span<const int> percents, unsigned threads)
    : price_of_(ranking.row.size()) {
  std::vector<std::int64_t> prices;
  for (std::uint32_t rank = 0; rank < price_of_.size(); ++rank)
    if (ranking.group_begin[rank] == rank) prices.push_back(ranking.price[rank]);
  std::sort(prices.begin(), prices.end());
  prices.erase(std::unique(prices.begin(), prices.end()), prices.end());
  prices_ = prices.size();
  for (std::uint32_t rank = 0, at = 0; rank < price_of_.size(); ++rank) {
    if (rank == 0 || ranking.price[rank] != ranking.price[rank - 1])
      at = static_cast<std::uint32_t>(
          std::lower_bound(prices.begin(), prices.end(), ranking.price[rank]) - prices.begin());
    price_of_[rank] = at;
  }
  anchors_.resize(prices_ * percents.size());
  constexpr std::size_t chunk = 4096;
  run_parallel((anchors_.size() + chunk - 1) / chunk, threads, [&](std::size_t part) {
    const std::size_t end = std::min(anchors_.size(), (part + 1) * chunk);
    for (std::size_t i = part * chunk; i < end; ++i)
      anchors_[i] = PriceAnchor::of(ranking, prices[i % prices_], percents[i / prices_]);
  });
}

}  // namespace tenon::catalog
