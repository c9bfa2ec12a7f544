#include "host/isolation/spin.hpp"

#include <sched.h>

namespace tenon::isolation {

int spin_limit() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0 && CPU_COUNT(&allowed) == 1) return 0;
  return Spin::kMost;
}

}  // namespace tenon::isolation
