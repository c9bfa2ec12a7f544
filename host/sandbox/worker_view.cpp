#include "host/sandbox/worker_view.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

namespace tenon::sandbox {

namespace {

namespace fs = std::filesystem;

constexpr int kMaxLinks = 40;  // the kernel's own bound

// These names mean the process that looks: here they are to mean the worker.
std::string as_seen_by(pid_t pid, pid_t thread, std::string path) {
  const std::string process = "/proc/" + std::to_string(pid);
  const std::pair<std::string_view, std::string> names[] = {
      {"/proc/self", process},
      {"/proc/thread-self", process + "/task/" + std::to_string(thread)},
      {"/dev/fd", process + "/fd"},
      {"/dev/stdin", process + "/fd/0"},
      {"/dev/stdout", process + "/fd/1"},
      {"/dev/stderr", process + "/fd/2"}};
  for (const auto& [name, meaning] : names)
    if (path.starts_with(name) && (path.size() == name.size() || path[name.size()] == '/'))
      return path.replace(0, name.size(), meaning);
  return path;
}

std::optional<std::string> link_at(const std::string& path) {
  std::error_code failed;
  auto target = fs::read_symlink(path, failed);
  if (failed) return std::nullopt;
  return target.string();
}

}  // namespace

WorkerView::WorkerView(pid_t pid)
    : pid_(pid), pidfd_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))) {}

bool WorkerView::read_memory(pid_t thread, uint64_t address, std::span<std::byte> out) const {
  iovec here{out.data(), out.size()};
  // NOLINTNEXTLINE(performance-no-int-to-ptr): an address of the worker, not of this process
  iovec there{reinterpret_cast<void*>(address), out.size()};
  return process_vm_readv(thread, &here, 1, &there, 1, 0) == static_cast<ssize_t>(out.size());
}

std::optional<std::string> WorkerView::read_text(pid_t thread, uint64_t address) const {
  static const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  std::string text;
  while (text.size() < PATH_MAX) {
    // Never over the end of a page: the next one may not be there.
    const size_t count = std::min<uint64_t>(page - address % page, 256);
    char part[256];
    if (!read_memory(thread, address, std::as_writable_bytes(std::span(part, count))))
      return std::nullopt;
    const void* end = std::memchr(part, '\0', count);
    if (end != nullptr) return text.append(part, static_cast<const char*>(end) - part);
    text.append(part, count);
    address += count;
  }
  return std::nullopt;
}

std::optional<std::string> WorkerView::folder_of(pid_t thread, int folder) const {
  if (folder == AT_FDCWD) return link_at("/proc/" + std::to_string(thread) + "/cwd");
  return link_at("/proc/" + std::to_string(pid_) + "/fd/" + std::to_string(folder));
}

std::optional<std::string> WorkerView::resolve(pid_t thread, int folder, std::string path,
                                               bool follow) const {
  if (path.empty()) return std::nullopt;
  if (path.front() != '/') {
    const auto base = folder_of(thread, folder);
    if (!base) return std::nullopt;
    path = *base + "/" + path;
  }
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  for (int links = 0; links < kMaxLinks; ++links) {
    path = as_seen_by(pid_, thread, std::move(path));
    const fs::path whole(path);
    const auto name = whole.filename();
    std::error_code failed;
    if (name.empty() || name == "." || name == "..") {
      const auto settled = fs::canonical(whole, failed);
      return failed ? std::nullopt : std::optional(settled.string());
    }
    const auto parent = fs::canonical(whole.parent_path(), failed);
    if (failed) return std::nullopt;
    const fs::path at = parent / name;
    const auto target = follow ? link_at(at.string()) : std::nullopt;
    if (!target) return at.string();
    path = target->starts_with('/') ? *target : (parent / *target).string();
  }
  return std::nullopt;
}

Descriptor WorkerView::take(int fd) const {
  return Descriptor(static_cast<int>(syscall(SYS_pidfd_getfd, pidfd_.get(), fd, 0)));
}

uint64_t WorkerView::threads() const {
  struct stat status {};
  if (stat(("/proc/" + std::to_string(pid_) + "/task").c_str(), &status) != 0) return 0;
  return status.st_nlink - 2;
}

}  // namespace tenon::sandbox
