#include "host/sandbox/enter.hpp"

#include <sys/stat.h>

#include "host/sandbox/landlock.hpp"
#include "host/sandbox/process_limits.hpp"
#include "host/sandbox/syscall_filter.hpp"

namespace tenon::sandbox {

namespace {

Result<void> check_alone() {
#if !defined(__SANITIZE_THREAD__)  // which has a thread of its own
  struct stat status {};
  constexpr nlink_t kAlone = 3;  // ".", ".." and the thread's folder
  if (stat("/proc/self/task", &status) == 0 && status.st_nlink > kAlone)
    return Error{Code::conflict,
                 "the sandbox must be entered before a thread is made; found " +
                     std::to_string(status.st_nlink - 2) + " threads",
                 {}};
#endif
  return {};
}

}  // namespace

Result<Report> enter(const Policy& policy, const EnterOptions& options) {
  const auto& layers = options.layers;
  TN_CHECK(check(policy));
  TN_CHECK(check_alone());
  Report report;
  TN_CHECK(close_descriptors(options.keep, report));
  TN_CHECK(set_no_new_privileges(report));
  set_niceness(policy, report);
  // Before capabilities go: the host may have lowered what the worker was given.
  if (layers.rlimits) TN_CHECK(set_limits(policy, report));
  const bool reports = layers.seccomp && layers.seccomp_reports && options.hand_over != nullptr &&
                       can_report_refusals();
  LandlockWanted landlock;
  landlock.files = layers.landlock_files;
  landlock.network = layers.landlock_network;
  landlock.scope = layers.landlock_scope;
  landlock.worker_connects = !reports;
  // While root may still look at all of the policy's paths.
  TN_CHECK(enter_landlock(policy, landlock, report));
  if (layers.capabilities) TN_CHECK(drop_capabilities(report));
  if (!layers.seccomp) return report;
  FilterWanted filter;
  filter.reports = reports;
  filter.landlock_files = report.is_active("landlock files");
  filter.landlock_network = report.is_active("landlock network");
  TN_TRY(const Descriptor listener, enter_filter(policy, filter, report));
  if (listener) TN_CHECK(options.hand_over(listener.get()));
  return report;
}

}  // namespace tenon::sandbox
