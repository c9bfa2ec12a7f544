// The program that a worker runs (tenon-worker).
#pragma once

#include "host/isolation/worker_main.hpp"

namespace tenon::workers {

// Where the program finds what the host gives it besides what isolation::worker_main takes.
inline constexpr int kSideDescriptor = isolation::kFirstExtra;
inline constexpr int kRecordDescriptor = isolation::kFirstExtra + 1;

// main() of the program.
int worker_program();

}  // namespace tenon::workers
