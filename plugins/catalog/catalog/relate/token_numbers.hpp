// Numbers 0, 1, 2, ... for the tokens of one list, in the order first seen.
#pragma once

#include <cstdint>
#include <vector>

namespace tenon::catalog {

class TokenNumbers {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  std::uint32_t intern(std::uint32_t token) {
    if ((size_ + 1) * 2 > slots_.size()) grow();
    Slot& slot = slots_[slot_of(token)];
    if (slot.number == none) slot = {token, size_++};
    return slot.number;
  }
  std::uint32_t find(std::uint32_t token) const {
    return slots_.empty() ? none : slots_[slot_of(token)].number;
  }

 private:
  struct Slot {
    std::uint32_t token = 0;
    std::uint32_t number = none;
  };
  std::size_t slot_of(std::uint32_t token) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = (token * 0x9E3779B97F4A7C15ULL >> 32) & mask;
    while (slots_[at].number != none && slots_[at].token != token) at = (at + 1) & mask;
    return at;
  }
  void grow() {
    std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.number != none) slots_[slot_of(slot.token)] = slot;
  }

  std::vector<Slot> slots_;
  std::uint32_t size_ = 0;
};

}  // namespace tenon::catalog
