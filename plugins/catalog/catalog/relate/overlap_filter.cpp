#include <algorithm>

#include "catalog/catalog/relate/token_index.hpp"

namespace tenon::catalog {
namespace {

constexpr std::uint32_t block_bits = Bitmap::block_bits;
constexpr std::uint32_t words = Bitmap::block_words;

}  // namespace

OverlapFilter::OverlapFilter(const TokenIndex& index, const TokenIndex::Query& query,
                             const Bitmap* allowed, std::size_t budget)
    : index_(index),
      query_(query),
      allowed_(allowed),
      budget_(budget),
      block_cost_(4 + query.frequent.size() + query.rare.size()) {
  for (Cursor& cursor : cursors_) cursor.at.assign(query.rare.size(), 0);
}

FilterStep OverlapFilter::first(std::uint32_t from, std::uint32_t end, WalkSide side) {
  if (from >= end) return {end, false};
  const std::uint32_t block = from / block_bits;
  const TokenIndex::Block& found = load(block, side);
  const std::uint32_t base = block * block_bits;
  std::uint32_t word = (from - base) / 64;
  std::uint64_t bits = found[word] & ~std::uint64_t{0} << from % 64;
  while (bits == 0 && ++word < words) bits = found[word];
  if (bits == 0) return {std::min(end, base + block_bits), false};
  const std::uint32_t at = base + word * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
  return {std::min(at, end), at < end};
}

FilterStep OverlapFilter::last(std::uint32_t begin, std::uint32_t end) {
  if (begin >= end) return {begin, false};
  const std::uint32_t block = (end - 1) / block_bits;
  const TokenIndex::Block& found = load(block, WalkSide::left);
  const std::uint32_t base = block * block_bits;
  std::uint32_t word = (end - 1 - base) / 64;
  std::uint64_t bits = found[word] & ~std::uint64_t{0} >> (63 - (end - 1) % 64);
  while (bits == 0 && word > 0) bits = found[--word];
  if (bits == 0) return {std::max(begin, base), false};
  const std::uint32_t past = base + word * 64 + static_cast<std::uint32_t>(std::bit_width(bits));
  return {std::max(past, begin), past > begin};
}

const TokenIndex::Block& OverlapFilter::load(std::uint32_t block, WalkSide side) {
  Cursor& cursor = cursors_[static_cast<std::size_t>(side)];
  if (cursor.block == block) return cursor.found;
  cursor.block = block;
  spent_ += block_cost_;
  counted_ = 0;
  for (const TokenIndex::Block* row : query_.frequent) add(row[block]);
  add_rare(block, cursor);
  compare(block, cursor.found);
  if (allowed_ != nullptr)
    for (std::uint32_t w = 0; w < words; ++w) cursor.found[w] &= allowed_->block(block)[w];
  return cursor.found;
}

void OverlapFilter::add_rare(std::uint32_t block, Cursor& cursor) {
  const std::uint32_t begin = block * block_bits;
  for (std::size_t i = 0; i < query_.rare.size(); ++i) {
    const auto positions = query_.rare[i];
    std::uint32_t& at = cursor.at[i];
    // Blocks are visited one after another; only the first lies anywhere.
    const bool near = (at == positions.size() || positions[at] + 4 * block_bits >= begin) &&
                      (at == 0 || positions[at - 1] < begin + 4 * block_bits);
    if (near) {
      while (at > 0 && positions[at - 1] >= begin) --at;
      while (at < positions.size() && positions[at] < begin) ++at;
    } else {
      at = static_cast<std::uint32_t>(std::lower_bound(positions.begin(), positions.end(), begin) -
                                      positions.begin());
    }
    if (at == positions.size() || positions[at] - begin >= block_bits) continue;
    TokenIndex::Block has{};
    for (std::size_t p = at; p < positions.size() && positions[p] - begin < block_bits; ++p)
      has[(positions[p] - begin) / 64] |= std::uint64_t{1} << positions[p] % 64;
    add(has);
  }
}

// Adds one to the counter of every position in `has`. After n additions only the bits that n needs
// are in use.
void OverlapFilter::add(const TokenIndex::Block& has) {
  TokenIndex::Block carry = has;
  const auto used = static_cast<std::size_t>(std::bit_width(counted_));
  ++counted_;
  for (std::size_t bit = 0; bit < used; ++bit)
    for (std::uint32_t w = 0; w < words; ++w) {
      const std::uint64_t both = counters_[bit][w] & carry[w];
      counters_[bit][w] ^= carry[w];
      carry[w] = both;
    }
  if (static_cast<std::size_t>(std::bit_width(counted_)) > used) counters_[used] = carry;
}

// A position is found when its counter reaches half of its own set or half of the query's.
void OverlapFilter::compare(std::uint32_t block, TokenIndex::Block& out) const {
  const auto halves = index_.halves(block);
  const std::size_t half = (query_.size + 1) / 2;
  const auto used = static_cast<std::size_t>(std::bit_width(counted_));
  const auto bits = std::max({used, halves.size(), static_cast<std::size_t>(std::bit_width(half))});
  TokenIndex::Block below_own{}, below_mine{};
  for (std::size_t bit = 0; bit < bits; ++bit) {
    const std::uint64_t mine = half >> bit & 1 ? ~std::uint64_t{0} : 0;
    for (std::uint32_t w = 0; w < words; ++w) {
      const std::uint64_t count = bit < used ? counters_[bit][w] : 0;
      const std::uint64_t own = bit < halves.size() ? halves[bit][w] : 0;
      below_own[w] = (~count & own) | (~(count ^ own) & below_own[w]);
      below_mine[w] = (~count & mine) | (~(count ^ mine) & below_mine[w]);
    }
  }
  for (std::uint32_t w = 0; w < words; ++w) out[w] = ~(below_own[w] & below_mine[w]);
}

}  // namespace tenon::catalog
