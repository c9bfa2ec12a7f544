#include "host/observe/sharded_counter.hpp"

namespace tenon::observe::detail {

uint32_t next_thread_number() {
  static std::atomic<uint32_t> dealt{0};
  uint32_t number = 0;
  while (number == 0) number = dealt.fetch_add(1, std::memory_order_relaxed) + 1;
  return number;
}

}  // namespace tenon::observe::detail
