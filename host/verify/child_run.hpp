// One child process of a verification, from its start to its end. Nothing that it says is believed
// beyond its own checks: lines are bounded, and it is ended when it is silent for too long.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "host/crash/crash_report.hpp"
#include "host/verify/job.hpp"

namespace tenon::verify {

struct ChildEnd {
  bool done = false;          // it came to its end by itself
  crash::CrashReport report;  // else: what became of it
  std::string output;         // and the end of what it wrote
};

// Starts `self verify-child FILE`, hands each line to `on_line`, and waits for the end. `limit`: of
// silence. Code::unavailable when it cannot be started.
Result<ChildEnd> run_child_process(const std::string& self, const Job& job,
                                   const std::vector<std::string>& environment,
                                   std::chrono::milliseconds limit,
                                   const std::function<void(const Line&)>& on_line);

// A line as the child wrote it. Code::invalid: it is none.
Result<Line> parse_line(std::string_view text);

}  // namespace tenon::verify
