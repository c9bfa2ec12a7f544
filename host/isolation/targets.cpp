#include "host/isolation/targets.hpp"

#include <string>

namespace tenon::isolation {

// An id names its slot, and a slot is entered (`uses`) before its id is compared: whoever empties
// the slot afterwards sees the user and waits.

void Targets::release(Slot& slot) {
  if (slot.uses.fetch_sub(1) == 1 && slot.id.load() == 0) slot.uses.notify_all();
}

Result<uint64_t> Targets::add(const Target& target) {
  std::lock_guard lock(mutex_);
  for (size_t i = 0; i < kLimit; ++i) {
    if (!owned_[i]) {
      owned_[i] = std::make_unique<Slot>();
      slots_[i].store(owned_[i].get(), std::memory_order_release);
    }
    Slot& slot = *owned_[i];
    if (slot.id.load() != 0 || slot.uses.load() != 0) continue;
    slot.target = target;
    const uint64_t id = ++serial_ * kLimit + i;
    slot.id.store(id);
    return id;
  }
  return Error{Code::limit,
               "an isolated plugin has at most " + std::to_string(kLimit) + " instances at a time"};
}

Targets::Use Targets::use(uint64_t id) {
  Slot* slot = id ? find(id) : nullptr;
  if (!slot) return {};
  slot->uses.fetch_add(1);
  if (slot->id.load() == id) return Use(slot);
  release(*slot);
  return {};
}

void Targets::remove(uint64_t id) {
  Slot* slot = id ? find(id) : nullptr;
  if (!slot) return;
  uint64_t expected = id;
  if (!slot->id.compare_exchange_strong(expected, 0)) return;
  while (const uint32_t uses = slot->uses.load()) slot->uses.wait(uses);
}

}  // namespace tenon::isolation
