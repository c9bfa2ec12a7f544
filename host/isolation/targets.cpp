#include "host/isolation/targets.hpp"

namespace tenon::isolation {

Targets::Use::~Use() {
  if (!entry_) return;
  std::lock_guard lock(owner_->mutex_);
  if (--entry_->uses == 0) owner_->unused_.notify_all();
}

void Targets::add(uint64_t id, const Target& target) {
  auto entry = std::make_unique<Entry>();
  entry->target = target;
  std::lock_guard lock(mutex_);
  entries_[id] = std::move(entry);
}

Targets::Use Targets::use(uint64_t id) {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end()) return {};
  ++found->second->uses;
  return {this, found->second.get()};
}

void Targets::remove(uint64_t id) {
  std::unique_lock lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  const std::unique_ptr<Entry> entry = std::move(found->second);
  entries_.erase(found);
  unused_.wait(lock, [&] { return entry->uses == 0; });
}

}  // namespace tenon::isolation
