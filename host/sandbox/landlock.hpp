// Landlock: what the calling thread, and every thread it makes from then on, may do with files, TCP
// ports, other processes' signals and abstract sockets. The kernel resolves the paths itself, so
// that nothing can change between check and use.
#pragma once

#include "host/sandbox/policy.hpp"
#include "host/sandbox/report.hpp"

namespace tenon::sandbox {

// Of the running kernel: 0 when it has no Landlock or has it switched off.
int landlock_abi();

struct LandlockWanted {
  bool files = true;
  bool network = true;
  bool scope = true;
  // The worker connects by itself, to permitted ports; else the host does it for it.
  bool worker_connects = false;
};

// Binds the calling thread for ever, and reports "landlock files", "landlock network" and "landlock
// scope". Needs no_new_privs. An error only when a kernel that has Landlock refuses.
Result<void> enter_landlock(const Policy& policy, const LandlockWanted& wanted, Report& report);

}  // namespace tenon::sandbox
