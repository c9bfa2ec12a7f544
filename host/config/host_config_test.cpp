#include "host/config/host_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace tenon::config {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

ParsedConfig parse(const std::string& yaml, const std::string& variable = "hunter2") {
  LoadOptions options;
  options.base_directory = "/srv/tenon";
  options.environment = [variable](const std::string& name) -> std::optional<std::string> {
    return name == "SECRET" ? std::optional<std::string>(variable) : std::nullopt;
  };
  return parse_host_config(load_text(yaml, "t", options));
}

std::vector<std::string> told(const Problems& problems) {
  std::vector<std::string> out;
  for (const Problem& problem : problems) out.push_back(problem.to_string());
  return out;
}

Schema plugin_schema() {
  Result<Schema> schema = Schema::compile(R"({"type":"object","properties":{
      "pages":{"type":"integer","minimum":1,"default":10},
      "token":{"type":"string","writeOnly":true},
      "urls":{"type":"array","items":{"type":"string","format":"uri"},"default":[]}},
      "additionalProperties":false})");
  return *std::move(schema);
}

TEST(HostConfig, AnEmptyFileGivesTheDefaults) {
  ParsedConfig parsed = parse("");

  ASSERT_TRUE(parsed.ok()) << to_string(parsed.problems);
  const HostConfig& config = parsed.config;
  EXPECT_EQ(config.name, "tenon");
  EXPECT_EQ(config.data, "/srv/tenon/data");
  EXPECT_TRUE(config.plugin_dirs.empty());
  EXPECT_EQ(config.library_copies, LibraryCopies::memory);
  EXPECT_EQ(config.deadlines.load, milliseconds(5000));
  EXPECT_EQ(config.deadlines.configure, milliseconds(10000));
  EXPECT_EQ(config.deadlines.start, milliseconds(30000));
  EXPECT_EQ(config.deadlines.stop, milliseconds(10000));
  EXPECT_EQ(config.log.level, LogLevel::info);
  EXPECT_EQ(config.log.format, LogFormat::text);
  EXPECT_TRUE(config.log.file.empty());
  EXPECT_EQ(config.http.address, "127.0.0.1");
  EXPECT_EQ(config.http.port, 8080);
  EXPECT_EQ(config.http.workers, 1280U);
  EXPECT_EQ(config.http.request_timeout, milliseconds(3000));
  EXPECT_EQ(config.http.keep_alive, milliseconds(1000));
  EXPECT_EQ(config.http.max_body_bytes, 16777216U);
  EXPECT_EQ(config.store.driver, StoreDriver::sqlite);
  EXPECT_EQ(config.store.path, "/srv/tenon/data/tenon.db");
  EXPECT_EQ(config.store.durability, Durability::normal);
  EXPECT_EQ(config.store.readers, 4U);
  EXPECT_EQ(config.events.threads, 4U);
  EXPECT_EQ(config.events.live, 1000U);
  EXPECT_EQ(config.events.durable, 100'000U);
  EXPECT_EQ(config.events.durable_age, std::chrono::hours(7 * 24));
  EXPECT_EQ(config.events.deliver_timeout, milliseconds(30'000));
  EXPECT_TRUE(config.plugins.empty());
}

TEST(HostConfig, EveryKeyIsRead) {
  ParsedConfig parsed = parse(R"(
host:
  name: shop
  data: /var/lib/tenon
  plugin_dirs: [../plugins, /opt/plugins]
  library_copies: files
  deadlines_ms: {load: 1, start: 2}
log: {level: warn, format: json, file: logs/tenon.log, levels: {second: trace}}
http:
  listen: 0.0.0.0:0
  workers: 16
  request_timeout_ms: 5000
  keep_alive_ms: 200
  max_body_bytes: 1024
  allowed_hosts: [shop.example.org]
store: {driver: postgres, url: "postgresql://u:${SECRET}@db/x", durability: full, readers: 8, path: a.db}
events: {threads: 2, live: 3, durable: 4, durable_hours: 5, deliver_timeout_ms: 6}
plugins:
  first:
  second:
    library: catalog
    enabled: false
    required: true
    runtime: isolated
    deadlines_ms: {start: 7}
    config: {pages: 3}
  third: {log_level: "off"}
)");

  ASSERT_TRUE(parsed.ok()) << to_string(parsed.problems);
  const HostConfig& config = parsed.config;
  EXPECT_EQ(config.name, "shop");
  EXPECT_EQ(config.data, "/var/lib/tenon");
  EXPECT_THAT(config.plugin_dirs, ElementsAre("/srv/plugins", "/opt/plugins"));
  EXPECT_EQ(config.library_copies, LibraryCopies::files);
  EXPECT_EQ(config.deadlines.load, milliseconds(1));
  EXPECT_EQ(config.deadlines.stop, milliseconds(10000));
  EXPECT_EQ(config.log.file, "/srv/tenon/logs/tenon.log");
  EXPECT_EQ(config.log.format, LogFormat::json);
  EXPECT_EQ(config.http.address, "0.0.0.0");
  EXPECT_EQ(config.http.port, 0);
  EXPECT_EQ(config.http.workers, 16U);
  EXPECT_THAT(config.http.allowed_hosts, ElementsAre("shop.example.org"));
  EXPECT_EQ(config.store.driver, StoreDriver::postgres);
  EXPECT_EQ(config.store.url, "postgresql://u:hunter2@db/x");
  EXPECT_EQ(config.store.path, "/var/lib/tenon/a.db");
  EXPECT_EQ(config.store.durability, Durability::full);
  EXPECT_EQ(config.events.threads, 2U);
  EXPECT_EQ(config.events.live, 3U);
  EXPECT_EQ(config.events.durable, 4U);
  EXPECT_EQ(config.events.durable_age, std::chrono::hours(5));
  EXPECT_EQ(config.events.deliver_timeout, milliseconds(6));

  ASSERT_EQ(config.plugins.size(), 3U);
  EXPECT_EQ(config.plugins[0].library, "first");
  EXPECT_TRUE(config.plugins[0].enabled);
  EXPECT_FALSE(config.plugins[0].required);
  EXPECT_EQ(config.plugins[0].log_level, LogLevel::warn);
  EXPECT_TRUE(config.plugins[0].config.map());
  const InstanceSpec& second = config.plugins[1];
  EXPECT_EQ(second.library, "catalog");
  EXPECT_FALSE(second.enabled);
  EXPECT_TRUE(second.required);
  EXPECT_EQ(second.settings.runtime, RuntimeChoice::isolated);
  EXPECT_EQ(second.deadlines.start, milliseconds(7));
  EXPECT_EQ(second.deadlines.load, milliseconds(1));
  EXPECT_EQ(second.log_level, LogLevel::trace);
  EXPECT_EQ(second.mark.to_string(), "t:20:3");
  EXPECT_EQ(config.plugins[2].log_level, LogLevel::off);
}

TEST(HostConfig, SixDifferentMistakesGiveSixLocatedProblemsInOrder) {
  ParsedConfig parsed = parse(R"(host:
  nmae: shop
http:
  listen: 127.0.0.1:8443s
  workers: many
  workers: 5
store:
  path: ${UNSET}
  durability: ful
plugins:
  Catalog: {}
)");

  EXPECT_THAT(
      told(parsed.problems),
      ElementsAre(
          "t:2:3: host.nmae: unknown key, expected name, data, plugin_dirs, library_copies, trust, "
          "deadlines_ms, runtime, limits, supervision or reload; "
          "did you mean \"name\"?",
          HasSubstr("t:4:11: http.listen: found \"127.0.0.1:8443s\", expected a port without a "
                    "letter behind it"),
          "t:5:12: http.workers: found \"many\", expected an integer",
          "t:6:3: http.workers: duplicate key \"workers\", first defined at t:5:3",
          HasSubstr("t:8:9: store.path: the environment variable UNSET is not set"),
          "t:9:15: store.durability: found \"ful\", expected one of \"normal\", \"full\"; did you "
          "mean \"full\"?",
          "t:11:3: plugins.Catalog: as a key, found \"Catalog\", expected text that matches the "
          "pattern ^[a-z][a-z0-9-]{0,62}$"));
}

TEST(HostConfig, ListenAddressesAreChecked) {
  for (const char* wrong :
       {"8080", "127.0.0.1", ":8080", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:x", "[::1]:80",
        "127.0.0.1:80r", "1.2.3.4:1,5.6.7.8:2", "127.0.0.1:-1", "127.0.0.1:+1", "example.org:80"})
    EXPECT_EQ(parse("http: {listen: '" + std::string(wrong) + "'}").problems.size(), 1U) << wrong;
  EXPECT_EQ(parse("http: {listen: 'localhost:65535'}").config.http.port, 65535);
}

TEST(HostConfig, PostgresNeedsItsUrl) {
  EXPECT_THAT(told(parse("store: {driver: postgres}").problems),
              ElementsAre(HasSubstr("t:1:17: store.url: found no connection URL")));
}

TEST(HostConfig, LevelsNameInstances) {
  EXPECT_THAT(told(parse("log: {levels: {catalgo: debug}}\nplugins: {catalog: }").problems),
              ElementsAre("t:1:16: log.levels.catalgo: no plugin instance has this id, expected "
                          "one of those under plugins; did you mean \"catalog\"?"));
}

TEST(HostConfig, AWrongInstanceDoesNotHideTheOthers) {
  ParsedConfig parsed = parse("plugins:\n  a: {enabled: 5}\n  b: {config: {pages: 0}}\n");

  EXPECT_EQ(parsed.problems.size(), 1U);
  ASSERT_EQ(parsed.config.plugins.size(), 1U);
  EXPECT_THAT(told(validate_instance_config(parsed.config.plugins[0], plugin_schema())),
              ElementsAre("t:3:23: plugins.b.config.pages: found 0, expected at least 1"));
}

TEST(InstanceConfig, ProblemsAreLocatedAndNameTheNearestKey) {
  ParsedConfig parsed = parse(
      "plugins:\n  catalog:\n    config:\n      page: 3\n      urls: [\"a b\"]\n      token: 5\n");

  EXPECT_THAT(
      told(validate_instance_config(parsed.config.plugins.at(0), plugin_schema())),
      ElementsAre("t:4:7: plugins.catalog.config.page: unknown key, expected pages, token or "
                  "urls; did you mean \"pages\"?",
                  "t:5:14: plugins.catalog.config.urls[0]: found \"a b\", expected a URI such as "
                  "https://example.org/",
                  "t:6:14: plugins.catalog.config.token: found a secret number, expected a "
                  "string"));
}

TEST(InstanceConfig, IsHandedOverCompleteAndWithItsSecrets) {
  ParsedConfig parsed = parse("plugins: {catalog: {config: {token: '${SECRET}'}}, other: }");

  Result<std::string> json = instance_config_json(parsed.config.plugins.at(0), plugin_schema());
  Result<std::string> other = instance_config_json(parsed.config.plugins.at(1), plugin_schema());

  ASSERT_TRUE(json.ok());
  EXPECT_EQ(*json, R"({"token":"hunter2","pages":10,"urls":[]})");
  EXPECT_EQ(*other, R"({"pages":10,"urls":[]})");
}

TEST(InstanceConfig, DefaultsThatBreakTheirOwnSchemaAreAnErrorWithoutSecrets) {
  Result<Schema> schema = Schema::compile(
      R"({"properties":{"n":{"type":"integer","default":"x"},"t":{}},"maxProperties":1})");
  ParsedConfig parsed = parse("plugins: {a: {config: {t: '${SECRET}'}}}");

  Result<std::string> json = instance_config_json(parsed.config.plugins.at(0), *schema);

  ASSERT_FALSE(json.ok());
  EXPECT_THAT(json.error().message, HasSubstr("does not fit that schema"));
  EXPECT_THAT(json.error().message, Not(HasSubstr("hunter2")));
}

TEST(EffectiveConfig, ShowsDefaultsAndNoSecret) {
  ParsedConfig parsed = parse(
      "store: {driver: postgres, url: 'postgresql://written-in-the-file'}\n"
      "plugins: {catalog: {config: {pages: 2, token: abc, urls: ['${SECRET}']}}}\n");
  redact_instance(parsed, "catalog", plugin_schema());

  std::string json = boost::json::serialize(effective_json(parsed));

  EXPECT_THAT(json, HasSubstr(R"("url":"<secret>")"));
  EXPECT_THAT(json, HasSubstr(R"("workers":1280)"));
  EXPECT_THAT(json, HasSubstr(R"("pages":2)"));
  EXPECT_THAT(json, Not(HasSubstr("written-in-the-file")));
  EXPECT_THAT(json, Not(HasSubstr("abc")));
  EXPECT_THAT(json, Not(HasSubstr("hunter2")));
}

// A secret in every place that a problem could tell it from.
TEST(EffectiveConfig, NoProblemTellsASecret) {
  for (const char* yaml :
       {"host: ${SECRET}", "host: {name: [\"${SECRET}\"]}", "http: {listen: \"${SECRET}\"}",
        "http: {workers: \"${SECRET}\"}", "log: {level: \"${SECRET}\"}",
        "store: {driver: \"${SECRET}\"}", "plugins: {a: \"${SECRET}\"}",
        "plugins: {a: {library: \"X${SECRET}\"}}", "include: \"${SECRET}\"", "a: !!int ${SECRET}",
        "a: &x ${SECRET}\na: *x", "<<: \"${SECRET}\"",
        "http: {allowed_hosts: [\"${SECRET}\", \"${SECRET}\"]}"}) {
    ParsedConfig parsed = parse(yaml);

    EXPECT_FALSE(parsed.ok()) << yaml;
    EXPECT_THAT(to_string(parsed.problems), Not(HasSubstr("hunter2"))) << yaml;
    EXPECT_THAT(boost::json::serialize(effective_json(parsed)), Not(HasSubstr("hunter2"))) << yaml;
  }
}

TEST(ProblemJson, HasItsParts) {
  ParsedConfig parsed = parse("htpp: {}");

  EXPECT_EQ(boost::json::serialize(to_json(parsed.problems)),
            R"([{"file":"t","line":1,"column":1,"path":"htpp","message":"unknown key, expected )"
            R"(host, log, http, store, events, mcp or plugins","suggestion":"http"}])");
}

}  // namespace
}  // namespace tenon::config
