#include <tenon/testing/plugin.hpp>
#include <tenon/testing/test.hpp>

using tenon::testing::Host;
using tenon::testing::Plugin;

TENON_TEST(a_page_greets_by_name) {
  Host host;
  host.config(R"({"greeting": "Shalom"})");
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  const auto page = plugin.get("/@NAME@/Ada%20L");
  TENON_EXPECT_EQ(page.status, 200u);
  TENON_EXPECT_EQ(page.body, "Shalom, Ada L\n");
  TENON_EXPECT_EQ(plugin.get("/@NAME@").status, 404u);
}

TENON_TEST(the_method_greets_and_refuses_what_it_does_not_know) {
  Host host;
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  const auto greeting = plugin.call_text("@NAME@.greeter/1", "greet", R"({"name": "Ada"})");
  TENON_REQUIRE(greeting);
  TENON_EXPECT_EQ(*greeting, R"({"text":"Hello, Ada"})");
  const auto wrong = plugin.call_text("@NAME@.greeter/1", "greet", R"({"nam": "Ada"})");
  TENON_REQUIRE(!wrong.ok());
  TENON_EXPECT_EQ(wrong.error().path, "name");
}
