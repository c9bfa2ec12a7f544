#include <tenon/testing/plugin.hpp>
#include <tenon/testing/test.hpp>

using tenon::testing::Host;
using tenon::testing::Plugin;

TENON_TEST(says_hello_and_echoes) {
  Host host;
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  TENON_EXPECT(host.logged("a plugin in C has started"));
  TENON_EXPECT_EQ(plugin.get("/@NAME@").body, "hello from C\n");
  const auto echoed = plugin.call_text("@NAME@.echo/1", "echo", "[1,2]");
  TENON_REQUIRE(echoed);
  TENON_EXPECT_EQ(*echoed, "[1,2]");
  TENON_EXPECT(plugin.stop());
}
