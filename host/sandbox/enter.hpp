// A worker gives up what its policy does not allow.
#pragma once

#include <functional>
#include <vector>

#include "host/sandbox/policy.hpp"
#include "host/sandbox/report.hpp"

namespace tenon::sandbox {

// Which layers enter() uses. All of them; tests switch single ones off to see what the others hold.
struct Layers {
  bool capabilities = true;
  bool rlimits = true;
  bool landlock_files = true;
  bool landlock_network = true;
  bool landlock_scope = true;
  bool seccomp = true;
  bool seccomp_reports = true;
};

struct EnterOptions {
  // Descriptors that stay open besides 0, 1 and 2: the host's channel, the library's file. A socket
  // among them must be connected and no datagram socket.
  std::vector<int> keep;
  // Hands the descriptor on which the host's Referee listens to the host, before it returns; it is
  // closed afterwards. Called when the filter is at work already: it may do no more than send a
  // message over `keep`, nothing that is refused or reported, or the worker waits for ever. Empty:
  // nothing is reported.
  std::function<Result<void>(int listener)> hand_over;
  Layers layers;
};

// Call it once, in the only thread, before anything else: what is open, mapped or running already
// keeps what it has. Restricts the process for ever, and all threads it makes. After an error the
// process is half restricted and should end.
// Code::conflict when there are other threads, Code::unavailable when the kernel refuses a layer
// that it has; a layer that the kernel lacks is no error, but is named in the Report with what
// takes its place.
Result<Report> enter(const Policy& policy, const EnterOptions& options);

}  // namespace tenon::sandbox
