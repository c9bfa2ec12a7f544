// A set of positions that finds the next member in either direction without visiting the others.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace tenon::catalog {

class Bitmap {
 public:
  static constexpr std::uint32_t block_words = 8;
  static constexpr std::uint32_t block_bits = block_words * 64;

  // Whole blocks are held, so that readers may take any block that begins before `bits`.
  explicit Bitmap(std::size_t bits)
      : words_((bits + block_bits - 1) / block_bits * block_words),
        used_((words_.size() + 63) / 64) {}

  void set(std::uint32_t at) {
    words_[at / 64] |= std::uint64_t{1} << at % 64;
    used_[at / 4096] |= std::uint64_t{1} << at / 64 % 64;
  }
  const std::uint64_t* block(std::uint32_t number) const {
    return words_.data() + std::size_t{number} * block_words;
  }
  // The least member in [from, end); `end` when there is none.
  std::uint32_t first(std::uint32_t from, std::uint32_t end) const {
    if (from >= end) return end;
    std::uint32_t word = from / 64;
    std::uint64_t bits = words_[word] & ~std::uint64_t{0} << from % 64;
    if (bits == 0) {
      word = next_one(used_, word + 1, (end + 63) / 64);
      if (word * 64 >= end) return end;
      bits = words_[word];
    }
    return std::min(end, word * 64 + static_cast<std::uint32_t>(std::countr_zero(bits)));
  }
  // One past the greatest member in [begin, end); `begin` when there is none.
  std::uint32_t last(std::uint32_t begin, std::uint32_t end) const {
    if (begin >= end) return begin;
    std::uint32_t word = (end - 1) / 64;
    std::uint64_t bits = words_[word] & ~std::uint64_t{0} >> (63 - (end - 1) % 64);
    if (bits == 0) {
      const std::uint32_t past = past_one(used_, begin / 64, word);
      if (past == begin / 64) return begin;
      word = past - 1;
      bits = words_[word];
    }
    return std::max(begin, word * 64 + static_cast<std::uint32_t>(std::bit_width(bits)));
  }

 private:
  using Words = std::vector<std::uint64_t>;
  static std::uint32_t next_one(const Words& words, std::uint32_t from, std::uint32_t end) {
    for (std::uint32_t at = from; at < end; at = (at / 64 + 1) * 64)
      if (const std::uint64_t bits = words[at / 64] >> at % 64)
        return std::min(end, at + static_cast<std::uint32_t>(std::countr_zero(bits)));
    return end;
  }
  static std::uint32_t past_one(const Words& words, std::uint32_t begin, std::uint32_t end) {
    for (std::uint32_t at = end; at > begin; at = (at - 1) / 64 * 64)
      if (const std::uint64_t bits = words[(at - 1) / 64] << (63 - (at - 1) % 64))
        return std::max(begin, at - static_cast<std::uint32_t>(std::countl_zero(bits)));
    return begin;
  }

  Words words_;
  Words used_;  // bit i: words_[i] is not 0
};

}  // namespace tenon::catalog
