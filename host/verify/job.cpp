#include "host/verify/job.hpp"

namespace tenon::verify {

Job Job::of(const Options& options) {
  Job job;
  job.library = std::filesystem::absolute(options.library);
  for (const auto& file : options.with) job.with.push_back(std::filesystem::absolute(file));
  if (!options.config.empty()) job.config = std::filesystem::absolute(options.config);
  if (!options.deployment.empty()) job.deployment = std::filesystem::absolute(options.deployment);
  job.instance = options.instance;
  job.seed = options.seed;
  job.cases = options.cases;
  job.time_limit_ms = options.time_limit.count();
  return job;
}

Options Job::options() const {
  Options out;
  out.library = library;
  out.with = {with.begin(), with.end()};
  out.config = config;
  out.deployment = deployment;
  out.instance = instance;
  out.seed = seed;
  out.cases = cases;
  out.time_limit = std::chrono::milliseconds(time_limit_ms);
  return out;
}

}  // namespace tenon::verify
