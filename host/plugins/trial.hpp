// Judges a new generation by what it did beside the old one: the canary of a reload.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "host/observe/latency_histogram.hpp"

namespace tenon::plugins {

struct TrialOptions {
  uint32_t share_per_mille = 100;  // of the new call chains
  std::chrono::milliseconds duration{30'000};
  uint64_t min_calls = 50;        // of each before latencies and errors are compared
  double max_error_percent = 2;   // beyond the old generation's
  double max_latency_factor = 2;  // of the medians
};

// What one generation did since the trial began.
struct Observed {
  uint64_t calls = 0;
  uint64_t errors = 0;
  std::chrono::nanoseconds median{0};

  double error_percent() const {
    return calls ? 100.0 * static_cast<double>(errors) / static_cast<double>(calls) : 0;
  }
};

struct Verdict {
  enum Kind { go_on, promote, roll_back } kind = go_on;
  std::string reason;  // for people; of go_on: how far it is
};

// Pure. Errors condemn as soon as there are enough calls to tell, success waits for the whole
// duration. A generation that is faster than a scheduler's tick is never called slow.
Verdict judge(const TrialOptions& options, const Observed& old, const Observed& fresh,
              std::chrono::milliseconds elapsed);

// The counts of `now` without those of `before`.
observe::LatencySnapshot since(const observe::LatencySnapshot& before,
                               observe::LatencySnapshot now);

}  // namespace tenon::plugins
