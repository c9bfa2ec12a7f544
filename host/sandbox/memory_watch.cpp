#include "host/sandbox/memory_watch.hpp"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>
#include <vector>

namespace tenon::sandbox {

namespace {

uint64_t field_kb(std::string_view text, std::string_view name) {
  const auto at = text.find(name);
  if (at == std::string_view::npos) return 0;
  const auto digits = text.find_first_of("0123456789", at + name.size());
  uint64_t value = 0;
  if (digits != std::string_view::npos)
    std::from_chars(text.data() + digits, text.data() + text.size(), value);
  return value;
}

// /proc/PID/status and not smaps_rollup, which walks all of the worker's pages.
uint64_t read_bytes(int status) {
  std::array<char, 4096> text;
  const ssize_t size = pread(status, text.data(), text.size(), 0);
  if (size <= 0) return 0;
  const std::string_view all(text.data(), static_cast<size_t>(size));
  constexpr uint64_t kKb = 1024;
  return kKb * (field_kb(all, "\nRssAnon:") + field_kb(all, "\nRssShmem:") +
                field_kb(all, "\nVmSwap:") + field_kb(all, "\nVmPTE:"));
}

}  // namespace

Result<void> MemoryWatch::add(pid_t pid, uint64_t limit_bytes) {
  const auto path = proc_ / std::to_string(pid) / "status";
  Descriptor status(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!status)
    return Error{Code::not_found, "watching memory: " + std::string(std::strerror(errno)),
                 path.string()};
  watched_[pid] = {std::move(status), limit_bytes, 0, false};
  return {};
}

void MemoryWatch::remove(pid_t pid) {
  watched_.erase(pid);
}

void MemoryWatch::look() {
  // The callback may remove what is watched.
  std::vector<pid_t> over;
  for (auto& [pid, one] : watched_) {
    one.bytes = read_bytes(one.status.get());
    if (one.limit == 0 || one.bytes <= one.limit || one.told) continue;
    one.told = true;
    over.push_back(pid);
  }
  for (const pid_t pid : over) {
    const auto found = watched_.find(pid);
    if (found != watched_.end()) on_over_(pid, found->second.bytes, found->second.limit);
  }
}

uint64_t MemoryWatch::bytes(pid_t pid) const {
  const auto found = watched_.find(pid);
  return found == watched_.end() ? 0 : found->second.bytes;
}

void MemoryWatch::describe(uint64_t limit_bytes, Report& report) {
  if (limit_bytes == 0)
    report.missing("memory polling", "no limit is configured");
  else
    report.active("memory polling", "ended beyond " + std::to_string(limit_bytes) + " bytes");
}

}  // namespace tenon::sandbox
