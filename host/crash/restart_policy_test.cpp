#include "host/crash/restart_policy.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

namespace tenon::crash {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using State = RestartPolicy::State;

struct Bench {
  RestartPolicy::Clock::time_point now{std::chrono::hours(1)};
  double random = 0.0;
  RestartOptions options;
  std::optional<RestartPolicy> policy;

  explicit Bench(RestartOptions wanted = {}) : options(wanted) {
    policy.emplace(
        options, [this] { return now; }, [this] { return random; });
  }
  milliseconds wait() const {
    return std::chrono::duration_cast<milliseconds>(*policy->next_start() - now);
  }
  milliseconds crash() {
    policy->crashed();
    const auto waited = policy->next_start() ? wait() : milliseconds(-1);
    if (policy->next_start()) {
      now = *policy->next_start();
      policy->started();
    }
    return waited;
  }
};

TEST(RestartPolicy, StartsAtOnceThenDoublesTheDelayUpToTheLongest) {
  Bench bench({.crashes = 100});
  bench.policy->started();
  std::vector<milliseconds> delays;
  for (int i = 0; i < 12; ++i) delays.push_back(bench.crash());
  using ms = milliseconds;
  EXPECT_THAT(delays,
              testing::ElementsAre(ms(0), ms(100), ms(200), ms(400), ms(800), ms(1600), ms(3200),
                                   ms(6400), ms(12'800), ms(25'600), ms(30'000), ms(30'000)));
  EXPECT_EQ(bench.policy->restarts(), 12u);
}

TEST(RestartPolicy, JitterLengthensADelayByItsShare) {
  Bench bench({.jitter = 0.5});
  bench.random = 0.5;
  bench.policy->started();
  bench.crash();
  EXPECT_EQ(bench.crash(), milliseconds(125));
}

TEST(RestartPolicy, BeginsAnewAfterAStableTime) {
  Bench bench;
  bench.policy->started();
  bench.crash();
  EXPECT_EQ(bench.crash(), milliseconds(100));
  bench.now += bench.options.stable_after;
  EXPECT_EQ(bench.crash(), milliseconds(0));
  bench.now += bench.options.stable_after - milliseconds(1);
  EXPECT_EQ(bench.crash(), milliseconds(100));
}

TEST(RestartPolicy, QuarantinesAfterTooManyCrashesUntilReleased) {
  Bench bench({.crashes = 3, .window = seconds(60)});
  bench.policy->started();
  bench.crash();
  bench.now += seconds(5);
  bench.crash();
  bench.now += seconds(5);
  bench.crash();
  EXPECT_EQ(bench.policy->state(), State::quarantined);
  EXPECT_EQ(bench.policy->next_start(), std::nullopt);
  bench.now += std::chrono::hours(24);
  EXPECT_EQ(bench.policy->state(), State::quarantined);
  EXPECT_EQ(bench.policy->explain(),
            "crashed 3 times in 10.1 s, not started again until the operator acts");
  bench.policy->release();
  EXPECT_EQ(bench.policy->state(), State::waiting);
  EXPECT_EQ(bench.policy->explain(), "next start now");
  bench.policy->started();
  EXPECT_EQ(bench.crash(), milliseconds(0));
}

TEST(RestartPolicy, CountsOnlyTheCrashesOfTheWindow) {
  Bench bench({.crashes = 3, .window = seconds(60)});
  bench.policy->started();
  bench.crash();
  bench.now += seconds(31);
  bench.crash();
  bench.now += seconds(31);
  bench.crash();
  EXPECT_EQ(bench.policy->state(), State::running);
}

TEST(RestartPolicy, CountsACrashThatIsJustAsOldAsTheWindow) {
  Bench bench({.stable_after = seconds(1), .crashes = 2, .window = seconds(60)});
  bench.policy->started();
  bench.crash();
  bench.now += seconds(60);
  bench.crash();
  EXPECT_EQ(bench.policy->state(), State::quarantined);
}

TEST(RestartPolicy, ExplainsEachState) {
  Bench bench;
  EXPECT_EQ(bench.policy->explain(), "not started");
  bench.policy->started();
  EXPECT_EQ(bench.policy->explain(), "running");
  bench.crash();
  bench.now += seconds(5);
  bench.crash();
  bench.now += seconds(5) - milliseconds(100);
  bench.crash();
  bench.policy->crashed();
  EXPECT_EQ(bench.policy->explain(), "crashed 4 times in 10.2 s, next start in 400 ms");
  bench.now += milliseconds(400);
  EXPECT_EQ(bench.policy->explain(), "crashed 4 times in 10.6 s, next start now");
  bench.policy->started();
  EXPECT_EQ(bench.policy->explain(), "crashed 4 times in 10.6 s, running");
  bench.now += std::chrono::minutes(5);
  EXPECT_EQ(bench.policy->explain(), "running");
}

TEST(DurationText, UsesTheUnitThatReadsBest) {
  EXPECT_EQ(duration_text(milliseconds(0)), "0 ms");
  EXPECT_EQ(duration_text(milliseconds(999)), "999 ms");
  EXPECT_EQ(duration_text(milliseconds(1500)), "1.5 s");
  EXPECT_EQ(duration_text(milliseconds(30'000)), "30 s");
  EXPECT_EQ(duration_text(milliseconds(150'000)), "2 min");
}

// The rules once more, told from the whole history instead of a running state.
struct Oracle {
  RestartOptions options;
  struct Life {
    int64_t start, crash;
  };
  std::vector<Life> lives;  // since the last release

  bool quarantined() const {
    const int64_t last = lives.back().crash;
    const auto recent = std::count_if(lives.begin(), lives.end(), [&](const Life& life) {
      return last - life.crash <= options.window.count();
    });
    return recent >= options.crashes;
  }
  int64_t delay(double random) const {
    int64_t row = 0;
    for (auto life = lives.rbegin(); life != lives.rend(); ++life) {
      ++row;
      if (life->crash - life->start >= options.stable_after.count()) break;
    }
    if (row == 1) return 0;
    const double doubled =
        static_cast<double>(options.first_delay.count()) * std::pow(2.0, row - 2);
    const double longest = static_cast<double>(options.longest_delay.count());
    if (doubled >= longest) return options.longest_delay.count();
    return static_cast<int64_t>(std::min(longest, doubled * (1 + options.jitter * random)));
  }
};

TEST(RestartPolicy, AgreesWithTheRulesToldFromTheHistory) {
  std::mt19937 random(7);
  for (int run = 0; run < 300; ++run) {
    const auto upto = [&](int64_t bound) { return static_cast<int64_t>(random()) % bound; };
    RestartOptions options{.first_delay = milliseconds(1 + upto(200)),
                           .longest_delay = milliseconds(200 + upto(5000)),
                           .jitter = static_cast<double>(upto(4)) / 8,
                           .stable_after = milliseconds(1 + upto(4000)),
                           .crashes = static_cast<uint32_t>(2 + upto(6)),
                           .window = milliseconds(1 + upto(10'000))};
    Bench bench(options);
    bench.random = static_cast<double>(upto(8)) / 8;
    Oracle oracle{options, {}};
    const auto now = [&] { return bench.now.time_since_epoch() / milliseconds(1); };
    bench.policy->started();
    for (int step = 0; step < 60; ++step) {
      const int64_t begun = now();
      bench.now += milliseconds(upto(5000));
      bench.policy->crashed();
      oracle.lives.push_back({begun, now()});
      if (oracle.quarantined()) {
        ASSERT_EQ(bench.policy->state(), State::quarantined) << run << " " << step;
        bench.now += milliseconds(upto(20'000));
        bench.policy->release();
        oracle.lives.clear();
      } else {
        ASSERT_EQ(bench.policy->state(), State::waiting) << run << " " << step;
        ASSERT_EQ(bench.wait().count(), oracle.delay(bench.random)) << run << " " << step;
      }
      bench.now = *bench.policy->next_start();
      bench.policy->started();
    }
  }
}

}  // namespace
}  // namespace tenon::crash
