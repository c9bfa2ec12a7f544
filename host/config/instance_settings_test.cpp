#include "host/config/instance_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/config/host_config.hpp"

namespace tenon::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Optional;
using testing::Pair;

ParsedConfig parse(const std::string& yaml) {
  LoadOptions options;
  options.base_directory = "/srv/tenon";
  options.environment = [](const std::string& name) -> std::optional<std::string> {
    return name == "SECRET" ? std::optional<std::string>("hunter2") : std::nullopt;
  };
  return parse_host_config(load_text(yaml, "/etc/tenon/t.yaml", options));
}

std::vector<std::string> told(const ParsedConfig& parsed) {
  std::vector<std::string> out;
  for (const Problem& problem : parsed.problems) out.push_back(problem.to_string());
  return out;
}

TEST(InstanceSettings, WhatTheFileDoesNotSayHasDefaults) {
  const ParsedConfig parsed = parse("plugins: {a: }");

  ASSERT_TRUE(parsed.ok()) << to_string(parsed.problems);
  const InstanceSettings& settings = parsed.config.plugins.at(0).settings;
  EXPECT_EQ(settings.runtime, RuntimeChoice::automatic);
  EXPECT_FALSE(settings.permissions.store || settings.permissions.routes ||
               settings.permissions.interfaces);
  EXPECT_TRUE(settings.permissions.read.empty() && settings.permissions.write.empty() &&
              settings.permissions.outbound.empty() && settings.permissions.environment.empty());
  EXPECT_EQ(settings.permissions.mark.to_string(), "/etc/tenon/t.yaml:1:11");
  EXPECT_EQ(settings.limits.memory_mb, 1024U);
  EXPECT_EQ(settings.limits.cpu_percent, 0U);
  EXPECT_EQ(settings.limits.open_files, 1024U);
  EXPECT_EQ(settings.limits.threads, 512U);
  EXPECT_EQ(settings.limits.call_timeout, 60s);
  EXPECT_EQ(settings.limits.concurrency, 0U);
  EXPECT_EQ(settings.limits.queue, 1024U);
  EXPECT_EQ(settings.supervision.max_crashes, 5U);
  EXPECT_EQ(settings.supervision.window, 60s);
  EXPECT_EQ(settings.supervision.first_backoff, 0ms);
  EXPECT_EQ(settings.supervision.second_backoff, 100ms);
  EXPECT_EQ(settings.supervision.max_backoff, 10s);
  EXPECT_EQ(settings.supervision.heartbeat, 1s);
  EXPECT_EQ(settings.supervision.hang, 5s);
  EXPECT_EQ(settings.reload.canary.share_percent, 0U);
  EXPECT_EQ(settings.reload.canary.duration, 10s);
  EXPECT_EQ(settings.reload.canary.min_calls, 20U);
  EXPECT_EQ(settings.reload.canary.max_error_percent, 1);
  EXPECT_EQ(settings.reload.canary.max_latency_factor, 2);
  EXPECT_EQ(settings.reload.drain, 30s);
  EXPECT_EQ(settings.reload.keep_mapped, 8U);
  EXPECT_TRUE(settings.labels.empty() && settings.use.empty());
  EXPECT_EQ(settings.priority, 0);
}

