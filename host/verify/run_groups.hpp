// Runs the groups of checks, each in a child process, and tells what became of it.
#pragma once

#include "host/plugins/library.hpp"
#include "host/verify/options.hpp"
#include "host/verify/report.hpp"

namespace tenon::verify {

// The programs of the installation that take part.
struct Programs {
  std::string self = "/proc/self/exe";  // runs `verify-child FILE`, and `symbolise`
  std::filesystem::path worker;
};

// Adds the outcome of every check that runs code.
void run_groups(const Options& options, const plugins::Candidate& candidate,
                const Programs& programs, Report& report);

// All checks of a library.
Report verify(const Options& options, const Programs& programs);

}  // namespace tenon::verify
