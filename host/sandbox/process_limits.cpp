#include "host/sandbox/process_limits.hpp"

#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

namespace tenon::sandbox {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

Error failed(std::string_view what) {
  return Error{Code::unavailable, std::string(what) + ": " + std::strerror(errno), {}};
}

Result<void> limit(int resource, uint64_t most, std::string_view name) {
  rlimit now{};
  if (getrlimit(static_cast<__rlimit_resource_t>(resource), &now) != 0) return failed(name);
  now.rlim_max = std::min<rlim_t>(now.rlim_max, most);
  now.rlim_cur = std::min<rlim_t>(now.rlim_cur, now.rlim_max);
  if (resource == RLIMIT_NOFILE) now.rlim_cur = now.rlim_max;
  if (setrlimit(static_cast<__rlimit_resource_t>(resource), &now) != 0) return failed(name);
  return {};
}

// Private writable memory that is mapped already, of this program and its libraries.
uint64_t data_bytes_now() {
  std::ifstream file("/proc/self/statm");
  uint64_t pages = 0;
  for (int i = 0; i < 6; ++i) file >> pages;
  return pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

uint64_t stack_bytes() {
  pthread_attr_t attributes;
  size_t size = 0;
  if (pthread_getattr_default_np(&attributes) != 0) return 0;
  pthread_attr_getstacksize(&attributes, &size);
  pthread_attr_destroy(&attributes);
  return size;
}

// The kernel counts the room of stacks whether they are used or not.
constexpr uint32_t kStacksCounted = 256;

}  // namespace

Result<void> close_descriptors(const std::vector<int>& keep, Report& report) {
  auto kept = keep;
  kept.insert(kept.end(), {0, 1, 2});
  std::ranges::sort(kept);
  unsigned next = 0;
  for (const int fd : kept) {
    if (fd < 0) continue;
    const auto at = static_cast<unsigned>(fd);
    if (at > next && syscall(SYS_close_range, next, at - 1, 0) != 0)
      return failed("closing descriptors");
    next = std::max(next, at + 1);
  }
  if (syscall(SYS_close_range, next, ~0U, 0) != 0) return failed("closing descriptors");
  report.active("descriptors", "none but the host's own are open");
  return {};
}

Result<void> set_no_new_privileges(Report& report) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("no_new_privs");
  report.active("no_new_privs", "");
  return {};
}

Result<void> drop_capabilities(Report& report) {
  // EPERM: a process without CAP_SETPCAP has none to drop from the bounding set, or may not; what
  // counts is the set below, and no_new_privs keeps execve from refilling it.
  for (int one = 0; prctl(PR_CAPBSET_READ, one, 0, 0, 0) >= 0; ++one)
    if (prctl(PR_CAPBSET_DROP, one, 0, 0, 0) != 0 && errno != EPERM)
      return failed("dropping a capability");
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && errno != EINVAL)
    return failed("dropping ambient capabilities");
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  if (syscall(SYS_capset, &header, none) != 0) return failed("dropping capabilities");
  report.active("capabilities", "none");
  return {};
}

Result<void> set_limits(const Policy& policy, Report& report) {
  std::ostringstream detail;
  detail << "no core dumps";
  TN_CHECK(limit(RLIMIT_CORE, 0, "RLIMIT_CORE"));
  TN_CHECK(limit(RLIMIT_MSGQUEUE, 0, "RLIMIT_MSGQUEUE"));
  TN_CHECK(limit(RLIMIT_MEMLOCK, 1 << 20, "RLIMIT_MEMLOCK"));
  if (policy.open_files != 0) {
    TN_CHECK(limit(RLIMIT_NOFILE, policy.open_files, "RLIMIT_NOFILE"));
    detail << ", " << policy.open_files << " open files";
  }
  if (policy.file_bytes != 0) {
    TN_CHECK(limit(RLIMIT_FSIZE, policy.file_bytes, "RLIMIT_FSIZE"));
    // An error of write() instead of the end of the process.
    signal(SIGXFSZ, SIG_IGN);
    detail << ", files of " << policy.file_bytes << " bytes";
  }
  if (policy.memory_bytes != 0 && kSanitized) {
    detail << "; no RLIMIT_DATA, which the sanitizer of this build could not live with";
  } else if (policy.memory_bytes != 0) {
    const uint64_t threads = policy.threads == 0 ? kStacksCounted : policy.threads;
    const uint64_t stacks = stack_bytes() * std::min<uint64_t>(threads, kStacksCounted);
    TN_CHECK(limit(RLIMIT_DATA, data_bytes_now() + policy.memory_bytes + stacks, "RLIMIT_DATA"));
    detail << ", " << policy.memory_bytes << " bytes of memory besides the program and " << stacks
           << " for stacks";
  }
  report.active("rlimits", detail.str());
  return {};
}

int niceness_for(uint32_t cpu_percent) {
  if (cpu_percent == 0 || cpu_percent >= 100) return 0;
  constexpr double kWeightOfOneStep = 1.25;
  const double steps = std::log(100.0 / cpu_percent) / std::log(kWeightOfOneStep);
  return std::clamp(static_cast<int>(std::lround(steps)), 1, 19);
}

void set_niceness(const Policy& policy, Report& report) {
  const int nice = niceness_for(policy.cpu_percent);
  if (nice == 0) return;
  errno = 0;
  const int now = getpriority(PRIO_PROCESS, 0);
  if (errno == 0 && (now >= nice || setpriority(PRIO_PROCESS, 0, nice) == 0)) {
    report.active("nice", std::to_string(std::max(nice, now)) +
                              ": gives way to others; alone it may use all of its processors");
  } else {
    report.missing("nice", std::string("refused: ") + std::strerror(errno));
  }
}

}  // namespace tenon::sandbox
