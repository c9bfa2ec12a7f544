// Counts refusals, so that each kind is told once and a worker that repeats them is noticed.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "host/sandbox/denied.hpp"

namespace tenon::sandbox {

struct DenialLimits {
  std::chrono::milliseconds repeat{60'000};  // the same refusal is told again after
  size_t kinds = 128;                        // told apart; all beyond are told as one
  uint64_t denials_per_second = 1'000;       // more: a flood
  uint64_t requests_per_second = 50'000;     // refused or not; more: a flood
  // Of the host's processor time, for answers. A path of many links is slow to follow.
  std::chrono::milliseconds host_time_per_second{500};
};

// [one thread at a time]
class DenialLog {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;
  DenialLog(DenialLimits limits, Now now) : limits_(limits), now_(std::move(now)) {}

  // Counts a refusal. True when it is to be told: then `denied.count` says how many it stands for.
  bool add(Denied& denied);
  // Counts a request of the worker, refused or not, that took `spent` of the host's time. The
  // reason when it is the one that makes a flood, once; else empty.
  std::string count_request(bool refused, std::chrono::nanoseconds spent);
  // All kinds with their totals.
  std::vector<Denied> all() const;

 private:
  struct Kind {
    Denied denied;  // count: total
    uint64_t untold = 0;
    std::chrono::steady_clock::time_point told;
  };
  DenialLimits limits_;
  Now now_;
  std::map<std::string, Kind> kinds_;
  std::chrono::steady_clock::time_point second_{};
  uint64_t requests_ = 0;
  uint64_t refused_ = 0;
  std::chrono::nanoseconds spent_{0};
  bool flooded_ = false;
};

}  // namespace tenon::sandbox
