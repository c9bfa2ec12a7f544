#include "host/plugins/provider.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <thread>

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Manifest with_methods(const std::string& methods) {
  return Manifest::parse(R"({"manifest":1,"id":"one","version":"1.0.0","provides":[)"
                         R"({"interface":"t.a/1","version":"1.0.0","methods":[)" +
                         methods + "]}]}")
      .value();
}

tn_call until(std::chrono::milliseconds limit) {
  tn_call call = {};
  call.struct_size = sizeof(call);
  call.deadline_ns = (std::chrono::steady_clock::now() + limit).time_since_epoch().count();
  return call;
}

class ProviderTest : public ::testing::Test {
 protected:
  Provider::Entry enter(const tn_call* call = nullptr) { return provider_.enter(call); }

  Manifest manifest_;
  CallChains chains_;
  Provider provider_{"one", chains_};
};

TEST_F(ProviderTest, AMethodKeepsItsSlotThoughVersionsNumberItDifferently) {
  const Manifest old = with_methods(R"({"name":"x"},{"name":"y","idempotent":true})");
  const Manifest fresh = with_methods(R"({"name":"y"},{"name":"z"},{"name":"x"})");
  provider_.serve(provider_.add({1, &old}));
  provider_.know_method(3, "t.a/1 y");
  provider_.know_method(500, "t.a/1 z");
  {
    const auto entry = enter();
    EXPECT_EQ(entry.serving().methods.get(3).number, 1u);
    EXPECT_TRUE(entry.serving().methods.get(3).idempotent);
    EXPECT_EQ(entry.serving().methods.get(500).number, SlotMeaning::kNone);
    EXPECT_EQ(entry.serving().methods.get(7).number, SlotMeaning::kNone);
  }
  provider_.serve(provider_.add({2, &fresh}));
  const auto entry = enter();
  EXPECT_EQ(entry.serving().methods.get(3).number, 0u);
  EXPECT_FALSE(entry.serving().methods.get(3).idempotent);
  EXPECT_EQ(entry.serving().methods.get(500).number, 1u);
}

TEST_F(ProviderTest, MemoryOfAGenerationThatHasGoneServesTheNext) {
  Serving* first = &provider_.add({1, &manifest_});
  provider_.serve(*first);
  { const auto entry = enter(); }
  Serving* second = &provider_.add({2, &manifest_});
  provider_.serve(*second);
  provider_.close(*first);
  provider_.remove(*first);
  EXPECT_EQ(&provider_.add({3, &manifest_}), first);
  { const auto entry = enter(); }
  EXPECT_EQ(provider_.counts().calls, 2u) << "of all generations together";
}

TEST_F(ProviderTest, ATrialGetsItsShareEvenlyAndLatenciesAreTaken) {
  Serving& old = provider_.add({1, &manifest_});
  provider_.serve(old);
  Serving& fresh = provider_.add({2, &manifest_});
  provider_.begin_trial(fresh, 100);
  std::vector<int> gaps;
  int gap = 0;
  for (int i = 0; i < 1000; ++i) {
    ++gap;
    if (enter().tables().generation == 1) continue;
    gaps.push_back(gap);
    gap = 0;
  }
  EXPECT_EQ(gaps.size(), 100u);
  EXPECT_THAT(gaps, testing::Each(testing::Eq(10)));
  EXPECT_EQ(fresh.latency.snapshot().count, 100u);
  EXPECT_EQ(old.latency.snapshot().count, 900u);
  provider_.end_trial();
  EXPECT_EQ(enter().tables().generation, 1u);
  EXPECT_EQ(old.latency.snapshot().count, 900u);
}

TEST_F(ProviderTest, CallersWaitWhileItIsPausedButNotBeyondTheirDeadline) {
  Serving& old = provider_.add({1, &manifest_});
  provider_.serve(old);
  provider_.pause();
  provider_.close(old);
  const tn_call soon = until(20ms);
  const auto late = enter(&soon);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.why().code, Code::timeout);
  EXPECT_THAT(late.why().message, HasSubstr("one is being reloaded"));

  std::jthread waits([&] { EXPECT_EQ(provider_.enter(nullptr).tables().generation, 2u); });
  provider_.serve(provider_.add({2, &manifest_}));
  provider_.resume();
}

TEST_F(ProviderTest, SoManyRunSoManyWaitAndTheRestIsRefused) {
  provider_.limit({0ms, 2, 1});
  provider_.serve(provider_.add({1, &manifest_}));
  std::optional<Provider::Entry> first(enter());
  const auto second = enter();
  ASSERT_TRUE(second);
  std::latch begun(1);
  std::jthread waits([&] {
    begun.count_down();
    // Refused while the one below has the place in the queue.
    while (!provider_.enter(nullptr)) {
    }
  });
  begun.wait();
  // As soon as the other waits, there is no room in the queue.
  for (bool refused = false; !refused;) {
    const tn_call at_once = until(0ms);
    const auto third = enter(&at_once);
    ASSERT_FALSE(third);
    refused = third.why().code == Code::limit;
    if (refused) {
      EXPECT_EQ(third.why().message, "one: 2 calls run and 1 wait already");
    }
  }
  first.reset();
}

TEST_F(ProviderTest, WaitsForTheGenerationAfterOneThatDied) {
  Serving& old = provider_.add({1, &manifest_});
  provider_.serve(old);
  const auto soon = std::chrono::steady_clock::now() + 10ms;
  EXPECT_FALSE(provider_.wait_for_another(old, soon));
  std::jthread restarts([&] { provider_.serve(provider_.add({2, &manifest_})); });
  EXPECT_TRUE(provider_.wait_for_another(old, std::chrono::steady_clock::now() + 10s));
}

TEST(LimitedCall, BringsTheDeadlineNearerAndNeverFartherAway) {
  const CallLimits limits{1000ms, 0, 0};
  const tn_call near = until(10ms), far = until(100'000ms);
  EXPECT_EQ(LimitedCall(&near, limits).get(), &near);
  EXPECT_LT(LimitedCall(&far, limits).get()->deadline_ns, far.deadline_ns);
  EXPECT_NE(LimitedCall(nullptr, limits).get()->deadline_ns, 0);
  EXPECT_EQ(LimitedCall(nullptr, {}).get(), nullptr);
}

}  // namespace
}  // namespace tenon::plugins
