#include "catalog/catalog/relate/overlay.hpp"

#include <algorithm>
#include <tuple>

namespace tenon::catalog {

Overlay::Overlay(std::vector<Decision> decisions) : decisions_(std::move(decisions)) {
  for (std::uint32_t i = 0; i < decisions_.size(); ++i)
    if (decisions_[i].a != decisions_[i].b) of_[decisions_[i].a].push_back(i);
  for (auto& [row, indexes] : of_) {
    const auto strength = [&](std::uint32_t i) {
      const Decision& d = decisions_[i];
      return std::tuple(d.b, d.ruling, d.ruling == Ruling::forbid ? Kind::necessity : d.kind, i);
    };
    std::sort(indexes.begin(), indexes.end(),
              [&](auto x, auto y) { return strength(x) < strength(y); });
    const auto same_pair = [&](auto x, auto y) { return decisions_[x].b == decisions_[y].b; };
    indexes.erase(std::unique(indexes.begin(), indexes.end(), same_pair), indexes.end());
    std::sort(indexes.begin(), indexes.end());
  }
}

std::span<const std::uint32_t> Overlay::ruling_of(std::uint32_t a) const {
  const auto found = of_.find(a);
  if (found == of_.end()) return {};
  return found->second;
}

}  // namespace tenon::catalog
