#include "catalog/catalog/relate/price_walk.hpp"

#include <limits>

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

}  // namespace tenon::catalog
