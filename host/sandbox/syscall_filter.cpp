#include "host/sandbox/syscall_filter.hpp"

#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <set>

#include "host/sandbox/syscall_lists.hpp"

namespace tenon::sandbox {

namespace {

// libseccomp's level 5 brings notifications (Linux 5.0), but letting a call proceed needs 5.5 and
// copying a worker's socket 5.6; level 6 is that of 5.7.
constexpr unsigned kApiWithNotifications = 6;

class Filter {
 public:
  explicit Filter(uint32_t otherwise) : context_(seccomp_init(otherwise)) {
    if (context_ == nullptr) {
      fail("making a filter", EINVAL);
      return;
    }
    set(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    // A binary tree instead of a chain of hundreds of comparisons.
    set(SCMP_FLTATR_CTL_OPTIMIZE, 2);
  }
  ~Filter() {
    if (context_ != nullptr) seccomp_release(context_);
  }
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  void add(uint32_t action, const char* name, std::initializer_list<ArgumentTest> tests = {}) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number < 0 || error_) return;  // this machine has no such call
    scmp_arg_cmp compared[3];
    unsigned count = 0;
    for (const auto& test : tests)
      if (test.mask != 0)
        compared[count++] = {test.argument, SCMP_CMP_MASKED_EQ, test.mask, test.value};
    const int failed = seccomp_rule_add_array(context_, action, number, count, compared);
    if (failed != 0) fail(name, -failed);
  }

  Result<Descriptor> load(bool reports) {
    if (!error_) {
      if (const int failed = seccomp_load(context_); failed != 0) fail("loading", -failed);
    }
    if (error_) return *error_;
    return Descriptor(reports ? seccomp_notify_fd(context_) : -1);
  }

 private:
  void set(scmp_filter_attr attribute, uint32_t value) {
    if (const int failed = seccomp_attr_set(context_, attribute, value); failed != 0)
      fail("an attribute of the filter", -failed);
  }
  void fail(std::string_view what, int number) {
    if (!error_)
      error_ = Error{
          Code::unavailable, "seccomp: " + std::string(what) + ": " + std::strerror(number), {}};
  }

  scmp_filter_ctx context_;
  std::optional<Error> error_;
};

void allow(Filter& filter, std::span<const ConditionalCall> calls) {
  for (const auto& call : calls)
    filter.add(SCMP_ACT_ALLOW, call.name, {call.first, call.second, call.third});
}

void allow(Filter& filter, std::span<const char* const> names) {
  for (const char* name : names) filter.add(SCMP_ACT_ALLOW, name);
}

void add_threads(Filter& filter, const Policy& policy, bool reports) {
  const ArgumentTest thread{0, kThreadMask, kThreadFlags};
  // Which clone is one too many cannot be counted here; without reports it is all or none.
  const bool counted_by_host = reports && policy.threads > 1;
  if (policy.threads != 1 && !counted_by_host) filter.add(SCMP_ACT_ALLOW, "clone", {thread});
}

void add_files(Filter& filter, const Policy& policy, const FilterWanted& wanted, bool reports) {
  const bool reads_are_reported = reports && (policy.report_reads || !wanted.landlock_files);
  // Without reports this is where writing opens are let through to Landlock.
  const bool all_opens = !reports && wanted.landlock_files;
  for (const auto& call : conditional_calls()) {
    const bool opens =
        std::string_view(call.name) == "open" || std::string_view(call.name) == "openat";
    if (opens && (reads_are_reported || all_opens)) continue;
    filter.add(SCMP_ACT_ALLOW, call.name, {call.first, call.second, call.third});
  }
  if (all_opens) {
    for (const char* name : {"open", "openat"}) filter.add(SCMP_ACT_ALLOW, name);
    allow(filter, path_writing_calls());
  }
}

void add_servers(Filter& filter, const Policy& policy, const FilterWanted& wanted, bool reports) {
  // Families that the C library tries first, and that nothing can be reached through.
  filter.add(SCMP_ACT_ERRNO(EAFNOSUPPORT), "socket", {{0, kWholeArgument, AF_NETLINK}});
  if (policy.outbound.empty() || (!reports && !wanted.landlock_network)) return;
  allow(filter, allowed_calls_with_servers());
  allow(filter, conditional_calls_with_servers());
  if (reports)
    filter.add(SCMP_ACT_ALLOW, "socket", {{0, kWholeArgument, AF_UNIX}, {1, 0xf, SOCK_STREAM}});
  else
    filter.add(SCMP_ACT_ALLOW, "connect");
}

std::string why_no_reports(bool wanted) {
  return std::string(wanted ? "needs Linux 5.7 and libseccomp 2.5" : "switched off") +
         "; what is refused is an error to the plugin alone, threads are not counted";
}

}  // namespace

bool can_report_refusals() {
  return seccomp_api_get() >= kApiWithNotifications;
}

Result<Descriptor> enter_filter(const Policy& policy, const FilterWanted& wanted, Report& report) {
  if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0) {
    report.missing("seccomp", "not in this kernel; system calls are not restricted");
    report.missing("seccomp reports", "needs seccomp");
    return Descriptor();
  }
  const bool reports = wanted.reports && can_report_refusals();
  Filter filter(reports ? SCMP_ACT_NOTIFY : SCMP_ACT_ERRNO(EPERM));
  allow(filter, allowed_calls());
  add_files(filter, policy, wanted, reports);
  add_threads(filter, policy, reports);
  add_servers(filter, policy, wanted, reports);
  const auto own = static_cast<uint64_t>(getpid());
  for (const char* name : calls_on_itself())
    filter.add(SCMP_ACT_ALLOW, name, {{0, kWholeArgument, own}});
  for (const char* name : absent_calls()) filter.add(SCMP_ACT_ERRNO(ENOSYS), name);
  TN_TRY(Descriptor listener, filter.load(reports));
  report.active("seccomp", "a list of what is allowed");
  if (reports)
    report.active("seccomp reports", policy.report_reads || !wanted.landlock_files
                                         ? "refused reads too"
                                         : "all but reads");
  else
    report.missing("seccomp reports", why_no_reports(wanted.reports));
  return listener;
}

}  // namespace tenon::sandbox