TEST(InstanceSettings, EveryKeyIsRead) {
  const ParsedConfig parsed = parse(R"(
plugins:
  greeter:
    runtime: isolated
    permissions:
      store: [greeter, other-one]
      routes: ["GET /x/{id}", "* /y/{rest...}"]
      interfaces: [acme.clock/1]
      outbound: ["api.example.com:443", "*:25"]
      read: [lists, ../shared, /etc/hosts]
      write: [out]
      environment: [TZ, LANG]
    limits: {memory_mb: 64, cpu_percent: 50, open_files: 32, threads: 8, call_timeout_ms: 10,
             concurrency: 2, queue: 3}
    supervision: {max_crashes: 1, window_s: 2, backoff_ms: {first: 3, second: 4, max: 5},
                  heartbeat_ms: 60, hang_ms: 70}
    reload:
      canary: {share_percent: 10, duration_ms: 11, min_calls: 12, max_error_percent: 0.5,
               max_latency_factor: 1.5}
      drain_ms: 13
      keep_mapped: 14
    labels: {region: eu, tier: gold}
    priority: -3
    use:
      acme.clock/1: {instance: clock}
      acme.sink/2: {labels: {tier: gold}, range: ">=2.1 <3"}
  clock:
)");

  ASSERT_TRUE(parsed.ok()) << to_string(parsed.problems);
  const InstanceSettings& settings = parsed.config.plugins.at(0).settings;
  EXPECT_EQ(settings.runtime, RuntimeChoice::isolated);
  EXPECT_THAT(settings.permissions.store, Optional(ElementsAre("greeter", "other-one")));
  ASSERT_TRUE(settings.permissions.routes);
  EXPECT_EQ(settings.permissions.routes->at(1).text(), "* /y/{rest...}");
  EXPECT_THAT(settings.permissions.interfaces, Optional(ElementsAre("acme.clock/1")));
  ASSERT_EQ(settings.permissions.outbound.size(), 2U);
  EXPECT_EQ(settings.permissions.outbound[0].host(), "api.example.com");
  EXPECT_EQ(settings.permissions.outbound[0].port(), 443);
  EXPECT_THAT(settings.permissions.read,
              ElementsAre("/etc/tenon/lists", "/etc/shared", "/etc/hosts"));
  EXPECT_THAT(settings.permissions.write, ElementsAre("/etc/tenon/out"));
  EXPECT_THAT(settings.permissions.environment, ElementsAre("TZ", "LANG"));
  EXPECT_EQ(settings.permissions.mark.to_string(), "/etc/tenon/t.yaml:6:7");
  EXPECT_EQ(settings.limits.memory_mb, 64U);
  EXPECT_EQ(settings.limits.cpu_percent, 50U);
  EXPECT_EQ(settings.limits.open_files, 32U);
  EXPECT_EQ(settings.limits.threads, 8U);
  EXPECT_EQ(settings.limits.call_timeout, 10ms);
  EXPECT_EQ(settings.limits.concurrency, 2U);
  EXPECT_EQ(settings.limits.queue, 3U);
  EXPECT_EQ(settings.supervision.max_crashes, 1U);
  EXPECT_EQ(settings.supervision.window, 2s);
  EXPECT_EQ(settings.supervision.first_backoff, 3ms);
  EXPECT_EQ(settings.supervision.second_backoff, 4ms);
  EXPECT_EQ(settings.supervision.max_backoff, 5ms);
  EXPECT_EQ(settings.supervision.heartbeat, 60ms);
  EXPECT_EQ(settings.supervision.hang, 70ms);
  EXPECT_EQ(settings.reload.canary.share_percent, 10U);
  EXPECT_EQ(settings.reload.canary.duration, 11ms);
  EXPECT_EQ(settings.reload.canary.min_calls, 12U);
  EXPECT_EQ(settings.reload.canary.max_error_percent, 0.5);
  EXPECT_EQ(settings.reload.canary.max_latency_factor, 1.5);
  EXPECT_EQ(settings.reload.drain, 13ms);
  EXPECT_EQ(settings.reload.keep_mapped, 14U);
  EXPECT_THAT(settings.labels, ElementsAre(Pair("region", "eu"), Pair("tier", "gold")));
  EXPECT_EQ(settings.priority, -3);
  EXPECT_EQ(settings.use.at("acme.clock/1").instance, "clock");
  EXPECT_THAT(settings.use.at("acme.sink/2").labels, ElementsAre(Pair("tier", "gold")));
  EXPECT_EQ(settings.use.at("acme.sink/2").range.text(), ">=2.1 <3");
}

TEST(InstanceSettings, TheHostsSectionsAreTheDefaultsOfAll) {
  const ParsedConfig parsed = parse(R"(
host:
  runtime: isolated
  limits: {memory_mb: 10, queue: 7}
  supervision: {backoff_ms: {first: 20}}
  reload: {canary: {share_percent: 5}}
plugins:
  a:
  b:
    runtime: in_process
    limits: {memory_mb: 20}
    supervision: {backoff_ms: {second: 30}}
    reload: {canary: {min_calls: 3}}
)");

  ASSERT_TRUE(parsed.ok()) << to_string(parsed.problems);
  EXPECT_EQ(parsed.config.runtime, RuntimeChoice::isolated);
  const InstanceSettings& a = parsed.config.plugins.at(0).settings;
  const InstanceSettings& b = parsed.config.plugins.at(1).settings;
  EXPECT_EQ(a.runtime, RuntimeChoice::isolated);
  EXPECT_EQ(b.runtime, RuntimeChoice::in_process);
  EXPECT_EQ(a.limits.memory_mb, 10U);
  EXPECT_EQ(b.limits.memory_mb, 20U);
  EXPECT_EQ(b.limits.queue, 7U);
  EXPECT_EQ(b.supervision.first_backoff, 20ms);
  EXPECT_EQ(b.supervision.second_backoff, 30ms);
  EXPECT_EQ(b.supervision.max_backoff, 10s);
  EXPECT_EQ(b.reload.canary.share_percent, 5U);
  EXPECT_EQ(b.reload.canary.min_calls, 3U);
}

