#include "host/plugins/graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace tenon::plugins {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Graph : public testing::Test {
 protected:
  Manifest& add(const std::string& id) {
    Manifest& manifest = manifests_.emplace_back();
    manifest.id = id;
    nodes_.push_back({id, &manifest});
    return manifest;
  }
  static void provides(Manifest& manifest, const std::string& interface_id,
                       const std::string& version = "1.0.0") {
    manifest.provides.push_back({interface_id, Version::parse(version).value(), false, {}, 0});
  }
  static void requires_(Manifest& manifest, const std::string& interface_id,
                        const std::string& range = "*", bool optional = false) {
    manifest.requires_.push_back(
        {interface_id, VersionRange::parse(range).value(), optional, false});
  }
  StartPlan plan() { return plan_start(nodes_); }

  std::deque<Manifest> manifests_;
  std::vector<GraphNode> nodes_;
};

TEST_F(Graph, StartsProvidersFirst) {
  requires_(add("a"), "x/1");
  Manifest& b = add("b");
  provides(b, "x/1");
  requires_(b, "y/1");
  provides(add("c"), "y/1");

  const auto planned = plan();

  EXPECT_THAT(planned.order, ElementsAre("c", "b", "a"));
  EXPECT_TRUE(planned.problems.empty());
}

TEST_F(Graph, NamesWhatIsMissingAndTheWholeChain) {
  requires_(add("a"), "x/1");
  Manifest& b = add("b");
  provides(b, "x/1");
  requires_(b, "nowhere/1", ">=1.2");
  add("free");

  const auto planned = plan();

  EXPECT_THAT(planned.order, ElementsAre("free"));
  ASSERT_EQ(planned.problems.size(), 2u);
  EXPECT_THAT(planned.problems[0].message,
              AllOf(HasSubstr("a requires b"), HasSubstr("b requires nowhere/1 in version >=1.2"),
                    HasSubstr("no configured plugin provides")));
}

TEST_F(Graph, ShowsTheVersionsThatAreOutOfRange) {
  requires_(add("a"), "x/1", "^1.4");
  provides(add("old"), "x/1", "1.3.9");

  const auto planned = plan();

  ASSERT_EQ(planned.problems.size(), 1u);
  EXPECT_THAT(planned.problems[0].message,
              AllOf(HasSubstr("^1.4"), HasSubstr("old provides 1.3.9")));
}

TEST_F(Graph, ReportsACycleWithEveryMember) {
  Manifest& a = add("a");
  requires_(a, "b/1");
  provides(a, "a/1");
  Manifest& b = add("b");
  requires_(b, "c/1");
  provides(b, "b/1");
  Manifest& c = add("c");
  requires_(c, "a/1");
  provides(c, "c/1");
  add("other");

  const auto planned = plan();

  EXPECT_THAT(planned.order, ElementsAre("other"));
  ASSERT_EQ(planned.problems.size(), 3u);
  for (const auto& problem : planned.problems)
    EXPECT_THAT(problem.message, HasSubstr("a -> b -> c -> a"));
}

TEST_F(Graph, OptionalRequirementsOrderButNeverPrevent) {
  Manifest& a = add("a");
  requires_(a, "z/1", "*", true);
  provides(a, "a/1");
  Manifest& z = add("z");
  provides(z, "z/1");
  requires_(add("lonely"), "nowhere/1", "*", true);

  EXPECT_THAT(plan().order, ElementsAre("lonely", "z", "a"));

  requires_(z, "a/1");  // now a cycle, of which one half is optional
  EXPECT_THAT(plan().order, ElementsAre("lonely", "a", "z"));
}

TEST_F(Graph, AnotherProviderStandsInForOneThatFails) {
  requires_(add("a"), "x/1");
  Manifest& broken = add("broken");
  provides(broken, "x/1");
  requires_(broken, "nowhere/1");
  provides(add("sound"), "x/1");

  EXPECT_THAT(plan().order, ElementsAre("sound", "a"));
}

// Whatever the graph, every instance is either ordered after all it needs, or reported.
TEST_F(Graph, TheOperatorsChoiceDecidesWhoIsNeeded) {
  requires_(add("a"), "x/1");
  provides(add("p"), "x/1", "1.0.0");
  provides(add("q"), "x/1", "1.1.0");
  config::InstanceSettings settings;
  settings.use["x/1"].instance = "p";
  nodes_[0].settings = &settings;

  EXPECT_THAT(plan().needs.at("a"), ElementsAre("p"));

  settings.use["x/1"].instance = "";
  settings.use["x/1"].labels = {{"tier", "gold"}};
  const StartPlan none = plan();
  ASSERT_EQ(none.problems.size(), 1u);
  EXPECT_EQ(none.problems[0].message,
            "a asks for x/1 with version *; plugins.a.use asks for labels tier=gold: p 1.0.0 lacks "
            "tier=gold; q 1.1.0 lacks tier=gold");

  config::InstanceSettings gold;
  gold.labels = {{"tier", "gold"}};
  nodes_[2].settings = &gold;
  EXPECT_THAT(plan().needs.at("a"), ElementsAre("q"));
}

TEST_F(Graph, EveryInstanceIsOrderedOrReported) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    manifests_.clear();
    nodes_.clear();
    const size_t count = 1 + random() % 12;
    for (size_t i = 0; i < count; ++i) {
      Manifest& manifest = add("p" + std::to_string(i));
      provides(manifest, "i" + std::to_string(i) + "/1");
      for (size_t edge = random() % 3; edge > 0; --edge)
        requires_(manifest, "i" + std::to_string(random() % (count + 1)) + "/1", "*",
                  random() % 4 == 0);
    }
    const auto planned = plan();
    ASSERT_EQ(planned.order.size() + planned.problems.size(), count);
    std::set<std::string> started;
    for (const auto& instance : planned.order) {
      const auto needed = planned.needs.find(instance);
      if (needed != planned.needs.end()) {
        for (const auto& provider : needed->second) {
          ASSERT_TRUE(started.count(provider)) << provider;
        }
      }
      started.insert(instance);
    }
  }
}

TEST_F(Graph, AnInstanceWaitsForTheProvidersThatStartBeforeIt) {
  Manifest& a = add("a");
  requires_(a, "x/1");
  requires_(a, "y/1", "*", true);
  requires_(a, "nobody/1", "*", true);
  provides(add("x"), "x/1");
  provides(add("y"), "y/1");
  Manifest& broken = add("broken");
  provides(broken, "y/1");
  requires_(broken, "nobody/1");

  const auto planned = plan();

  EXPECT_THAT(planned.order, ElementsAre("x", "y", "a"));
  EXPECT_THAT(planned.waits_for.at("a"), ElementsAre("x", "y"));
  EXPECT_TRUE(planned.waits_for.at("x").empty());
  EXPECT_TRUE(planned.waits_for.at("y").empty());
}

TEST_F(Graph, OfTwoThatWantEachOtherOnlyTheSecondWaits) {
  Manifest& a = add("a");
  provides(a, "a/1");
  requires_(a, "b/1", "*", true);
  Manifest& b = add("b");
  provides(b, "b/1");
  requires_(b, "a/1", "*", true);

  const auto planned = plan();

  EXPECT_THAT(planned.order, ElementsAre("a", "b"));
  EXPECT_TRUE(planned.waits_for.at("a").empty());
  EXPECT_THAT(planned.waits_for.at("b"), ElementsAre("a"));
}
}  // namespace
}  // namespace tenon::plugins
