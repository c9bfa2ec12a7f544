// What the host sees of a worker that waits in a system call. All of it may change at any moment,
// by the worker's other threads: good for words, and for decisions only where the host then acts on
// its own copy.
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>

#include "host/base/descriptor.hpp"

namespace tenon::sandbox {

class WorkerView {
 public:
  // Of the process; must not be reaped as long as the view lives.
  explicit WorkerView(pid_t pid);

  pid_t pid() const { return pid_; }
  // False when not all of `out` could be read.
  bool read_memory(pid_t thread, uint64_t address, std::span<std::byte> out) const;
  // The zero-terminated text there; none when it is not readable or longer than a path.
  std::optional<std::string> read_text(pid_t thread, uint64_t address) const;
  // The path with every link in it followed, as the worker would see it; the last name's own link
  // only with `follow`. None when a folder on the way does not exist.
  std::optional<std::string> resolve(pid_t thread, int folder, std::string path, bool follow) const;
  // A copy of the worker's descriptor; none when it is not open.
  Descriptor take(int fd) const;
  // Threads that it has now; 0 when it has gone.
  uint64_t threads() const;

 private:
  std::optional<std::string> folder_of(pid_t thread, int folder) const;

  pid_t pid_;
  Descriptor pidfd_;
};

}  // namespace tenon::sandbox
