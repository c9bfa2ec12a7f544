// The worker's side: what `tenon worker` runs.
#pragma once

#include <functional>

#include "host/isolation/control.hpp"
#include "host/isolation/spawn.hpp"

namespace tenon::isolation {

// Filled by others; each may be empty. The first two run on the only thread there is, in this
// order, before any code of the plugin.
struct WorkerHooks {
  std::function<void(const StartMessage&)> install_crash_handler;
  // Enters the sandbox with the bytes of WorkerSpec::before_load. An error ends the worker and is
  // the reason that Worker::start gives. What comes after needs: the plugin opened through
  // /proc/self/fd, threads made at any time, futex, mmap, poll, send and recv on the descriptors
  // that are open.
  std::function<Result<void>(const StartMessage&)> before_load;
  // When the plugin's constructors have run.
  std::function<void()> after_load;
  // Runs first on each thread that serves calls, such as to give it a stack for signals.
  std::function<void()> enter_thread;
};

// Serves one plugin until the host closes the connection; the exit code of the process. Expects the
// descriptors that Worker::start hands over; run by hand it says so and returns 2.
int worker_main(const WorkerHooks& hooks);

// Where a worker finds what Worker::start hands over. The hooks may keep the first and the last,
// and must leave all open.
constexpr int kControlDescriptor = kFirstInherited;
constexpr int kMemoryDescriptor = kFirstInherited + 1;
constexpr int kLibraryDescriptor = kFirstInherited + 2;
constexpr int kFirstExtra = kFirstInherited + 3;

}  // namespace tenon::isolation
