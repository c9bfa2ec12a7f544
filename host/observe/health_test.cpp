#include "host/observe/health.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

namespace tenon::observe {
namespace {

TEST(Health, SaysOkWhateverThePartsDo) {
  Health health;
  health.declare("store", true);
  health.report("store", HealthState::failed, "connection refused");
  EXPECT_EQ(health.health(), (boost::json::object{{"status", "ok"}}));
}

TEST(Health, ShowsTheMembersOfPlugins) {
  Health health;
  ASSERT_TRUE(health.set_member("agent", "agent_id", "a-1").ok());
  int asked = 0;
  ASSERT_TRUE(health.set_member_source("agent", "last_seen", [&] { return ++asked; }).ok());
  ASSERT_TRUE(
      health
          .set_member_source("db", "database",
                             []() -> boost::json::value { throw std::runtime_error("down"); })
          .ok());

  (void)health.health();
  EXPECT_EQ(health.health(),
            (boost::json::object{
                {"status", "ok"}, {"agent_id", "a-1"}, {"database", nullptr}, {"last_seen", 2}}));

  health.remove_members("agent");
  EXPECT_FALSE(health.health().contains("agent_id"));
  EXPECT_TRUE(health.health().contains("database"));
}

TEST(Health, AMemberHasOneOwnerAndNeverIsTheStatus) {
  Health health;
  ASSERT_TRUE(health.set_member("a", "version", "1").ok());
  EXPECT_TRUE(health.set_member("a", "version", "2").ok());
  const auto refused = health.set_member("b", "version", "3");
  EXPECT_EQ(refused.error().code, Code::conflict);
  EXPECT_NE(refused.error().message.find("\"a\""), std::string::npos);
  EXPECT_FALSE(health.set_member("a", "status", "down").ok());
  EXPECT_EQ(health.health().at("version"), "2");
}

struct ReadyCase {
  bool required;
  HealthState state;
  bool ready;
  const char* status;
};

TEST(Health, IsReadyUnlessARequiredPartFailed) {
  const ReadyCase cases[] = {
      {true, HealthState::ok, true, "ready"},
      {true, HealthState::degraded, true, "degraded"},
      {true, HealthState::failed, false, "not_ready"},
      {false, HealthState::ok, true, "ready"},
      {false, HealthState::degraded, true, "degraded"},
      {false, HealthState::failed, true, "degraded"},
  };
  for (const auto& c : cases) {
    Health health;
    health.declare("part", c.required);
    health.report("part", c.state, "why");
    const auto ready = health.ready();
    EXPECT_EQ(ready.ready, c.ready) << c.status;
    EXPECT_EQ(ready.body.at("status"), c.status);
    EXPECT_EQ(ready.body.at("parts").at(0).at("required"), c.required);
    EXPECT_EQ(std::string_view(ready.body.at("parts").at(0).at("state").as_string()),
              to_string(c.state));
    EXPECT_EQ(ready.body.at("parts").at(0).at("reason"), "why");
  }
}

TEST(Health, ADeclaredPartIsNotReadyBeforeItReports) {
  Health health;
  EXPECT_TRUE(health.ready().ready);
  health.declare("catalog", true);
  EXPECT_FALSE(health.ready().ready);
  health.report("catalog", HealthState::ok);
  EXPECT_TRUE(health.ready().ready);
  health.report("catalog", HealthState::failed);
  health.remove("catalog");
  EXPECT_TRUE(health.ready().ready);
}

TEST(Health, SinceMovesWithTheStateOnly) {
  std::chrono::system_clock::time_point now{std::chrono::seconds(1'000'000'000)};
  Health health([&] { return now; });
  const auto since = [&] { return health.ready().body.at("parts").at(0).at("since"); };

  health.report("a", HealthState::ok);
  now += std::chrono::seconds(10);
  health.report("a", HealthState::ok, "still");
  EXPECT_EQ(since(), "2001-09-09T01:46:40.000000Z");
  health.report("a", HealthState::degraded);
  EXPECT_EQ(since(), "2001-09-09T01:46:50.000000Z");
}

TEST(Health, IsSafeAmongThreads) {
  Health health;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      const std::string name = "p" + std::to_string(t);
      for (int i = 0; i < 200; ++i) {
        health.report(name, i % 2 ? HealthState::ok : HealthState::failed);
        (void)health.set_member(name, name, i);
        (void)health.ready();
        (void)health.health();
      }
    });
  threads.clear();
  EXPECT_EQ(health.health().size(), 5u);
}

}  // namespace
}  // namespace tenon::observe
