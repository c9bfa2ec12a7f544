// What a dying process says of itself: the exception that ended in std::terminate, or the text of
// glibc's abort (assert, "malloc(): corrupted top size", "*** stack smashing detected ***").
#pragma once

#include <cstddef>

#include "host/crash/worker/stack_walk.hpp"

namespace tenon::crash {

// Installs the terminate handler, which remembers the exception's type and what() and goes on to
// the handler that was there. Once a process.
void keep_last_words();

// Copies them, NUL-terminated, to `text`; empty when nothing was said. [async-signal-safe]
void copy_last_words(const CheckedReader& reader, char* text, size_t size);

}  // namespace tenon::crash
