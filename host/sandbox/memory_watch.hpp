// Looks how much memory workers hold, for hosts without a cgroup, and because RLIMIT_DATA does not
// count shared memory and leaves room for stacks. Counted are the worker's own pages, what it
// shares other than files, what is swapped out, and page tables.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "host/base/descriptor.hpp"
#include "host/sandbox/report.hpp"

namespace tenon::sandbox {

// [one thread] Call look() every 100 ms or so: within one period a worker can take what memory
// bandwidth gives it, at most what RLIMIT_DATA allows.
class MemoryWatch {
 public:
  // Called from look(), once for each worker; should end it.
  using OnOver = std::function<void(pid_t pid, uint64_t bytes, uint64_t limit)>;
  explicit MemoryWatch(OnOver on_over, std::filesystem::path proc = "/proc")
      : on_over_(std::move(on_over)), proc_(std::move(proc)) {}

  // `pid` must be removed before it is reaped.
  Result<void> add(pid_t pid, uint64_t limit_bytes);
  void remove(pid_t pid);
  void look();
  // What the last look() saw; 0 when it is not watched.
  uint64_t bytes(pid_t pid) const;
  // Adds "memory polling".
  static void describe(uint64_t limit_bytes, Report& report);

 private:
  struct Watched {
    Descriptor status;
    uint64_t limit = 0;
    uint64_t bytes = 0;
    bool told = false;
  };
  OnOver on_over_;
  std::filesystem::path proc_;
  std::map<pid_t, Watched> watched_;
};

}  // namespace tenon::sandbox
