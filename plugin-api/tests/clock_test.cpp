#include "tenon/clock.hpp"

#include <gmock/gmock.h>

namespace tenon {
namespace {

using namespace std::chrono_literals;

// A host whose only table, if any, is the clock.
class ClockHost {
 public:
  explicit ClockHost(const tn_host_clock* clock) : clock_(clock) {}
  tn_host raw() {
    return {sizeof(tn_host), TN_ABI_MAJOR, TN_ABI_MINOR, this, view("test"), view("one"), &query};
  }

 private:
  static const void* TN_ABI query(void* ctx, tn_str id) {
    return view(id) == TN_CLOCK_ID ? static_cast<ClockHost*>(ctx)->clock_ : nullptr;
  }
  const tn_host_clock* clock_;
};

int64_t TN_ABI one_second(void*) {
  return 1'000'000'000;
}
tn_status TN_ABI start_timer(void*, const tn_call*, int64_t, int64_t, uint64_t token,
                             uint64_t* timer) {
  *timer = token + 1;
  return TN_OK;
}

class LackingClockTest : public testing::TestWithParam<const tn_host_clock*> {};

TEST_P(LackingClockTest, ATimerIsAnErrorThatNamesTheTable) {
  ClockHost host(GetParam());
  const tn_host raw = host.raw();
  const Host plugin_side(&raw);
  const Clock clock(plugin_side);

  const auto timer = clock.start_timer(1s, 0s, 7);

  ASSERT_FALSE(timer.ok());
  EXPECT_EQ(timer.error().code, Code::unsupported);
  EXPECT_THAT(timer.error().message, testing::HasSubstr("tenon.clock/1"));
  clock.stop_timer(1);
  EXPECT_GT(clock.now().time_since_epoch(), 0s);
  EXPECT_GT(clock.monotonic().time_since_epoch(), 0s);
}

// Of an older host, which knows no timers; with places for them that are empty; and without clock.
constexpr tn_host_clock kOlder = {
    offsetof(tn_host_clock, start_timer), 0, one_second, one_second, start_timer, nullptr};
constexpr tn_host_clock kEmpty = {sizeof(tn_host_clock), 0, nullptr, nullptr, nullptr, nullptr};
INSTANTIATE_TEST_SUITE_P(All, LackingClockTest, testing::Values(nullptr, &kOlder, &kEmpty));

TEST(ClockTest, ATimerOfAHostThatHasThemGetsItsId) {
  static constexpr tn_host_clock full = {sizeof(tn_host_clock), 0,      one_second, one_second,
                                         start_timer,           nullptr};
  ClockHost host(&full);
  const tn_host raw = host.raw();
  const Host plugin_side(&raw);

  EXPECT_EQ(Clock(plugin_side).start_timer(1s, 0s, 7).value(), 8u);
  EXPECT_EQ(Clock(plugin_side).now().time_since_epoch(), 1s);
  EXPECT_EQ(Clock(plugin_side).monotonic().time_since_epoch(), 1s);
}

}  // namespace
}  // namespace tenon
