#include "host/plugins/event_hub.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "host/store/store_fixture.hpp"
#include "tenon/events.h"
#include "tenon/views.hpp"
#include "tests/support/scratch_folder.hpp"

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// An instance that takes events, with generations that a test brings and takes away.
class FakeSubscriber {
 public:
  FakeSubscriber(const std::string& id, CallChains& chains) : provider(id, chains) {}

  Serving& add(uint64_t generation) {
    GenerationTables tables;
    tables.generation = generation;
    tables.manifest = &manifest;
    tables.object = reinterpret_cast<tn_instance*>(this);
    tables.events = &table;
    return provider.add(tables);
  }
  void serve(uint64_t generation, EventHub& hub) {
    Serving& serving = add(generation);
    provider.serve(serving);
    hub.activate(provider.id());
  }
  Subscriber by(uint64_t generation) { return {provider, generation, {"acme.a/1"}}; }

  std::vector<std::string> seen() const {
    const std::lock_guard lock(mutex);
    return events;
  }
  // Waits until it has seen so many.
  std::vector<std::string> seen(size_t count) {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, 20s, [&] { return events.size() >= count; }))
        << events.size() << " of " << count;
    return events;
  }
  void hold() {
    const std::lock_guard lock(mutex);
    held = true;
  }
  void wait_inside() {
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, 20s, [&] { return inside == 1; }));
  }
  void release() {
    const std::lock_guard lock(mutex);
    held = false;
    changed.notify_all();
  }

  static tn_status TN_ABI deliver(tn_instance* object, const tn_call* call, uint64_t token,
                                  const tn_event* event) {
    auto& self = *reinterpret_cast<FakeSubscriber*>(object);
    std::unique_lock lock(self.mutex);
    ++self.inside;
    EXPECT_TRUE(!self.one_at_a_time || self.inside == 1) << "two deliveries at the same time";
    self.changed.notify_all();
    self.changed.wait(lock, [&] { return !self.held; });
    --self.inside;
    std::string line = std::to_string(token) + " " + std::string(view(event->topic)) + " " +
                       std::string(view(event->data));
    if (event->missed) line += " missed " + std::to_string(event->missed);
    if (event->attempt > 1) line += " attempt " + std::to_string(event->attempt);
    self.events.push_back(line);
    self.changed.notify_all();
    if (self.failures == 0) return TN_OK;
    --self.failures;
    return fail(call, {Code::unavailable, "not now"});
  }

  Manifest manifest;
  tn_plugin_events table{sizeof(tn_plugin_events), 0, deliver};
  Provider provider;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> events;
  int failures = 0;  // deliveries that fail before others succeed
  int inside = 0;
  bool one_at_a_time = true;
  bool held = false;
};

class EventHubTest : public ::testing::Test {
 protected:
  EventHubTest() {
    options.first_backoff = 1ms;
    make();
  }
  void make() {
    hub = std::make_unique<EventHub>(options, chains, transactions);
    hub->on_problem([this](const std::string& text) {
      const std::lock_guard lock(problems_mutex);
      problems.push_back(text);
    });
  }
  uint64_t publish(const char* topic, const std::string& data) {
    const auto id = hub->publish("shop", topic, data);
    EXPECT_TRUE(id.ok()) << id.error().message;
    return id.ok() ? *id : 0;
  }

  EventOptions options;
  CallChains chains;
  Transactions transactions;
  std::mutex problems_mutex;
  std::vector<std::string> problems;
  FakeSubscriber one{"one", chains}, two{"two", chains};
  std::unique_ptr<EventHub> hub;  // ends before those that it delivers to
};

TEST_F(EventHubTest, LiveEventsGoToWhoeverSubscribedInTheOrderOfPublication) {
  one.serve(1, *hub);
  two.serve(1, *hub);
  ASSERT_TRUE(hub->subscribe(one.by(1), "shop.*", "all", 0, 7).ok());
  ASSERT_TRUE(hub->subscribe(two.by(1), "shop.sold", "sold", 0, 8).ok());

  const auto first = publish("shop.sold", "1");
  const auto second = publish("shop.bought", "2");
  publish("other.sold", "3");
  publish("shop.sold", "4");

  EXPECT_LT(first, second);
  EXPECT_THAT(one.seen(3), ElementsAre("7 shop.sold 1", "7 shop.bought 2", "7 shop.sold 4"));
  EXPECT_THAT(two.seen(2), ElementsAre("8 shop.sold 1", "8 shop.sold 4"));
}

