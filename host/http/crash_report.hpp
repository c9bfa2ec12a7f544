// Says who was running when the process dies of SIGSEGV, SIGBUS or a stack overflow.
#pragma once

#include <csignal>
#include <cstddef>
#include <memory>
#include <string_view>

namespace tenon::http {

// Installs handlers for SIGSEGV and SIGBUS that write one line to standard error,
//   tenon: stack overflow in plugin catalog generation 1, GET /api/catalog/products
//   tenon: crash in <label>, signal 11, address 0x0
// and then let the previously installed handler or the default action (core dump) run. One object,
// owned by main, made before threads start; destroying it restores the handlers found.
class CrashReporter {
 public:
  CrashReporter();
  ~CrashReporter();
  CrashReporter(const CrashReporter&) = delete;
  CrashReporter& operator=(const CrashReporter&) = delete;
};

// What this thread is doing, for the report; cut at 255 bytes. Empty when nothing.
void set_crash_label(std::string_view label);

// Where this thread's handler stack ends: a fault in [low, high) is a stack overflow.
void set_guard_range(const std::byte* low, const std::byte* high);

// An alternate signal stack for the calling thread, without which a stack overflow cannot be
// reported. Must be destroyed by the thread that made it.
class AlternateSignalStack {
 public:
  AlternateSignalStack();
  ~AlternateSignalStack();
  AlternateSignalStack(const AlternateSignalStack&) = delete;
  AlternateSignalStack& operator=(const AlternateSignalStack&) = delete;

 private:
  std::unique_ptr<std::byte[]> memory_;
  stack_t previous_{};
};

}  // namespace tenon::http
