// The layers of a worker that are neither Landlock nor seccomp: each takes something from the
// calling process for ever and reports under its own name.
#pragma once

#include <vector>

#include "host/sandbox/policy.hpp"
#include "host/sandbox/report.hpp"

namespace tenon::sandbox {

// Closes all descriptors but 0, 1, 2 and `keep`.
Result<void> close_descriptors(const std::vector<int>& keep, Report& report);
// So that nothing that is run later can have more rights.
Result<void> set_no_new_privileges(Report& report);
// A host that runs as root would otherwise hand root's capabilities to its plugins.
Result<void> drop_capabilities(Report& report);
// Memory, descriptors, size of files; no core dumps.
Result<void> set_limits(const Policy& policy, Report& report);
// The share of the processor where no cgroup holds it.
void set_niceness(const Policy& policy, Report& report);

// The nice value (0 to 19) whose weight against a process of nice 0 is about `cpu_percent` of 100.
int niceness_for(uint32_t cpu_percent);

}  // namespace tenon::sandbox