TEST_F(EventHubTest, WhatIsWrongIsRefusedAndNamed) {
  EXPECT_EQ(hub->publish("shop", "Shop", "1").error().path, "topic");
  EXPECT_EQ(hub->publish("shop", "shop", "{").error().path, "data");
  EXPECT_EQ(hub->subscribe(one.by(1), "a.**.b", "n", 0, 0).error().path, "pattern");
  EXPECT_EQ(hub->subscribe(one.by(1), "a", "", 0, 0).error().path, "name");
  EXPECT_EQ(hub->subscribe(one.by(1), "a", "two words", 0, 0).error().path, "name");
  EXPECT_EQ(hub->subscribe(one.by(1), "a", "n", 2, 0).error().code, Code::invalid);
  EXPECT_EQ(hub->subscribe(one.by(1), "tenon.provider", "n", TN_EVENT_DURABLE, 0).error().code,
            Code::unsupported);
  EXPECT_EQ(hub->subscribe(one.by(1), "a", "n", TN_EVENT_DURABLE, 0).error().code,
            Code::unavailable)
      << "there is no store";
  EXPECT_EQ(hub->unsubscribe("one", 1, "n").error().code, Code::not_found);
  EXPECT_TRUE(hub->list().empty());
}

TEST_F(EventHubTest, AFullQueueDropsTheOldestCountsThemAndSaysSo) {
  options.live_events = 3;
  make();
  one.serve(1, *hub);
  ASSERT_TRUE(hub->subscribe(one.by(1), "a", "a", 0, 0).ok());
  one.hold();
  publish("a", "0");
  one.wait_inside();
  for (int i = 1; i <= 5; ++i) publish("a", std::to_string(i));
  one.release();
  EXPECT_THAT(one.seen(4), ElementsAre("0 a 0", "0 a 3 missed 2", "0 a 4", "0 a 5"));
  EXPECT_EQ(hub->list().at(0).dropped, 2u);
  ASSERT_FALSE(problems.empty());
  EXPECT_THAT(problems[0], HasSubstr("subscription a of one were dropped"));
}

TEST_F(EventHubTest, ALiveEventThatFailsIsNotRepeated) {
  one.serve(1, *hub);
  one.failures = 1;
  ASSERT_TRUE(hub->subscribe(one.by(1), "a", "a", 0, 0).ok());
  publish("a", "1");
  publish("a", "2");
  EXPECT_THAT(one.seen(2), ElementsAre("0 a 1", "0 a 2"));
}

TEST_F(EventHubTest, EventsOfTheHostReachThoseThatRequireTheInterface) {
  one.serve(1, *hub);
  two.serve(1, *hub);
  two.one_at_a_time = false;  // it has two subscriptions
  ASSERT_TRUE(hub->subscribe(one.by(1), "tenon.provider", "p", 0, 1).ok());
  ASSERT_TRUE(hub->subscribe({two.provider, 1, {"acme.b/1"}}, "tenon.*", "p", 0, 2).ok());
  ASSERT_TRUE(hub->subscribe(two.by(1), "**", "all", 0, 3).ok());
  hub->announce("tenon.provider", "\"a\"", "acme.a/1");
  hub->announce("tenon.provider", "\"b\"", "acme.b/1");
  hub->announce("tenon.provider", "\"c\"", "acme.c/1");
  publish("end", "0");
  EXPECT_THAT(one.seen(1), ElementsAre("1 tenon.provider \"a\""));
  EXPECT_THAT(two.seen(2), ::testing::UnorderedElementsAre("2 tenon.provider \"b\"", "3 end 0"));
}

