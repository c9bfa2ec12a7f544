#include <tenon/draft/coach/job.hpp>
#include <tenon/testing/plugin.hpp>
#include <tenon/testing/test.hpp>

using namespace tenon::coach;
using tenon::Result;
using tenon::testing::Host;
using tenon::testing::Plugin;

namespace {

UserLogs user(const std::string& id, const std::vector<std::string>& dates,
              const std::string& last_notified = "") {
  UserLogs logs{id, "2026-03-29", last_notified, {}};
  for (const std::string& date : dates) logs.logs.push_back({date + "T10:00:00Z", date, "hello"});
  return logs;
}
Result<Ran> run(Plugin& plugin, const std::vector<UserLogs>& users) {
  return plugin.call<Ran>(kJobInterface, "run", RunTick{"2026-03-29T08:00:00Z", {}, users});
}

}  // namespace

TENON_TEST(quiet_users_are_written_to_once) {
  Host host;
  host.config(R"({"quiet_days": 3})");
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  const auto ran = run(plugin, {user("quiet", {}), user("talking", {"2026-03-27"}),
                                user("three days", {"2026-03-26"}),
                                user("written to", {}, "2026-03-28")});
  TENON_REQUIRE(ran);
  TENON_REQUIRE(ran->notifications.size() == 2);
  TENON_EXPECT_EQ(ran->notifications[0].user_id, "quiet");
  TENON_EXPECT_EQ(ran->notifications[1].user_id, "three days");
  TENON_EXPECT_EQ(ran->notifications[1].because.at(0), "3 days without a word");
  TENON_EXPECT_EQ(host.metric("coach.quiet_users")->value, 2);
}

TENON_TEST(one_users_failure_leaves_the_others_alone) {
  Host host;
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  const auto ran = run(plugin, {user("broken", {"2026-02-30"}), user("late", {"2026-03-29x"}),
                                user("quiet", {})});
  TENON_REQUIRE(ran);
  TENON_REQUIRE(ran->failures.size() == 2);
  TENON_EXPECT_EQ(ran->failures.at(0).user_id, "broken");
  TENON_EXPECT_EQ(ran->failures.at(0).reason, "\"2026-02-30\" is no date");
  TENON_EXPECT_EQ(ran->notifications.size(), 1u);
}

TENON_TEST(the_window_follows_the_configuration) {
  Host host;
  host.config(R"({"quiet_days": 7})");
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  const auto job = plugin.call<Job>(kJobInterface, "describe", boost::json::object());
  TENON_REQUIRE(job);
  TENON_EXPECT_EQ(job->window_hours, 192);
  TENON_EXPECT_EQ(job->time_zone, "Europe/London");
}

TENON_TEST(a_tick_that_is_cancelled_writes_to_nobody) {
  Host host;
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  const RunTick tick{"2026-03-29T08:00:00Z", {}, {user("quiet", {})}};
  const auto ran = plugin.call<Ran>(kJobInterface, "run", tick, {.cancelled = true});
  TENON_REQUIRE(!ran.ok());
  TENON_EXPECT(ran.error().code == tenon::Code::cancelled);
  TENON_EXPECT_EQ(host.metric("coach.quiet_users")->value, 0);
}
