// Decides on system calls that open or change files.
#pragma once

#include <functional>

#include "host/sandbox/path_rules.hpp"
#include "host/sandbox/verdict.hpp"
#include "host/sandbox/worker_view.hpp"

namespace tenon::sandbox {

class FileJudge {
 public:
  // Whether the request still waits: if not, its thread's number may be another thread's by now.
  using StillWaits = std::function<bool(const Request&)>;
  // `view` outlives it.
  FileJudge(const Policy& policy, const WorkerView& view, StillWaits still_waits);
  // None: not a call on files.
  std::optional<Verdict> judge(const Request& request) const;

 private:
  Verdict judge_open(const Request& request, int folder, uint64_t path, uint64_t flags) const;
  Verdict judge_change(const Request& request) const;
  Verdict change_mode(const Request& request) const;
  Verdict change_times(const Request& request) const;
  Verdict act_on(const Request& request, const Descriptor& file, const std::string& what,
                 const std::function<int(const std::string&)>& act) const;
  Descriptor open_path(const Request& request, int folder, uint64_t path) const;

  PathRules rules_;
  const WorkerView& view_;
  StillWaits still_waits_;
};

}  // namespace tenon::sandbox
