#include "host/plugins/trial.hpp"

#include <fmt/format.h>

namespace tenon::plugins {
namespace {

// Differences below this are the machine's, not the plugin's.
constexpr std::chrono::microseconds kNoise{100};

double in_ms(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

Verdict judge(const TrialOptions& options, const Observed& old, const Observed& fresh,
              std::chrono::milliseconds elapsed) {
  const bool enough = fresh.calls >= options.min_calls;
  const double more_errors = fresh.error_percent() - old.error_percent();
  if (enough && more_errors > options.max_error_percent)
    return {Verdict::roll_back,
            fmt::format("{} of its {} calls failed ({:.1f} %, the old generation {:.1f} %; allowed "
                        "are {} % more)",
                        fresh.errors, fresh.calls, fresh.error_percent(), old.error_percent(),
                        options.max_error_percent)};
  if (enough && old.calls >= options.min_calls && fresh.median > old.median + kNoise &&
      in_ms(fresh.median) > options.max_latency_factor * in_ms(old.median))
    return {Verdict::roll_back,
            fmt::format("its median call took {:.2f} ms, that of the old generation {:.2f} ms; "
                        "allowed is {} times as long",
                        in_ms(fresh.median), in_ms(old.median), options.max_latency_factor)};
  if (elapsed < options.duration)
    return {Verdict::go_on, fmt::format("{} calls, {} failed, {} of {} ms", fresh.calls,
                                        fresh.errors, elapsed.count(), options.duration.count())};
  return {Verdict::promote,
          fmt::format("{} of its {} calls failed{}", fresh.errors, fresh.calls,
                      enough ? "" : ", too few to compare with the old generation")};
}

observe::LatencySnapshot since(const observe::LatencySnapshot& before,
                               observe::LatencySnapshot now) {
  for (size_t i = 0; i < now.counts.size(); ++i) now.counts[i] -= before.counts[i];
  now.count -= before.count;
  now.sum_ns -= before.sum_ns;
  return now;
}

}  // namespace tenon::plugins
