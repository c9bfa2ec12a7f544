// A short-lived helper process: bytes in, bytes out, a deadline.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::crash {

struct ChildLimits {
  std::chrono::milliseconds timeout{2000};
  size_t max_output_bytes = 1 << 20;
};

// Runs `program`, `input` on its standard input, and returns its standard output. It inherits no
// other descriptor, no environment and no signal setting; it is killed when late or talkative, and
// reaped in any case. Code::timeout, Code::too_large, or Code::unavailable when it cannot be
// started or ends with another exit code than 0.
Result<std::string> run_child(const std::string& program, const std::vector<std::string>& arguments,
                              std::string_view input, const ChildLimits& limits);

}  // namespace tenon::crash
