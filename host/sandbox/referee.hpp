// The host's side of a worker's sandbox: answers the system calls that wait for its word, tells
// what was refused, and makes the connections that are permitted.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "host/base/descriptor.hpp"
#include "host/sandbox/denial_log.hpp"
#include "host/sandbox/policy.hpp"

namespace tenon::sandbox {

struct RefereeOptions {
  DenialLimits limits;
  DenialLog::Now now = [] { return std::chrono::steady_clock::now(); };
};

// Both are called within handle_ready() and must not block.
struct RefereeEvents {
  std::function<void(const Denied&)> on_denied;
  // Once: the worker asks so much that it burns the host's thread, and should be ended.
  std::function<void(const std::string& reason)> on_flood;
};

// [one thread] Not the thread that waits for the worker to become ready: a worker that makes a
// thread or opens a file for writing on the way waits for the answer.
class Referee {
 public:
  // `listener` is what the worker handed over; `pid` is the worker's, not reaped while the referee
  // lives. Code::unavailable when the kernel refuses.
  static Result<std::unique_ptr<Referee>> make(Descriptor listener, pid_t pid, const Policy& policy,
                                               RefereeEvents events, RefereeOptions options = {});
  // Calls that wait are answered "no such system call" by the kernel: end the worker first.
  ~Referee();

  // For an epoll loop: readable when handle_ready() has something to do.
  int fd() const;
  // Answers what waits, a bounded number at a time; does not block beyond looking paths up. False
  // when the worker has gone and nothing will come any more.
  bool handle_ready();
  // What was refused so far, with totals.
  std::vector<Denied> denials() const;

 private:
  class Impl;
  explicit Referee(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenon::sandbox