TEST(InstanceSettings, MistakesAreLocated) {
  struct Case {
    const char* yaml;  // of the instance, on the second line, from the sixth column on
    const char* message;
  };
  const Case cases[] = {
      {"{permisions: {}}", ":2:7: plugins.a.permisions: unknown key"},
      {"{permissions: {reads: []}}", "did you mean \"read\"?"},
      {"{permissions: {read: /etc}}", ":2:27: plugins.a.permissions.read: found \"/etc\""},
      {"{permissions: {routes: [GET]}}", ":2:30: plugins.a.permissions.routes[0]: \"\" is no path"},
      {"{permissions: {routes: ['GET /x/{id']}}", "a parameter must be a whole segment"},
      {"{permissions: {routes: ['GET /{r...}/x']}}", "must be the last segment"},
      {"{permissions: {routes: ['FETCH /x']}}", "\"FETCH\" is no method"},
      {"{permissions: {outbound: [example.com]}}",
       ":2:32: plugins.a.permissions.outbound[0]: \"example.com\": there is no port"},
      {"{permissions: {outbound: ['::1:443']}}", "stands in brackets"},
      {"{permissions: {environment: ['A=B']}}", "plugins.a.permissions.environment[0]"},
      {"{permissions: {interfaces: [acme.clock]}}", "plugins.a.permissions.interfaces[0]"},
      {"{limits: {memory_m: 5}}", "did you mean \"memory_mb\"?"},
      {"{limits: {open_files: 3}}",
       ":2:28: plugins.a.limits.open_files: found 3, expected at least 16"},
      {"{supervision: {hang_ms: 500}}",
       ":2:30: plugins.a.supervision.hang_ms: found 500, expected at least heartbeat_ms (1000)"},
      {"{supervision: {backoff_ms: {max: 50}}}",
       ":2:39: plugins.a.supervision.backoff_ms.max: found 50, expected at least first and second "
       "(100)"},
      {"{supervision: {heartbeat_ms: 6000}}", ":2:20: plugins.a.supervision.hang_ms: found 5000"},
      {"{reload: {canary: {share_percent: 101}}}", "expected at most 100"},
      {"{labels: {Tier: gold}}", "plugins.a.labels.Tier"},
      {"{labels: {tier: 'a,b'}}", "plugins.a.labels.tier"},
      {"{priority: high}", "plugins.a.priority"},
      {"{use: {acme.clock/1: {}}}", "plugins.a.use[\"acme.clock/1\"]"},
      {"{use: {acme.clock: {instance: b}}}", "plugins.a.use[\"acme.clock\"]"},
      {"{use: {acme.clock/1: {range: '^^'}}}", ":2:35: plugins.a.use[\"acme.clock/1\"].range:"},
      {"{use: {acme.clock/1: {instance: other}}}",
       ":2:38: plugins.a.use[\"acme.clock/1\"].instance: no plugin instance has the id \"other\""},
      {"{runtime: auto}", "expected one of \"in_process\", \"isolated\""},
  };
  for (const Case& c : cases) {
    const ParsedConfig parsed = parse(std::string("plugins:\n  a: ") + c.yaml + "\n");
    EXPECT_THAT(told(parsed), ElementsAre(HasSubstr(c.message))) << c.yaml;
  }
}

TEST(InstanceSettings, MistakesInTheHostsDefaultsAreToldOnce) {
  EXPECT_THAT(told(parse("host: {supervision: {hang_ms: 500}}\nplugins: {a: , b: }")),
              ElementsAre(HasSubstr(":1:31: host.supervision.hang_ms: found 500")));
}

TEST(InstanceSettings, NoProblemTellsASecret) {
  for (const char* yaml :
       {"{permissions: {routes: ['${SECRET}']}}", "{permissions: {outbound: ['${SECRET}']}}",
        "{permissions: {routes: ['GET ${SECRET}']}}",
        "{permissions: {routes: ['GET /{${SECRET}']}}",
        "{use: {acme.clock/1: {instance: '${SECRET}'}}}",
        "{use: {acme.clock/1: {range: '${SECRET}'}}}"}) {
    const ParsedConfig parsed = parse(std::string("plugins: {a: ") + yaml + "}");
    EXPECT_FALSE(parsed.ok()) << yaml;
    EXPECT_THAT(to_string(parsed.problems), Not(HasSubstr("hunter2"))) << yaml;
  }
}

TEST(Supervision, TheWaitDoublesUpToItsBound) {
  Supervision supervision;
  supervision.first_backoff = 0ms;
  supervision.second_backoff = 100ms;
  supervision.max_backoff = 350ms;

  EXPECT_EQ(supervision.backoff_after(1), 0ms);
  EXPECT_EQ(supervision.backoff_after(2), 100ms);
  EXPECT_EQ(supervision.backoff_after(3), 200ms);
  EXPECT_EQ(supervision.backoff_after(4), 350ms);
  EXPECT_EQ(supervision.backoff_after(4'000'000'000), 350ms);
}

}  // namespace
}  // namespace tenon::config
