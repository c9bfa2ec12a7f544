// When a worker that died is started again, and when no more.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace tenon::crash {

struct RestartOptions {
  std::chrono::milliseconds at_first{0};       // before the first start in a row
  std::chrono::milliseconds first_delay{100};  // before the second, then doubled each time
  std::chrono::milliseconds longest_delay{30'000};
  double jitter = 0.2;                             // a delay is longer by up to this share
  std::chrono::milliseconds stable_after{30'000};  // running that long, delays begin anew
  uint32_t crashes = 5;                            // so many within `window`: quarantine
  std::chrono::milliseconds window{60'000};
};

// The restarts of one instance. Pure logic: the owner calls it, waits, and starts. One thread at a
// time.
class RestartPolicy {
 public:
  using Clock = std::chrono::steady_clock;
  enum class State {
    stopped,      // never started
    running,      // started, or being started
    waiting,      // died; to be started at next_start()
    quarantined,  // died too often: stays down until release()
  };

  // `now` and `random` (evenly in [0, 1)) are called within the functions below.
  RestartPolicy(const RestartOptions& options, std::function<Clock::time_point()> now,
                std::function<double()> random);

  // Counts and delays by those from now on.
  void change(const RestartOptions& options) { options_ = options; }

  // The worker has been started, at first or again.
  void started();
  // It died. From now on next_start() says when to start it again; none in quarantine.
  void crashed();
  // The operator ends a quarantine, or does not want to wait: start at once, with a clean record.
  void release();

  State state() const { return state_; }
  std::optional<Clock::time_point> next_start() const { return next_start_; }
  uint64_t restarts() const { return restarts_; }

  // A sentence for people: "crashed 3 times in 10 s, next start in 400 ms".
  std::string explain() const;

 private:
  std::chrono::milliseconds delay_of(uint32_t in_a_row);
  void forget_old(Clock::time_point now);

  RestartOptions options_;
  std::function<Clock::time_point()> now_;
  std::function<double()> random_;
  State state_ = State::stopped;
  std::deque<Clock::time_point> crashes_;  // the last of the window, oldest first
  uint32_t in_a_row_ = 0;                  // crashes without a stable time between
  uint64_t restarts_ = 0;
  Clock::time_point started_at_{};
  std::optional<Clock::time_point> next_start_;
};

// "400 ms", "1.5 s", "2 min".
std::string duration_text(std::chrono::milliseconds duration);

}  // namespace tenon::crash
