#include "host/plugins/serving.hpp"

namespace tenon::plugins {

SlotTable::~SlotTable() {
  for (auto& block : blocks_) delete block.load();
}

void SlotTable::set(uint32_t slot, SlotMeaning meaning) {
  Block* block = blocks_[slot / kBlock].load(std::memory_order_relaxed);
  if (!block) {
    auto fresh = std::make_unique<Block>();
    for (auto& word : *fresh) word.store(SlotMeaning::kNone << 2, std::memory_order_relaxed);
    block = fresh.release();
    blocks_[slot / kBlock].store(block, std::memory_order_release);
  }
  const uint32_t word =
      meaning.number << 2 | (meaning.idempotent ? 1U : 0U) | (meaning.columns ? 2U : 0U);
  (*block)[slot % kBlock].store(word, std::memory_order_relaxed);
}

}  // namespace tenon::plugins
