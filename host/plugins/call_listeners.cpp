#include "host/plugins/call_listeners.hpp"

namespace tenon::plugins {

// Chains without an id (0) cannot be told from each other.
CallListeners::Listening::Listening(CallListeners& all, uint64_t call_id,
                                    std::shared_ptr<const CallListener> listener)
    : all_(all), call_id_(call_id), added_(listener && call_id != 0) {
  if (!added_) return;
  const std::lock_guard lock(all_.mutex_);
  all_.listeners_[call_id_] = std::move(listener);
  all_.count_ = static_cast<uint32_t>(all_.listeners_.size());
}

CallListeners::Listening::~Listening() {
  if (!added_) return;
  const std::lock_guard lock(all_.mutex_);
  all_.listeners_.erase(call_id_);
  all_.count_ = static_cast<uint32_t>(all_.listeners_.size());
}

std::shared_ptr<const CallListener> CallListeners::look_up(uint64_t call_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = listeners_.find(call_id);
  return found == listeners_.end() ? nullptr : found->second;
}

}  // namespace tenon::plugins
