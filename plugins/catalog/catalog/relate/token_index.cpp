#include "catalog/catalog/relate/token_index.hpp"

#include <algorithm>

namespace tenon::catalog {
namespace {

std::size_t prefix_size(std::size_t set_size) {
  return set_size - (set_size + 1) / 2 + 1;
}

void set_bit(TokenIndex::Block& block, std::uint32_t position) {
  const std::uint32_t at = position % Bitmap::block_bits;
  block[at / 64] |= std::uint64_t{1} << at % 64;
}

}  // namespace

void TokenIndex::Postings::count_to_offsets() {
  for (std::size_t i = 1; i < offsets.size(); ++i) offsets[i] += offsets[i - 1];
  entries.resize(offsets.back());
}

TokenIndex::TokenIndex(std::span<const std::uint32_t> members, const SetColumn& tokens)
    : blocks_((members.size() + Bitmap::block_bits - 1) / Bitmap::block_bits) {
  std::vector<std::uint32_t> ordered = number_tokens(members, tokens);
  hold_halves(members, tokens);
  for (Postings* postings : {&in_prefix_, &in_rest_, &positions_})
    postings->offsets.assign(counts_.size() + 1, 0);
  std::size_t next = 0;
  for (const std::uint32_t member : members) {
    const auto own = std::span(ordered).subspan(next, tokens[member].size());
    next += own.size();
    rarest_first(own);
    for (std::size_t i = 0; i < own.size(); ++i) {
      ++(i < prefix_size(own.size()) ? in_prefix_ : in_rest_).offsets[own[i] + 1];
      if (row_[own[i]] == none) ++positions_.offsets[own[i] + 1];
    }
  }
  for (Postings* postings : {&in_prefix_, &in_rest_, &positions_}) postings->count_to_offsets();
  std::vector<std::uint32_t> prefix_at(in_prefix_.offsets), rest_at(in_rest_.offsets),
      position_at(positions_.offsets);
  next = 0;
  for (std::uint32_t position = 0; position < members.size(); ++position) {
    const std::size_t size = tokens[members[position]].size();
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint32_t token = ordered[next++];
      if (i < prefix_size(size))
        in_prefix_.entries[prefix_at[token]++] = members[position];
      else
        in_rest_.entries[rest_at[token]++] = members[position];
      if (row_[token] == none)
        positions_.entries[position_at[token]++] = position;
      else
        set_bit(frequent_[row_[token] * blocks_ + position / Bitmap::block_bits], position);
    }
  }
}

std::vector<std::uint32_t> TokenIndex::number_tokens(std::span<const std::uint32_t> members,
                                                     const SetColumn& tokens) {
  std::vector<std::uint32_t> out;
  for (const std::uint32_t member : members)
    for (const std::uint32_t token : tokens[member]) {
      const std::uint32_t number = numbers_.intern(token);
      if (number == counts_.size()) counts_.push_back(0);
      ++counts_[number];
      out.push_back(number);
    }
  // Above this share a bitmap takes at most four times the room of a list, and needs no cursor.
  constexpr std::size_t share = 128;
  row_.assign(counts_.size(), none);
  std::uint32_t rows = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (counts_[i] * share >= members.size()) row_[i] = rows++;
  frequent_.resize(rows * blocks_);
  return out;
}

void TokenIndex::hold_halves(std::span<const std::uint32_t> members, const SetColumn& tokens) {
  half_.reserve(members.size());
  std::uint8_t most = 1;
  for (const std::uint32_t member : members) {
    const std::size_t size = tokens[member].size();
    half_.push_back(
        static_cast<std::uint8_t>(std::clamp<std::size_t>((size + 1) / 2, 1, most_counted)));
    most = std::max(most, half_.back());
  }
  half_bits_ = static_cast<std::size_t>(std::bit_width(most));
  halves_.resize(blocks_ * half_bits_);
  for (std::uint32_t position = 0; position < members.size(); ++position)
    for (std::size_t bit = 0; bit < half_bits_; ++bit)
      if (half_[position] >> bit & 1)
        set_bit(halves_[position / Bitmap::block_bits * half_bits_ + bit], position);
}

void TokenIndex::rarest_first(std::span<std::uint32_t> numbers) const {
  std::sort(numbers.begin(), numbers.end(), [&](std::uint32_t x, std::uint32_t y) {
    return counts_[x] != counts_[y] ? counts_[x] < counts_[y] : x < y;
  });
}

void TokenIndex::prepare(std::span<const std::uint32_t> set, Query& query) const {
  query.lists.clear();
  query.frequent.clear();
  query.rare.clear();
  query.list_cost = 0;
  query.rare_cost = 0;
  query.size = set.size();
  query.numbers.clear();
  for (const std::uint32_t token : set)
    if (const std::uint32_t number = numbers_.find(token); number != none)
      query.numbers.push_back(number);
  // Those that no member has are the rarest of all.
  const std::size_t unknown = set.size() - query.numbers.size();
  rarest_first(query.numbers);
  const auto add = [&](std::span<const std::uint32_t> members) {
    if (members.empty()) return;
    query.lists.push_back(members);
    query.list_cost += members.size();
  };
  // A candidate of at least this set's size is met in this set's prefix, a smaller one in its own.
  for (std::size_t i = 0; i < query.numbers.size(); ++i) {
    const std::uint32_t token = query.numbers[i];
    add(in_prefix_.of(token));
    if (unknown + i < prefix_size(set.size())) add(in_rest_.of(token));
    if (row_[token] != none)
      query.frequent.push_back(frequent_.data() + row_[token] * blocks_);
    else
      query.rare.push_back(positions_.of(token));
  }
  for (const auto& positions : query.rare) query.rare_cost += positions.size();
}

}  // namespace tenon::catalog
