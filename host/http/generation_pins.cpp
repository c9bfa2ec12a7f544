#include "host/http/generation_pins.hpp"

#include <thread>

namespace tenon::http {

// Two sets of counters: a late user may still count in the set that was current when it looked, so
// the idle set is drained first; then users are sent to it and the other set is drained. Without
// the switch a steady stream of new pins could keep a counter above zero for ever. A user counted
// after a counter was seen at zero reads the pointer after the writer replaced it (both
// sequentially consistent), so it holds the new thing and need not be waited for.
bool GenerationPins::wait(std::chrono::steady_clock::time_point deadline, const Pin* own) {
  const std::lock_guard lock(writer_);
  const auto current = parity_.load() & 1U;
  if (!wait_for_parity(current ^ 1U, deadline, own)) return false;
  parity_.store(current ^ 1U);
  return wait_for_parity(current, deadline, own);
}

bool GenerationPins::wait_for_parity(std::uint32_t parity,
                                     std::chrono::steady_clock::time_point deadline,
                                     const Pin* own) const {
  for (std::uint32_t shard = 0; shard < kShards; ++shard) {
    const std::int64_t allowed =
        own != nullptr && own->shard == shard && own->parity == parity ? 1 : 0;
    while (counters_[shard].held[parity].load() > allowed) {
      if (std::chrono::steady_clock::now() >= deadline) return false;
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
  }
  return true;
}

}  // namespace tenon::http
