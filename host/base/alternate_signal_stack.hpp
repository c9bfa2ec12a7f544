// An alternate signal stack for one thread, without which a stack overflow cannot be reported.
#pragma once

#include <csignal>
#include <cstddef>

namespace tenon {

// Made and destroyed by the thread that it serves. Mapped on its own, with a page below that nobody
// may touch: a damaged heap does no harm to it, nor does the handler to others. Where no memory is
// to be had the thread stays without one.
class AlternateSignalStack {
 public:
  AlternateSignalStack();
  ~AlternateSignalStack();
  AlternateSignalStack(const AlternateSignalStack&) = delete;
  AlternateSignalStack& operator=(const AlternateSignalStack&) = delete;

 private:
  std::byte* memory_ = nullptr;
  stack_t previous_{};
};

}  // namespace tenon