TEST_F(EventHubTest, OnlyTheGenerationThatServesGetsEvents) {
  one.serve(1, *hub);
  ASSERT_TRUE(hub->subscribe(one.by(1), "a.*", "a", 0, 1).ok());
  Serving& fresh = one.add(2);
  ASSERT_TRUE(hub->subscribe(one.by(2), "a.x", "a", 0, 2).ok());
  one.provider.begin_trial(fresh, 1000);
  for (int i = 0; i < 5; ++i) publish("a.x", std::to_string(i));
  EXPECT_THAT(one.seen(5).front(), HasSubstr("1 a.x 0"));
  EXPECT_THAT(one.seen(5).back(), HasSubstr("1 a.x 4"));

  one.provider.serve(fresh);
  hub->activate("one");
  hub->end_generation("one", 1, true);
  publish("a.y", "5");
  publish("a.x", "6");
  EXPECT_EQ(one.seen(6).back(), "2 a.x 6") << "the new one does not want a.y";
}

TEST_F(EventHubTest, AnEndedGenerationIsUsedNoMore) {
  one.serve(1, *hub);
  ASSERT_TRUE(hub->subscribe(one.by(1), "a", "a", 0, 1).ok());
  hub->end_generation("one", 1, true);
  publish("a", "1");
  EXPECT_TRUE(hub->list().empty());
  EXPECT_TRUE(one.seen().empty());
}

// ---- durable, on both databases

class DurableEvents : public store::OnBothStores {
 protected:
  void SetUp() override {
    store::OnBothStores::SetUp();
    if (IsSkipped()) return;
    options.first_backoff = 1ms;
    make();
  }
  void TearDown() override {
    hub.reset();
    store::OnBothStores::TearDown();
  }
  // As after a start of the host.
  void make() {
    hub.reset();
    hub = std::make_unique<EventHub>(options, chains, transactions);
    const auto opened = hub->open(store(), namespace_of("events"));
    ASSERT_TRUE(opened.ok()) << opened.error().message;
  }
  void publish(const char* topic, const std::string& data) {
    const auto id = hub->publish("shop", topic, data);
    EXPECT_TRUE(id.ok()) << id.error().message;
  }
  void subscribe(FakeSubscriber& who, uint64_t generation, const char* pattern,
                 uint64_t token = 0) {
    const auto done = hub->subscribe(who.by(generation), pattern, "kept", TN_EVENT_DURABLE, token);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }
  // Waits until all that was accepted has been taken and written down as such.
  void settle() {
    for (int i = 0; i < 2000 && !settled(); ++i) std::this_thread::sleep_for(10ms);
    EXPECT_TRUE(settled());
  }
  bool settled() const {
    const auto all = hub->list();
    return std::all_of(all.begin(), all.end(), [](const auto& one) { return one.pending == 0; });
  }
  int64_t stored() {
    auto rows = store()
                    .scope(namespace_of("events"))
                    .value()
                    .query("SELECT count(*) AS n FROM {events}", {}, store::soon());
    return rows.ok() ? rows->int64(0, "n").value() : -1;
  }

  EventOptions options;
  CallChains chains;
  Transactions transactions;
  FakeSubscriber one{"one", chains}, two{"two", chains};
  std::unique_ptr<EventHub> hub;
};

TEST_P(DurableEvents, WaitForASubscriberThatIsAwayAlsoOverARestartOfTheHost) {
  subscribe(one, 1, "a.*");
  publish("a.x", "1");
  publish("b.x", "2");
  publish("a.y", "3");
  EXPECT_EQ(stored(), 2) << "what nobody keeps is not written";

  make();
  publish("a.z", "4");
  EXPECT_TRUE(one.seen().empty());
  EXPECT_FALSE(hub->list().at(0).active);
  EXPECT_EQ(hub->list().at(0).pending, 3u);
  one.serve(2, *hub);
  subscribe(one, 2, "a.*", 5);

  EXPECT_THAT(one.seen(3), ElementsAre("5 a.x 1", "5 a.y 3", "5 a.z 4"));
  settle();
  EXPECT_EQ(stored(), 0) << "taken by all";
}

