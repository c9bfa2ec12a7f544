#include "host/sandbox/group.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>
#include <vector>

#include "host/base/descriptor.hpp"

namespace tenon::sandbox {

namespace {

namespace fs = std::filesystem;

constexpr std::array kControllers = {"memory", "cpu", "pids"};
constexpr const char* kHostGroup = "host";
constexpr int kPeriod_us = 100'000;

// One write(): the kernel takes a value whole, or says what is wrong with it.
Result<void> put(const fs::path& file, const std::string& value) {
  // O_CREAT: no cgroup grows a file by it, but a folder in a test does.
  const Descriptor out(open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  if (!out || write(out.get(), value.data(), value.size()) != static_cast<ssize_t>(value.size()))
    return Error{Code::unavailable,
                 "writing \"" + value + "\": " + std::string(std::strerror(errno)), file.string()};
  return {};
}

std::vector<std::string> words_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istream_iterator<std::string>(in), {}};
}

Error unavailable(std::string why, const fs::path& path) {
  return Error{Code::unavailable, std::move(why), path.string()};
}

// The line "0::/path" is that of version 2.
Result<fs::path> own_group(const fs::path& mount, const fs::path& self) {
  std::ifstream in(self);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("0::/")) return mount / line.substr(4);
  return unavailable("no cgroup of version 2", self);
}

Result<void> check_controllers(const fs::path& group) {
  const auto there = words_of(group / "cgroup.controllers");
  std::string missing;
  for (const char* name : kControllers)
    if (std::ranges::find(there, name) == there.end()) missing += std::string(" ") + name;
  if (!missing.empty()) return unavailable("the cgroup lacks the controllers" + missing, group);
  return {};
}

}  // namespace

Result<GroupRoot> GroupRoot::prepare(const fs::path& mount, const fs::path& self, pid_t host) {
  TN_TRY(const fs::path own, own_group(mount, self));
  TN_CHECK(check_controllers(own));
  const auto pid = std::to_string(host == 0 ? getpid() : host);
  const auto members = words_of(own / "cgroup.procs");
  const bool alone = members.size() == 1 && members[0] == pid;
  if (!alone && !members.empty())
    return unavailable(
        "the host shares its cgroup with other processes; give it one of its own "
        "(systemd: Delegate=yes)",
        own);
  if (alone) {
    std::error_code failed;
    fs::create_directory(own / kHostGroup, failed);
    if (failed) return unavailable("making a cgroup: " + failed.message(), own / kHostGroup);
    TN_CHECK(put(own / kHostGroup / "cgroup.procs", pid));
  }
  std::string all;
  for (const char* name : kControllers) all += std::string(all.empty() ? "+" : " +") + name;
  if (auto done = put(own / "cgroup.subtree_control", all); !done.ok()) {
    if (alone) (void)put(own / "cgroup.procs", pid);
    return std::move(done).error();
  }
  return GroupRoot(own);
}

Result<Group> Group::make(const GroupRoot& root, const std::string& name,
                          const GroupLimits& limits) {
  const fs::path path = root.path() / name;
  std::error_code failed;
  if (!fs::create_directory(path, failed))
    return unavailable("making a cgroup: " + (failed ? failed.message() : "it exists"), path);
  Group made(path, limits);
  if (limits.memory_bytes != 0) {
    TN_CHECK(put(path / "memory.max", std::to_string(limits.memory_bytes)));
    // Else it would swap instead of ending. Not there without swap accounting.
    (void)put(path / "memory.swap.max", "0");
    TN_CHECK(put(path / "memory.oom.group", "1"));
  }
  if (limits.cpu_percent != 0)
    TN_CHECK(put(path / "cpu.max", std::to_string(limits.cpu_percent * (kPeriod_us / 100)) + " " +
                                       std::to_string(kPeriod_us)));
  if (limits.threads != 0) TN_CHECK(put(path / "pids.max", std::to_string(limits.threads)));
  return made;
}

Group::Group(Group&& other) noexcept
    : path_(std::exchange(other.path_, {})), limits_(other.limits_) {}

Group& Group::operator=(Group&& other) noexcept {
  if (this != &other) {
    remove();
    path_ = std::exchange(other.path_, {});
    limits_ = other.limits_;
  }
  return *this;
}

Group::~Group() {
  remove();
}

void Group::remove() noexcept {
  if (path_.empty()) return;
  (void)put(path_ / "cgroup.kill", "1");  // Linux 5.14
  // The kernel lets go of a dead process a moment after it has been reaped.
  constexpr int kTries = 50;
  for (int i = 0; i < kTries && rmdir(path_.c_str()) != 0 && errno == EBUSY; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

Result<void> Group::add(pid_t pid) const {
  return put(path_ / "cgroup.procs", std::to_string(pid));
}

uint64_t Group::out_of_memory_kills() const {
  const auto words = words_of(path_ / "memory.events");
  const auto at = std::ranges::find(words, "oom_kill");
  return at == words.end() || at + 1 == words.end() ? 0
                                                    : std::strtoull((at + 1)->c_str(), nullptr, 10);
}

uint64_t Group::memory_bytes() const {
  const auto words = words_of(path_ / "memory.current");
  return words.empty() ? 0 : std::strtoull(words[0].c_str(), nullptr, 10);
}

void Group::describe(Report& report) const {
  const auto tell = [&](const char* name, uint64_t value, const char* unit) {
    if (value == 0)
      report.missing(name, "no limit is configured");
    else
      report.active(name, std::to_string(value) + unit);
  };
  tell("cgroup memory", limits_.memory_bytes, " bytes");
  tell("cgroup cpu", limits_.cpu_percent, " % of one CPU");
  tell("cgroup pids", limits_.threads, " threads");
}

void describe_missing_groups(const Error& reason, Report& report) {
  const std::string why = reason.message + (reason.path.empty() ? "" : " (" + reason.path + ")");
  report.missing("cgroup memory", why + "; RLIMIT_DATA, and the host looks at its memory");
  report.missing("cgroup cpu", why + "; a nice value");
  report.missing("cgroup pids", why + "; the host counts threads as they are made");
}

}  // namespace tenon::sandbox
