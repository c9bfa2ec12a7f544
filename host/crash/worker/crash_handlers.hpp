// The last thing that a worker process does: writes what it died of, and where.
#pragma once

#include <cstddef>
#include <string_view>

#include "host/base/alternate_signal_stack.hpp"
#include "tenon/result.hpp"

namespace tenon::crash {

// From now on SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGSYS and SIGTRAP write a RawRecord to
// `fd`, which is best the empty pipe of a host (made non-blocking here, and kept open by the
// caller), and then end the process with the signal's default action. The calling thread gets an
// alternate stack; every further thread needs an AlternateSignalStack of its own, or its stack
// overflow ends the process without a record. Once a process, early, before threads and plugins.
Result<void> install_crash_handlers(int fd);

// Puts handlers back that a plugin replaced; returns how many. Handlers are the process's own: to
// call after each load and start.
size_t restore_crash_handlers();

// What this thread is doing ("demo.greeter/1 greet"), for the record; cut at 255 bytes.
void set_crash_activity(std::string_view text);

}  // namespace tenon::crash
