#include "host/crash/restart_policy.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tenon::crash {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

std::string times_text(size_t count) {
  return count == 1 ? "once" : fmt::format("{} times", count);
}

}  // namespace

RestartPolicy::RestartPolicy(const RestartOptions& options, std::function<Clock::time_point()> now,
                             std::function<double()> random)
    : options_(options), now_(std::move(now)), random_(std::move(random)) {}

void RestartPolicy::started() {
  if (state_ == State::waiting) ++restarts_;
  state_ = State::running;
  started_at_ = now_();
  next_start_.reset();
}

void RestartPolicy::crashed() {
  const auto now = now_();
  if (now - started_at_ >= options_.stable_after) in_a_row_ = 0;
  ++in_a_row_;
  crashes_.push_back(now);
  forget_old(now);
  if (crashes_.size() >= options_.crashes) {
    state_ = State::quarantined;
    next_start_.reset();
    return;
  }
  state_ = State::waiting;
  next_start_ = now + delay_of(in_a_row_);
}

void RestartPolicy::release() {
  crashes_.clear();
  in_a_row_ = 0;
  if (state_ != State::waiting && state_ != State::quarantined) return;
  state_ = State::waiting;
  next_start_ = now_();
}

// at_first, then first_delay, doubled each time. With jitter, so that what died together does not
// start together for ever.
milliseconds RestartPolicy::delay_of(uint32_t in_a_row) {
  if (in_a_row <= 1) return options_.at_first;
  milliseconds delay = options_.first_delay;
  for (uint32_t i = 2; i < in_a_row && delay < options_.longest_delay; ++i) delay *= 2;
  const double longer = 1.0 + options_.jitter * random_();
  const auto jittered = static_cast<milliseconds::rep>(static_cast<double>(delay.count()) * longer);
  return std::min(milliseconds(jittered), options_.longest_delay);
}

void RestartPolicy::forget_old(Clock::time_point now) {
  while (!crashes_.empty() && now - crashes_.front() > options_.window) crashes_.pop_front();
}

std::string RestartPolicy::explain() const {
  const auto now = now_();
  const size_t count =
      static_cast<size_t>(std::count_if(crashes_.begin(), crashes_.end(), [&](const auto& crash) {
        return state_ == State::quarantined || now - crash <= options_.window;
      }));
  std::string crashes;
  if (count > 0) {
    const auto last = state_ == State::quarantined ? crashes_.back() : now;
    const auto first = crashes_[crashes_.size() - count];
    crashes = "crashed " + times_text(count);
    if (count > 1) crashes += " in " + duration_text(duration_cast<milliseconds>(last - first));
  }
  switch (state_) {
    case State::stopped:
      return "not started";
    case State::running:
      return crashes.empty() ? "running" : crashes + ", running";
    case State::quarantined:
      return crashes + ", not started again until the operator acts";
    case State::waiting:
      break;
  }
  const auto wait = duration_cast<milliseconds>(*next_start_ - now);
  const std::string next = wait > milliseconds(0) ? "next start in " + duration_text(wait)
                                                  : std::string("next start now");
  return crashes.empty() ? next : crashes + ", " + next;
}

std::string duration_text(milliseconds duration) {
  const auto count = duration.count();
  if (count < 1000) return fmt::format("{} ms", count);
  if (count < 120'000) return fmt::format("{:.3g} s", static_cast<double>(count) / 1000.0);
  return fmt::format("{} min", count / 60'000);
}

}  // namespace tenon::crash
