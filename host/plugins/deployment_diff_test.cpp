#include "host/plugins/deployment_diff.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenon::plugins {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kManifest = R"({"manifest":1,"id":"shop","version":"1.0.0","config_schema":
  {"type":"object","properties":{"greeting":{"type":"string","default":"hi"}}}})";

Candidate candidate(const std::string& build_id = "abc") {
  return {"/plugins/shop.so", Manifest::parse(kManifest).value(), build_id};
}

Deployment plan(const std::string& plugins, const std::string& host = "",
                const std::string& build_id = "abc") {
  const auto parsed = config::parse_host_config(
      config::load_text("host:\n  data: /data\n" + host + "plugins:\n" + plugins, "/etc/t.yaml"));
  Discovery discovery;
  discovery.libraries.emplace("shop", candidate(build_id));
  auto out = plan_deployment(parsed, discovery);
  EXPECT_EQ(config::to_string(out.problems), "");
  return out;
}

DeploymentDiff diff(const Deployment& now, const Deployment& next) {
  std::vector<RunningInstance> running;
  for (const auto& one : now.instances)
    running.push_back({&one, one.candidate.file, one.candidate.build_id});
  return diff_deployments(running, next);
}

TEST(DeploymentDiff, IsEmptyForTheSame) {
  const auto now = plan("  a: {library: shop}\n");
  EXPECT_TRUE(diff(now, now).empty());
  EXPECT_TRUE(
      diff(now, plan("\n\n  # moved\n  a: {library: shop, config: {greeting: hi}}\n")).empty())
      << "defaults and places make no difference";
}

TEST(DeploymentDiff, NamesWhatComesAndGoes) {
  const auto found =
      diff(plan("  b: {library: shop}\n  a: {library: shop}\n  c: {library: shop}\n"),
           plan("  e: {library: shop}\n  a: {library: shop}\n  d: {library: shop}\n"
                "  c: {library: shop, enabled: false}\n"));
  EXPECT_THAT(found.added, ElementsAre("d", "e"));
  EXPECT_THAT(found.removed, ElementsAre("b", "c"));
  EXPECT_THAT(found.changed, IsEmpty());
}

struct Case {
  const char* yaml;
  std::vector<std::string> what;
  bool new_generation;
};

// Each key of an instance, and whether it reaches code that runs.
TEST(DeploymentDiff, NamesEveryKeyThatChanged) {
  const std::string isolated = "runtime: isolated, ";
  const std::vector<Case> cases = {
      {"config: {greeting: Hi}", {"config"}, true},
      {"deadlines_ms: {start: 7}", {"deadlines_ms"}, false},
      {"labels: {region: eu}", {"labels"}, false},
      {"limits: {concurrency: 7}", {"limits"}, false},
      {"limits: {call_timeout_ms: 7}", {"limits"}, false},
      {"limits: {queue: 7}", {"limits"}, false},
      {"limits: {memory_mb: 7}", {"limits"}, true},
      {"limits: {cpu_percent: 7}", {"limits"}, true},
      {"limits: {open_files: 17}", {"limits"}, true},
      {"limits: {threads: 7}", {"limits"}, true},
      {"log_level: trace", {"log_level"}, false},
      {"permissions: {read: [/etc]}", {"permissions"}, true},
      {"permissions: {write: [/etc]}", {"permissions"}, true},
      {"permissions: {outbound: [\"a.b:1\"]}", {"permissions"}, true},
      {"permissions: {environment: [TZ]}", {"permissions"}, true},
      {"permissions: {store: [other]}", {"permissions"}, true},
      {"permissions: {interfaces: [a/1]}", {"permissions"}, true},
      {"permissions: {routes: [\"GET /x\"]}", {"permissions"}, true},
      {"priority: 7", {"priority"}, false},
      {"reload: {drain_ms: 7}", {"reload"}, false},
      {"reload: {canary: {share_percent: 7}}", {"reload"}, false},
      {"required: true", {"required"}, false},
      {"supervision: {max_crashes: 7}", {"supervision"}, false},
      {"supervision: {hang_ms: 7000}", {"supervision"}, true},
      {"priority: 7, labels: {a: b}, config: {greeting: Hi}",
       {"config", "labels", "priority"},
       true},
  };
  const auto now = plan("  a: {" + isolated + "library: shop}\n");
  for (const auto& one : cases) {
    const auto found = diff(now, plan("  a: {" + isolated + "library: shop, " + one.yaml + "}\n"));
    ASSERT_EQ(found.changed.size(), 1U) << one.yaml;
    EXPECT_EQ(found.changed[0].what, one.what) << one.yaml;
    EXPECT_EQ(found.changed[0].new_generation, one.new_generation) << one.yaml;
  }
}

TEST(DeploymentDiff, KnowsThatLimitsOfAProcessMeanNothingInThisOne) {
  const auto found =
      diff(plan("  a: {runtime: in_process, library: shop}\n"),
           plan("  a: {runtime: in_process, library: shop, limits: {memory_mb: 7}}\n"));
  ASSERT_EQ(found.changed.size(), 1U);
  EXPECT_FALSE(found.changed[0].new_generation);
}

TEST(DeploymentDiff, SeesDefaultsOfTheHostAndTheRuntime) {
  const auto now = plan("  a: {library: shop}\n", "  runtime: in_process\n");
  const auto found =
      diff(now, plan("  a: {library: shop}\n", "  runtime: isolated\n  limits: {queue: 7}\n"));
  ASSERT_EQ(found.changed.size(), 1U);
  EXPECT_THAT(found.changed[0].what, ElementsAre("limits", "runtime"));
  EXPECT_TRUE(found.changed[0].new_generation);
}

TEST(DeploymentDiff, TellsCodeByItsBuildId) {
  const auto now = plan("  a: {library: shop}\n");
  const auto found = diff(now, plan("  a: {library: shop}\n", "", "def"));
  ASSERT_EQ(found.changed.size(), 1U);
  EXPECT_THAT(found.changed[0].what, ElementsAre("library"));
  EXPECT_TRUE(found.changed[0].new_generation);

  const auto moved = diff_deployments({{&now.instances[0], "/elsewhere/shop.so", "abc"}}, now);
  ASSERT_EQ(moved.changed.size(), 1U);
  EXPECT_EQ(what_text(moved.changed[0]), "library");
}

}  // namespace
}  // namespace tenon::plugins
