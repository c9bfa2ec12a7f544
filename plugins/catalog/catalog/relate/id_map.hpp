// An exact map from keys to dense ids 0, 1, 2, ... in the order first seen.
#pragma once

#include <cstdint>
#include <vector>

namespace tenon::catalog {

template <class Key>
class DenseIds {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  std::uint32_t intern(Key key) {
    if ((size_ + 1) * 2 > slots_.size()) grow();
    Slot& slot = slots_[slot_of(key)];
    if (slot.id == none) slot = {key, size_++};
    return slot.id;
  }
  std::uint32_t find(Key key) const { return slots_.empty() ? none : slots_[slot_of(key)].id; }
  std::uint32_t size() const { return size_; }

 private:
  struct Slot {
    Key key = 0;
    std::uint32_t id = none;
  };
  // 32 bits are mixed by one multiplication, which counts where the ids of tokens are looked up.
  static std::uint64_t hash_of(std::uint32_t key) { return key * 0x9E3779B97F4A7C15ULL >> 32; }
  static std::uint64_t hash_of(std::uint64_t key) {
    std::uint64_t hash = key * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29;
    return hash * 0xBF58476D1CE4E5B9ULL >> 20;
  }
  std::size_t slot_of(Key key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash_of(key) & mask;
    while (slots_[at].id != none && slots_[at].key != key) at = (at + 1) & mask;
    return at;
  }
  void grow() {
    std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.id != none) slots_[slot_of(slot.key)] = slot;
  }

  std::vector<Slot> slots_;
  std::uint32_t size_ = 0;
};

using IdMap = DenseIds<std::uint64_t>;
using TokenNumbers = DenseIds<std::uint32_t>;  // of the tokens of one list

}  // namespace tenon::catalog
