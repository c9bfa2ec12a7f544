// A cgroup (version 2) of one worker: the kernel holds its memory, processor time and processes
// together. Where the host may not make one, MemoryWatch and the nice value stand in.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "host/sandbox/report.hpp"

namespace tenon::sandbox {

struct GroupLimits {
  uint64_t memory_bytes = 0;  // 0: none
  uint32_t cpu_percent = 0;   // of one CPU; 0: none
  uint32_t threads = 0;       // 0: none
};

// The folder below which the host may make groups, with the controllers memory, cpu and pids.
class GroupRoot {
 public:
  // Looks for the host's own group (`self` as /proc/self/cgroup) below the mount point, moves the
  // host into a child of it, because a group with children may hold no processes, and hands the
  // controllers on. Code::unavailable with the reason when that is not possible here; then nothing
  // has changed.
  static Result<GroupRoot> prepare(const std::filesystem::path& mount = "/sys/fs/cgroup",
                                   const std::filesystem::path& self = "/proc/self/cgroup",
                                   pid_t host = 0);
  const std::filesystem::path& path() const { return path_; }

 private:
  explicit GroupRoot(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

class Group {
 public:
  // Makes the group `name`, which must be new.
  static Result<Group> make(const GroupRoot& root, const std::string& name,
                            const GroupLimits& limits);
  Group(Group&& other) noexcept;
  Group& operator=(Group&& other) noexcept;
  // Kills what is left in it and removes it.
  ~Group();

  // Moves a process into it. Before the plugin is loaded: memory stays with the group that paid.
  Result<void> add(pid_t pid) const;
  // How often the kernel has ended a process for the memory limit.
  uint64_t out_of_memory_kills() const;
  uint64_t memory_bytes() const;
  // Adds "cgroup memory", "cgroup cpu" and "cgroup pids".
  void describe(Report& report) const;

 private:
  Group(std::filesystem::path path, GroupLimits limits) : path_(std::move(path)), limits_(limits) {}
  void remove() noexcept;
  std::filesystem::path path_;
  GroupLimits limits_;
};

// The same three entries for a host without groups, with the reason.
void describe_missing_groups(const Error& reason, Report& report);

}  // namespace tenon::sandbox
