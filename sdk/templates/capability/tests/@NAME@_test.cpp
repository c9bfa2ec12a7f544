#include <tenon/draft/bridge/capability.hpp>
#include <tenon/testing/plugin.hpp>
#include <tenon/testing/test.hpp>

using namespace tenon::bridge;
using tenon::Code;
using tenon::Result;
using tenon::testing::Host;
using tenon::testing::Plugin;

namespace {

Task task(const std::string& text, const std::string& id = "t-1") {
  return {id, "@NAME@.count_words", {{"text", text}}, "trace", "tester"};
}
Result<Outcome> perform(Plugin& plugin, const Task& task) {
  return plugin.call<Outcome>(kCapabilityInterface, "perform", task);
}

}  // namespace

TENON_TEST(counts_words) {
  Host host;
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  const auto outcome = perform(plugin, task("one  two\nthree"));
  TENON_REQUIRE(outcome);
  TENON_EXPECT_EQ(outcome->result.at("words").as_int64(), 3);
}

TENON_TEST(is_described_with_schemas) {
  Host host;
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  const auto list =
      plugin.call<CapabilityList>(kCapabilityInterface, "describe", boost::json::object());
  TENON_REQUIRE(list);
  const Capability& only = list->capabilities.at(0);
  TENON_EXPECT_EQ(only.name, "@NAME@.count_words");
  TENON_EXPECT(only.payload.at("properties").as_object().contains("text"));
}

TENON_TEST(a_task_that_comes_again_has_its_effect_once) {
  Host host;
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  TENON_REQUIRE(perform(plugin, task("one two")));
  const auto again = perform(plugin, task("something else"));
  TENON_REQUIRE(again);
  TENON_EXPECT_EQ(again->result.at("words").as_int64(), 2);
  TENON_EXPECT_EQ(host.calls("state.put"), 1u);
}

TENON_TEST(what_cannot_be_kept_fails_the_task) {
  Host host;
  host.fail("state.put", Code::unavailable, {.times = 1});
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  TENON_EXPECT(!perform(plugin, task("one")).ok());
  TENON_EXPECT(perform(plugin, task("one")));
}

TENON_TEST(long_work_tells_its_progress_and_can_be_cancelled) {
  Host host;
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  std::string essay;
  for (int i = 0; i < 2500; ++i) essay += "word ";
  TENON_REQUIRE(perform(plugin, task(essay)));
  TENON_EXPECT_EQ(host.progress().size(), 2u);
  host.during("progress.report", [&] { host.cancel(); });
  const auto cancelled = perform(plugin, task(essay, "t-2"));
  TENON_REQUIRE(!cancelled.ok());
  TENON_EXPECT(cancelled.error().code == Code::cancelled);
  TENON_EXPECT_EQ(host.progress().size(), 3u);  // no further one
  TENON_EXPECT(!host.state("task.t-2").has_value());
}

TENON_TEST(what_is_wrong_with_a_task_is_named) {
  Host host;
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  Task wrong = task("");
  wrong.payload = {{"txt", "x"}};
  TENON_EXPECT_EQ(perform(plugin, wrong).error().path, "payload.text");
  wrong.action = "other.verb";
  TENON_EXPECT_EQ(perform(plugin, wrong).error().path, "action");
}
