// What the parent tells its child, and what the child tells back, a line of JSON each.
#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "host/verify/options.hpp"
#include "host/verify/report.hpp"
#include "tenon/json.hpp"

namespace tenon::verify {

// Descriptors of the child, as isolation::spawn hands them over.
constexpr int kResultDescriptor = 3;
constexpr int kRecordDescriptor = 4;  // for the record of a crash

struct Job {
  std::string group;    // which checks: see kGroups
  std::string scratch;  // a folder of its own
  std::string worker_program;
  std::string library;
  std::vector<std::string> with;
  std::string config;
  std::string deployment;
  std::string instance;
  uint64_t seed = 1;
  uint32_t cases = 0;
  int64_t time_limit_ms = 0;

  static Job of(const Options& options);
  Options options() const;
};
BOOST_DESCRIBE_STRUCT(Job, (),
                      (group, scratch, worker_program, library, with, config, deployment, instance,
                       seed, cases, time_limit_ms))

// A line of the child. `check` begins with outcome "begun", and ends with another or never.
struct Line {
  std::string check;
  std::string outcome;  // "begun", "alive", "note", or outcome_name()
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(Line, (), (check, outcome, detail))

}  // namespace tenon::verify
