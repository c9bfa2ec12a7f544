// The library as an instance of a small deployment of its own, checked as every deployment is.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/plugins/deployment.hpp"
#include "host/plugins/setup_of.hpp"
#include "host/verify/options.hpp"

namespace tenon::verify {

struct Plan {
  plugins::PlannedInstance subject;
  std::vector<plugins::PlannedInstance> providers;  // of Options::with, in the order of starting
};

// Code::invalid: the configuration, named by file and line. Code::not_found: it requires an
// interface that none of Options::with provides. `data` becomes the deployment's data folder.
Result<Plan> make_plan(const Options& options, const plugins::Candidate& candidate,
                       const std::filesystem::path& data);

}  // namespace tenon::verify
