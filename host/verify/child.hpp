// The process in which a group of checks runs the plugin's code.
#pragma once

#include <string>

namespace tenon::verify {

// The body of the hidden command `tenon verify-child`: reads the job from `file`, tells what comes
// of it on the descriptors of job.hpp. Returns the exit code of the process, or does not return.
int run_child(const std::string& file);

}  // namespace tenon::verify