TEST_P(DurableEvents, AreRepeatedInOrderUntilTheyAreTaken) {
  one.failures = 3;
  one.serve(1, *hub);
  subscribe(one, 1, "a");
  for (int i = 0; i < 100; ++i) publish("a", std::to_string(i));
  settle();
  const auto seen = one.seen();
  ASSERT_EQ(seen.size(), 103u);
  EXPECT_EQ(seen[0], "0 a 0");
  EXPECT_EQ(seen[1], "0 a 0 attempt 2");
  EXPECT_EQ(seen[3], "0 a 0 attempt 4");
  for (int i = 1; i < 100; ++i) EXPECT_EQ(seen[i + 3], "0 a " + std::to_string(i));
}

TEST_P(DurableEvents, OneSubscriptionThatFailsDoesNotKeepOthersWaiting) {
  one.failures = 1'000'000;
  one.serve(1, *hub);
  two.serve(1, *hub);
  subscribe(one, 1, "a");
  subscribe(two, 1, "a");
  for (int i = 0; i < 10; ++i) publish("a", std::to_string(i));
  EXPECT_EQ(two.seen(10).back(), "0 a 9");
  EXPECT_EQ(stored(), 10);
  for (int i = 0; i < 1000 && hub->list().at(0).problem.empty(); ++i)
    std::this_thread::sleep_for(10ms);
  EXPECT_EQ(hub->list().at(0).problem, "not now");
}

TEST_P(DurableEvents, ACapDropsTheOldestAndSaysSo) {
  options.durable_events = 5;
  make();
  subscribe(one, 1, "a");
  for (int i = 0; i < 8; ++i) publish("a", std::to_string(i));
  EXPECT_EQ(hub->list().at(0).pending, 5u);
  EXPECT_EQ(hub->list().at(0).dropped, 3u);
  one.serve(1, *hub);
  EXPECT_THAT(one.seen(5), ElementsAre("0 a 3 missed 3", "0 a 4", "0 a 5", "0 a 6", "0 a 7"));
}

TEST_P(DurableEvents, WhatIsDroppedIsNotDeliveredAlthoughItWasReadBefore) {
  options.durable_events = 5;
  make();
  subscribe(one, 1, "a");
  for (int i = 0; i < 4; ++i) publish("a", std::to_string(i));
  one.hold();
  one.serve(1, *hub);
  one.wait_inside();  // 0 is under way, the next three are read
  for (int i = 4; i < 8; ++i) publish("a", std::to_string(i));
  EXPECT_EQ(hub->list().at(0).dropped, 3u);
  one.release();
  EXPECT_THAT(one.seen(6),
              ElementsAre("0 a 0", "0 a 3 missed 3", "0 a 4", "0 a 5", "0 a 6", "0 a 7"));
  settle();
}

TEST_P(DurableEvents, UnsubscribingForgetsThem) {
  subscribe(one, 1, "a");
  publish("a", "1");
  ASSERT_TRUE(hub->unsubscribe("one", 1, "kept").ok());
  make();
  EXPECT_TRUE(hub->list().empty());
  EXPECT_EQ(stored(), 0);
}

TEST_P(DurableEvents, ALiveSubscriptionOfTheSameNameIsRefused) {
  subscribe(one, 1, "a");
  EXPECT_EQ(hub->subscribe(one.by(2), "a", "kept", 0, 0).error().code, Code::conflict);
}

TEST_P(DurableEvents, AReloadGoesOnWithTheSubscriptionAndItsPatternFollows) {
  one.serve(1, *hub);
  one.hold();
  subscribe(one, 1, "a.*", 1);
  publish("a.x", "1");
  Serving& fresh = one.add(2);
  subscribe(one, 2, "b.*", 2);
  publish("a.x", "2");
  publish("b.x", "3");
  one.release();
  EXPECT_EQ(one.seen(2).back(), "1 a.x 2") << "the generation on trial gets none";
  settle();
  one.provider.serve(fresh);
  hub->activate("one");
  hub->end_generation("one", 1, true);
  EXPECT_THAT(hub->list().at(0).patterns, ElementsAre("b.*"));
  publish("a.x", "4");
  publish("b.x", "5");
  EXPECT_EQ(one.seen(3).back(), "2 b.x 5");
}

