#include "catalog/catalog/relate/token_index.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <unordered_map>

#include "catalog/catalog/relate/id_map.hpp"

namespace tenon::catalog {

TokenIndex::TokenIndex(std::span<const std::uint32_t> members, const SetColumn& tokens) {
  count(members, tokens);
  choose_frequent(members, tokens);
  make_postings(members, tokens);
  make_groups(members, tokens);
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

std::size_t TokenIndex::count_groups(std::span<const std::uint32_t> members,
                                     const SetColumn& tokens, std::uint32_t least) const {
  IdMap signatures;
  for (const std::uint32_t member : members) {
    std::uint64_t signature = tokens[member].size();
    for (const std::uint32_t token : tokens[member])
      if (counts_[find(token)] >= least)
        signature = (signature ^ token) * 0x9E3779B97F4A7C15ULL + (signature >> 29);
    signatures.intern(signature);
  }
  return signatures.size();
}

void TokenIndex::choose_frequent(std::span<const std::uint32_t> members, const SetColumn& tokens) {
  frequent_.assign(tokens_.size(), not_frequent);
  std::vector<std::uint32_t> sorted = counts_;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  double best_cost = std::numeric_limits<double>::max();
  std::uint32_t best = std::numeric_limits<std::uint32_t>::max();
  for (std::uint32_t least = static_cast<std::uint32_t>(members.size()) + 1; least > 1;
       least /= 2) {
    const auto frequent =
        std::lower_bound(sorted.begin(), sorted.end(), least, std::greater_equal<>()) -
        sorted.begin();
    if (static_cast<std::size_t>(frequent) > most_frequent) break;
    double postings = 0;
    for (std::size_t i = static_cast<std::size_t>(frequent); i < sorted.size(); ++i)
      postings += static_cast<double>(sorted[i]) * sorted[i];
    const double groups = frequent == 0
                              ? 0.0
                              : static_cast<double>(count_groups(members, tokens, least)) *
                                    static_cast<double>(members.size());
    if (postings + 2 * groups < best_cost) {
      best_cost = postings + 2 * groups;
      best = least;
    }
    if (postings < best_cost / 4) break;
  }
  std::uint32_t bit = 0;
  for (std::size_t i = 0; i < tokens_.size(); ++i)
    if (counts_[i] >= best) frequent_[i] = bit++;
}

void TokenIndex::make_postings(std::span<const std::uint32_t> members, const SetColumn& tokens) {
  posting_offsets_.assign(tokens_.size() + 1, 0);
  for (std::size_t i = 0; i < tokens_.size(); ++i)
    posting_offsets_[i + 1] = posting_offsets_[i] + (frequent_[i] == not_frequent ? counts_[i] : 0);
  postings_.resize(posting_offsets_.back());
  std::vector<std::uint32_t> at(posting_offsets_.begin(), posting_offsets_.end() - 1);
  for (const std::uint32_t member : members)
    for (const std::uint32_t token : tokens[member])
      if (const std::size_t i = find(token); frequent_[i] == not_frequent)
        postings_[at[i]++] = member;
}

void TokenIndex::make_groups(std::span<const std::uint32_t> members, const SetColumn& tokens) {
  struct Signature {
    Frequent tokens;
    std::uint32_t size;
    bool operator==(const Signature&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Signature& s) const {
      return std::hash<Frequent>()(s.tokens) * 31 + s.size;
    }
  };
  std::unordered_map<Signature, std::uint32_t, Hash> ids;
  std::vector<std::uint32_t> group_of;
  for (const std::uint32_t member : members) {
    const Signature signature{frequent_of(tokens[member]),
                              static_cast<std::uint32_t>(tokens[member].size())};
    if (signature.tokens.none()) {
      group_of.push_back(IdMap::none);
      continue;
    }
    const auto [found, added] =
        ids.try_emplace(signature, static_cast<std::uint32_t>(groups_.size()));
    if (added) groups_.push_back({signature.tokens, signature.size, 0, 0});
    group_of.push_back(found->second);
    ++groups_[found->second].end;
  }
  std::uint32_t at = 0;
  for (Group& group : groups_) {
    const std::uint32_t size = group.end;
    group.begin = group.end = at;
    at += size;
  }
  grouped_.resize(at);
  for (std::size_t i = 0; i < members.size(); ++i)
    if (group_of[i] != IdMap::none) grouped_[groups_[group_of[i]].end++] = members[i];
}

std::size_t TokenIndex::prepare(std::span<const std::uint32_t> a, Query& query) const {
  query.rare.clear();
  query.frequent.reset();
  query.size = a.size();
  std::size_t cost = 0;
  for (const std::uint32_t token : a) {
    const std::size_t i = find(token);
    if (i == tokens_.size()) continue;
    if (frequent_[i] != not_frequent) {
      query.frequent.set(frequent_[i]);
      continue;
    }
    query.rare.push_back(static_cast<std::uint32_t>(i));
    cost += posting_offsets_[i + 1] - posting_offsets_[i];
  }
  return query.frequent.none() ? cost : cost + groups_.size();
}

std::size_t TokenIndex::find(std::uint32_t token) const {
  const auto found = std::lower_bound(tokens_.begin(), tokens_.end(), token);
  return found != tokens_.end() && *found == token
             ? static_cast<std::size_t>(found - tokens_.begin())
             : tokens_.size();
}

TokenIndex::Frequent TokenIndex::frequent_of(std::span<const std::uint32_t> set) const {
  Frequent out;
  for (const std::uint32_t token : set)
    if (const std::size_t i = find(token); i != tokens_.size() && frequent_[i] != not_frequent)
      out.set(frequent_[i]);
  return out;
}

}  // namespace tenon::catalog
