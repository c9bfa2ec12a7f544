#include "catalog/catalog/relate/token_index.hpp"

#include <algorithm>
#include <tuple>

namespace tenon::catalog {
namespace {

std::size_t prefix_size(std::size_t set_size) {
  return set_size - (set_size + 1) / 2 + 1;
}

}  // namespace

TokenIndex::TokenIndex(std::span<const std::uint32_t> members, const SetColumn& tokens) {
  count(members, tokens);
  in_prefix_.offsets.assign(tokens_.size() + 1, 0);
  in_rest_.offsets.assign(tokens_.size() + 1, 0);
  std::vector<Known> known;
  const auto for_each_entry = [&](auto&& visit) {
    for (const std::uint32_t member : members) {
      rarest_first(tokens[member], known);
      for (std::size_t i = 0; i < known.size(); ++i)
        visit(i < prefix_size(known.size()) ? in_prefix_ : in_rest_, known[i].index, member);
    }
  };
  for_each_entry(
      [](Postings& postings, std::size_t token, std::uint32_t) { ++postings.offsets[token + 1]; });
  for (Postings* postings : {&in_prefix_, &in_rest_}) {
    for (std::size_t i = 1; i < postings->offsets.size(); ++i)
      postings->offsets[i] += postings->offsets[i - 1];
    postings->members.resize(postings->offsets.back());
  }
  std::vector<std::uint32_t> prefix_at(in_prefix_.offsets), rest_at(in_rest_.offsets);
  for_each_entry([&](Postings& postings, std::size_t token, std::uint32_t member) {
    auto& at = &postings == &in_prefix_ ? prefix_at : rest_at;
    postings.members[at[token]++] = member;
  });
}

void TokenIndex::count(std::span<const std::uint32_t> members, const SetColumn& tokens) {
  std::vector<std::uint32_t> all;
  for (const std::uint32_t member : members)
    all.insert(all.end(), tokens[member].begin(), tokens[member].end());
  std::sort(all.begin(), all.end());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i == 0 || all[i] != all[i - 1]) {
      tokens_.push_back(all[i]);
      counts_.push_back(0);
    }
    ++counts_.back();
  }
}

void TokenIndex::rarest_first(std::span<const std::uint32_t> set, std::vector<Known>& out) const {
  out.clear();
  for (const std::uint32_t token : set) {
    const auto found = std::lower_bound(tokens_.begin(), tokens_.end(), token);
    const bool has = found != tokens_.end() && *found == token;
    const std::size_t index =
        has ? static_cast<std::size_t>(found - tokens_.begin()) : tokens_.size();
    out.push_back({has ? counts_[index] : 0, token, index});
  }
  std::sort(out.begin(), out.end(), [](const Known& x, const Known& y) {
    return std::tie(x.count, x.token) < std::tie(y.count, y.token);
  });
}

std::size_t TokenIndex::prepare(std::span<const std::uint32_t> a, Query& query) const {
  query.clear();
  std::vector<Known> known;
  rarest_first(a, known);
  std::size_t cost = 0;
  const auto add = [&](std::span<const std::uint32_t> members) {
    if (members.empty()) return;
    query.push_back(members);
    cost += members.size();
  };
  // A candidate of at least A's size is met in A's prefix, a smaller one in its own.
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (known[i].index == tokens_.size()) continue;
    add(in_prefix_.of(known[i].index));
    if (i < prefix_size(known.size())) add(in_rest_.of(known[i].index));
  }
  return cost;
}

}  // namespace tenon::catalog
