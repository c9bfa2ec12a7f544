// The kernel's wait on a word of memory that several processes share.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace tenon::isolation {

// Sleeps while `word` is `expected`, until it is woken or `deadline`. Returns early now and then.
void futex_wait(std::atomic<uint32_t>& word, uint32_t expected,
                std::optional<std::chrono::steady_clock::time_point> deadline);
void futex_wake(std::atomic<uint32_t>& word);

}  // namespace tenon::isolation
