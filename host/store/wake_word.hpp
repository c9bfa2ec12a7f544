// WakeWord: a number that threads wait for without a lock, so that those woken together do not
// queue for one. Internal to the store.
#pragma once

#include <atomic>
#include <cstdint>

#include "host/store/store.hpp"

namespace tenon::store {

class WakeWord {
 public:
  std::uint32_t load() const { return value_.load(std::memory_order_acquire); }
  void store(std::uint32_t value) { value_.store(value, std::memory_order_release); }
  void store_and_wake_all(std::uint32_t value);
  // Returns the value once it is not `old`, or at `until`.
  std::uint32_t wait_while(std::uint32_t old, Deadline until) const;

 private:
  std::atomic<std::uint32_t> value_ = 0;
};

}  // namespace tenon::store