TEST_P(DurableEvents, PublishersAndSubscribersThatComeAndGoLoseNone) {
  one.serve(1, *hub);
  subscribe(one, 1, "a");
  std::vector<std::jthread> publishers;
  for (int p = 0; p < 3; ++p)
    publishers.emplace_back([&] {
      for (int i = 0; i < 50; ++i) publish("a", std::to_string(i));
    });
  for (uint64_t generation = 2; generation < 12; ++generation) {
    Serving& fresh = one.add(generation);
    subscribe(one, generation, "a");
    one.provider.serve(fresh);
    hub->activate("one");
    hub->end_generation("one", generation - 1, true);
  }
  publishers.clear();
  settle();
  EXPECT_EQ(one.seen().size(), 150u);
}

INSTANTIATE_TEST_SUITE_P(Stores, DurableEvents,
                         ::testing::Values(store::Dialect::sqlite, store::Dialect::postgres),
                         store::dialect_name);

// ---- a host that is killed

// Runs in a process of its own: publishes until it is killed, and writes down what was accepted.
TEST(EventCrash, DISABLED_PublishesUntilItIsKilled) {
  const char* folder = std::getenv("TENON_EVENT_CRASH");
  ASSERT_NE(folder, nullptr);
  store::StoreOptions options;
  options.path = std::string(folder) + "/crash.db";
  auto opened = store::open_store(options);
  ASSERT_TRUE(opened.ok());
  CallChains chains;
  Transactions transactions;
  FakeSubscriber one("one", chains);
  EventHub hub({}, chains, transactions);
  ASSERT_TRUE(hub.open(**opened).ok());
  ASSERT_TRUE(hub.subscribe(one.by(1), "a", "kept", TN_EVENT_DURABLE, 0).ok());
  std::ofstream accepted(std::string(folder) + "/accepted");
  for (int i = 0;; ++i) {
    ASSERT_TRUE(hub.publish("shop", "a", std::to_string(i)).ok());
    accepted << i << std::endl;
  }
}

size_t lines_of(const std::string& file) {
  std::ifstream in(file);
  return static_cast<size_t>(std::count(std::istreambuf_iterator<char>(in), {}, '\n'));
}

TEST(EventCrash, WhatWasAcceptedIsDeliveredAfterTheHostWasKilled) {
  const ScratchFolder scratch;
  const std::string folder = scratch.path();
  ASSERT_EQ(setenv("TENON_EVENT_CRASH", folder.c_str(), 1), 0);
  std::string self = "/proc/self/exe", all = "--gtest_also_run_disabled_tests",
              filter = "--gtest_filter=EventCrash.DISABLED_PublishesUntilItIsKilled";
  char* const arguments[] = {self.data(), all.data(), filter.data(), nullptr};
  pid_t child = 0;
  ASSERT_EQ(posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, arguments, environ), 0);
  for (int i = 0; i < 2000 && lines_of(folder + "/accepted") < 20; ++i)
    std::this_thread::sleep_for(10ms);
  ASSERT_EQ(kill(child, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  const size_t accepted = lines_of(folder + "/accepted");
  ASSERT_GE(accepted, 20u);

  store::StoreOptions options;
  options.path = folder + "/crash.db";
  auto opened = store::open_store(options);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  CallChains chains;
  Transactions transactions;
  FakeSubscriber one("one", chains);
  {
    EventHub hub({}, chains, transactions);
    ASSERT_TRUE(hub.open(**opened).ok());
    one.serve(1, hub);
    ASSERT_TRUE(hub.subscribe(one.by(1), "a", "kept", TN_EVENT_DURABLE, 0).ok());
    const auto seen = one.seen(accepted);
    for (size_t i = 0; i < accepted; ++i) EXPECT_EQ(seen.at(i), "0 a " + std::to_string(i));
  }
  opened->reset();
}

}  // namespace
}  // namespace tenon::plugins
