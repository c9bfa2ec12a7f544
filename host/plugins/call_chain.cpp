#include "host/plugins/call_chain.hpp"

#include <algorithm>
#include <thread>

#include "host/plugins/serving.hpp"

namespace tenon::plugins {

void CallChains::WordLock::lock() {
  while (locked_.exchange(true, std::memory_order_acquire)) std::this_thread::yield();
}

CallChains::Slot* CallChains::take_slot() {
  Shelf& shelf = shelves_[observe::this_thread_number() % shelves_.size()];
  const std::lock_guard lock(shelf.mutex);
  if (shelf.free.empty()) {
    const std::lock_guard grow(grow_mutex_);
    const size_t block = owned_.size();
    if (block == kBlocks) return nullptr;
    auto& slots = *owned_.emplace_back(std::make_unique<std::array<Slot, kBlock>>());
    for (size_t i = 0; i < kBlock; ++i) {
      slots[i].index = static_cast<uint32_t>(block * kBlock + i);
      shelf.free.push_back(&slots[i]);
    }
    blocks_[block].store(&slots, std::memory_order_release);
  }
  Slot* const taken = shelf.free.back();
  shelf.free.pop_back();
  return taken;
}

CallChains::Slot* CallChains::slot(uint64_t id) const {
  const size_t index = id & ((uint64_t{1} << kIndexBits) - 1);
  auto* const block = blocks_[index / kBlock].load(std::memory_order_acquire);
  return block ? &(*block)[index % kBlock] : nullptr;
}

uint64_t CallChains::begin() {
  Slot* const taken = take_slot();
  if (!taken) return 0;
  const uint64_t id = (++taken->sequence << kIndexBits) | taken->index;
  taken->id.store(id, std::memory_order_release);
  return id;
}

void CallChains::end(uint64_t id) {
  if (id == 0) return;
  Slot* const ending = slot(id);
  {
    const std::lock_guard lock(ending->lock);
    ending->id.store(0, std::memory_order_relaxed);
    ending->kept.clear();
  }
  Shelf& shelf = shelves_[observe::this_thread_number() % shelves_.size()];
  const std::lock_guard lock(shelf.mutex);
  shelf.free.push_back(ending);
}

CallChains::Entered CallChains::enter_kept(uint64_t id, const Provider& provider) const {
  const Slot* const found = id ? slot(id) : nullptr;
  if (!found || found->id.load(std::memory_order_acquire) != id) return {};
  // Inside before the lock is let go: after that the chain may end and keep nothing.
  const std::lock_guard lock(found->lock);
  if (found->id.load(std::memory_order_relaxed) != id) return {};
  for (const Kept& one : found->kept)
    if (one.provider == &provider) return {one.serving, CallGate::Pass::held(one.serving->gate)};
  return {};
}

void CallChains::keep(uint64_t id, const Provider& provider, Serving& serving) {
  Slot* const found = id ? slot(id) : nullptr;
  if (!found) return;
  const std::lock_guard lock(found->lock);
  if (found->id.load(std::memory_order_relaxed) != id) return;
  for (Kept& one : found->kept) {
    if (one.provider != &provider) continue;
    if (one.serving->is_gone()) one = {&provider, &serving, CallGate::Hold(serving.gate)};
    return;
  }
  found->kept.push_back({&provider, &serving, CallGate::Hold(serving.gate)});
}

}  // namespace tenon::plugins
