// Says who was running when the process dies of SIGSEGV, SIGBUS or a stack overflow.
#pragma once

#include <cstddef>
#include <string_view>

#include "host/base/alternate_signal_stack.hpp"

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

using tenon::AlternateSignalStack;

}  // namespace tenon::http
