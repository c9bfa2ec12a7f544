// The filter of system calls: a list of what is allowed, all else is refused.
#pragma once

#include "host/base/descriptor.hpp"
#include "host/sandbox/policy.hpp"
#include "host/sandbox/report.hpp"

namespace tenon::sandbox {

struct FilterWanted {
  bool reports = true;    // refusals are put to the host, when the kernel can
  bool landlock_files;    // Landlock decides on files; else the host is asked about reads too
  bool landlock_network;  // Landlock decides which ports may be connected to
};

// The running kernel has user notifications, and libseccomp knows of them.
bool can_report_refusals();

// Loads the filter into the calling thread and all that it makes, and reports "seccomp" and
// "seccomp reports". Gives the descriptor on which the host hears of refusals; none without
// reports. Needs no_new_privs.
Result<Descriptor> enter_filter(const Policy& policy, const FilterWanted& wanted, Report& report);

}  // namespace tenon::sandbox
