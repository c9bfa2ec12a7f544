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

void PriceWalk::enter_stock(int stock) {
  stock_ = stock;
  const auto& anchor = anchor_.stock[stock];
  const std::uint32_t known = ranking_.section[stock * 2];
  const std::uint32_t unknown = ranking_.section[stock * 2 + 1];
  const std::uint32_t past = ranking_.section[stock * 2 + 2];
  const bool inside = window_ == Window::inside;
  const bool outside = window_ == Window::outside;
  left_begin_ = find(inside ? anchor.window_begin : known);
  group_begin_ = group_at_ = group_end_ = find(outside ? anchor.window_begin : anchor.at);
  right_ = outside ? find(anchor.window_end) : group_end_;
  unknown_end_ = find(past);
  unknown_ = unknown == past ? unknown_end_ : find(unknown);
  right_end_ = inside ? find(anchor.window_end) : unknown_;
  if (inside) unknown_ = unknown_end_;
  enter_left_group();
}

void PriceWalk::enter_left_group() {
  group_end_ = group_begin_;
  if (group_end_ == left_begin_) {
    group_at_ = group_end_;
    return;
  }
  const std::uint32_t first = ranking_.group_begin[group_end_[-1]];
  group_begin_ = group_end_ - 1;
  if (group_begin_ != left_begin_ && group_begin_[-1] >= first)
    group_begin_ = std::lower_bound(left_begin_, group_begin_, first);
  group_at_ = group_begin_;
}

std::uint32_t PriceWalk::next() {
  for (;;) {
    const bool left = group_at_ != group_end_;
    const bool right = right_ != right_end_;
    if (left || right) {
      bool take_left = left;
      if (left && right) {
        const auto left_distance = distance(*group_at_);
        const auto right_distance = distance(*right_);
        take_left = left_distance != right_distance
                        ? left_distance < right_distance
                        : ranking_.place[*group_at_] < ranking_.place[*right_];
      }
      if (!take_left) return *right_++;
      const std::uint32_t rank = *group_at_++;
      if (group_at_ == group_end_) enter_left_group();
      return rank;
    }
    if (unknown_ != unknown_end_) return *unknown_++;
    if (stock_ == 1) return end;
    enter_stock(1);
  }
}

}  // namespace tenon::catalog
