#include <tenon/draft/admin/module.hpp>
#include <tenon/testing/plugin.hpp>
#include <tenon/testing/store.hpp>
#include <tenon/testing/test.hpp>

using namespace tenon::admin;
using namespace std::chrono_literals;
using tenon::Code;
using tenon::testing::Host;
using tenon::testing::Plugin;

namespace {

constexpr char kNotices[] = "/v1/admin/@NAME@/notices";

struct Service {
  Service() {
    host.use_store(tenon::testing::sqlite_store());
    TENON_REQUIRE(plugin.start());
  }
  Host host;
  Plugin plugin{host, TENON_TESTED_PLUGIN};
};

}  // namespace

TENON_TEST(a_notice_is_added_and_listed) {
  Service service;
  TENON_EXPECT_EQ(service.plugin.post(kNotices, R"({"text": "first"})").status, 201u);
  TENON_EXPECT_EQ(service.plugin.get(kNotices).body, R"({"items":[{"id":1,"text":"first"}]})");
  const auto bad = service.plugin.post(kNotices, R"({"text": ""})");
  TENON_EXPECT_EQ(bad.status, 400u);
  TENON_EXPECT_EQ(bad.error->path, "text");
}

TENON_TEST(a_card_counts_them) {
  Service service;
  service.plugin.post(kNotices, R"({"text": "first"})");
  const auto cards = service.plugin.call<Cards>(kModuleInterface, "cards", CardQuery{});
  TENON_REQUIRE(cards);
  TENON_EXPECT_EQ(cards->cards.at("notices").at("total"), 1);
}

TENON_TEST(old_notices_are_removed_as_planned) {
  Service service;
  service.plugin.post(kNotices, R"({"text": "old"})");
  service.host.advance(31 * 24h);
  service.plugin.post(kNotices, R"({"text": "new"})");
  const auto plan =
      service.plugin.call<Plan>(kModuleInterface, "plan", ActionPlan{"remove-old", {}});
  TENON_REQUIRE(plan);
  TENON_EXPECT_EQ(plan->rows, 1);
  const Perform perform{"remove-old", {}, plan->state};
  TENON_REQUIRE(service.plugin.call<Effect>(kModuleInterface, "perform", perform));
  TENON_EXPECT_EQ(service.plugin.get(kNotices).body, R"({"items":[{"id":2,"text":"new"}]})");
  const auto stale = service.plugin.call<Effect>(kModuleInterface, "perform", perform);
  TENON_REQUIRE(!stale.ok());
  TENON_EXPECT(stale.error().code == Code::conflict);
}

TENON_TEST(a_store_that_is_away_is_an_error_of_the_request) {
  Service service;
  service.host.fail("store.query", Code::unavailable, {.message = "no connection"});
  const auto answer = service.plugin.get(kNotices);
  TENON_EXPECT_EQ(answer.status, 503u);
  TENON_EXPECT_EQ(answer.error->message, "no connection");
}
