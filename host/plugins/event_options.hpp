// How many events the host keeps for subscribers, and how it delivers them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tenon::plugins {

inline constexpr size_t kMostSubscriptions = 256;  // of an instance

struct EventOptions {
  unsigned threads = 4;       // that deliver
  size_t live_events = 1000;  // in the queue of a live subscription
  size_t live_bytes = 8u << 20;
  uint64_t durable_events = 100'000;  // that a durable subscription has not taken
  std::chrono::seconds durable_age{7 * 24 * 3600};
  std::chrono::milliseconds deliver_timeout{30'000};
  std::chrono::milliseconds first_backoff{20};  // after a failed delivery; doubled each time
  std::chrono::milliseconds longest_backoff{30'000};
};

}  // namespace tenon::plugins
