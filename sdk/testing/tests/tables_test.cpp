// The host's tables as the plugin meets them: other plugins, data, time, events, faults.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "subject_test.hpp"
#include "tenon/clock.hpp"
#include "tenon/metrics.hpp"
#include "tenon/state.hpp"
#include "tenon/store.hpp"
#include "tenon/testing/store.hpp"

namespace tenon::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class Tables : public SubjectTest {};

TEST_F(Tables, LogsProgressAndMetricsAreKept) {
  ASSERT_TRUE(host_.logged("start"));
  EXPECT_EQ(host_.log().front().fields.at("greeting"), "Hello");
  EXPECT_EQ(host_.log().front().request_id, "test");
  ASSERT_TRUE(call<Count>("work", kNothing).ok());
  EXPECT_EQ(host_.metric("subject.work", {{"kind", "test"}})->value, 3);
  EXPECT_EQ(host_.metric("subject.work", {{"kind", "test"}})->count, 2u);
  EXPECT_EQ(host_.metric("subject.level")->value, 4);
  EXPECT_FALSE(host_.metric("subject.work").has_value()) << "labels are part of a series";
  EXPECT_EQ(host_.progress().at(0).text, "half");
  EXPECT_EQ(host_.events().at(0).topic, "subject.worked");
  EXPECT_EQ(host_.events().at(0).source, "shop");
  EXPECT_EQ(host_.events().at(0).data, R"({"count":3})");
}

TEST_F(Tables, AMetricIsNamedAsTheHostWantsIt) {
  const Metrics metrics(host_.face());
  EXPECT_TRUE(metrics.counter("my_plugin.calls", "").ok());
  EXPECT_EQ(metrics.counter("my-plugin.calls", "").error().path, "name");
  EXPECT_EQ(metrics.gauge("level", "", {{"plugin", "x"}}).error().path, "labels[0]");
  EXPECT_EQ(metrics.gauge("tenon.level", "").error().code, Code::conflict) << "the host's";
  EXPECT_EQ(metrics.gauge("my_plugin_calls", "").error().code, Code::conflict)
      << "shown under the same name as the counter";
  EXPECT_TRUE(metrics.histogram("time", "", std::vector<double>{1, 2}).ok());
  EXPECT_EQ(metrics.histogram("time", "", std::vector<double>{1, 3}).error().code, Code::conflict);
}

TEST_F(Tables, OtherPluginsAreFunctionsOfTheTest) {
  host_.provide<Word>("acme.answers/1", "answer", [](const Word& word) -> Result<Word> {
    if (word.text == "what") return Error{Code::limit, "asked too often", "text"};
    return Word{"to " + word.text};
  });
  EXPECT_EQ(call<Word>("ask", Word{"why"})->text, "to why");
  const auto failed = call<Word>("ask", Word{"what"});
  EXPECT_EQ(failed.error().code, Code::limit);
  EXPECT_EQ(failed.error().message, "asked too often");
  host_.set_away("provider");
  EXPECT_EQ(call<Word>("ask", Word{"why"}).error().code, Code::unavailable);
  EXPECT_EQ(call<Count>("providers", kNothing)->count, 0);
  host_.set_away("provider", false);
  EXPECT_EQ(call<Count>("providers", kNothing)->count, 1);
}

TEST_F(Tables, ProvidersAreChosenAsTheHostChoosesThem) {
  for (const char* name : {"a", "b", "c"})
    host_.provide_text(
        "acme.answers/1", "answer",
        [name](auto) { return R"({"text":")" + std::string(name) + "\"}"; }, name);
  const auto pick = [&](const char* range, const char* labels) {
    return call<Word>("pick", Pick{range, labels});
  };
  host_.describe_provider("b", {.version = "1.4.0"});
  host_.describe_provider("c", {.labels = "region=eu"});
  EXPECT_EQ(pick("", "")->text, "b") << "the highest version";
  EXPECT_EQ(pick("<1.4", "")->text, "a") << "then by name";
  EXPECT_EQ(pick("", "region=eu")->text, "c");
  host_.describe_provider("c", {.priority = 1});
  EXPECT_EQ(pick("", "")->text, "c");
  EXPECT_THAT(pick(">=2", "").error().message, HasSubstr("b 1.4.0 is not in version >=2"));
  EXPECT_EQ(pick("newest", "").error().code, Code::invalid);
  EXPECT_THROW(host_.describe_provider("a", {.version = "one"}), std::invalid_argument);
  EXPECT_THROW(host_.describe_provider("a", {.labels = "region"}), std::invalid_argument);
}

TEST_F(Tables, AHandleTurnsToAnotherProviderWhenItsOwnIsAway) {
  for (const char* name : {"first", "second"})
    host_.provide_text(
        "acme.answers/1", "answer",
        [name](auto) { return R"({"text":")" + std::string(name) + "\"}"; }, name);
  EXPECT_EQ(call<Word>("ask_held", Word{})->text, "first");
  host_.set_away("first");
  EXPECT_EQ(call<Word>("ask_held", Word{})->text, "second");
  host_.set_away("second");
  EXPECT_EQ(call<Word>("ask_held", Word{}).error().code, Code::unavailable);
}

TEST_F(Tables, WhatTheManifestDoesNotSayIsRefused) {
  host_.provide_text("acme.secrets/1", "answer", [](auto) { return std::string("{}"); });
  EXPECT_EQ(call<Word>("ask_undeclared", kNothing).error().code, Code::denied);
  EXPECT_EQ(call<Count>("publish_undeclared", kNothing).error().code, Code::denied);
  EXPECT_EQ(call<Word>("ask", Word{"x"}).error().message,
            "shop asks for acme.answers/1: the test provides none");
}

TEST_F(Tables, ColumnMethodsAreFunctionsOfTheTestToo) {
  host_.provide_columns("acme.sums/1", "sum",
                        [](const Batch& input) -> Result<std::vector<BatchBuffer>> {
                          TN_TRY(const auto numbers, input.flat<int64_t>("n"));
                          BatchBuffer out(1);
                          out.flat<int64_t>("sum", std::vector<int64_t>{numbers[0] + numbers[1]});
                          return std::vector<BatchBuffer>{out};
                        });
  EXPECT_EQ(call<Count>("add_up", kNothing)->count, 42);
}

TEST_F(Tables, StateHasVersions) {
  host_.set_state("wander", "1");
  EXPECT_EQ(call<Count>("remember", Word{"hello"})->count, 2);
  EXPECT_EQ(host_.state("word"), "hello!");
  EXPECT_EQ(host_.state("other"), std::nullopt);
}

TEST_F(Tables, StateHasTheHostsLimits) {
  const State state(host_.face());
  const Call nobody;
  EXPECT_EQ(state.get(nobody, "").error().code, Code::invalid);
  EXPECT_EQ(state.remove(nobody, std::string(513, 'k')).error().code, Code::invalid);
  EXPECT_EQ(state.list(nobody, "", "", 0).error().code, Code::invalid);
  for (int i = 0; i < 1001; ++i) host_.set_state("key." + std::to_string(i), "");
  EXPECT_EQ(state.list(nobody, "key.", "", 5000)->size(), 1000u) << "a page";
}

TEST_F(Tables, VersionsDoNotBeginAtOneAndGrowOverARemove) {
  const State state(host_.face());
  const Call nobody;
  ASSERT_TRUE(state.put(nobody, "key", "a").ok());
  const uint64_t first = state.get(nobody, "key")->version;
  EXPECT_GT(first, 1u) << "a plugin that counts on 1 fails in the host";
  EXPECT_TRUE(state.put_if(nobody, "key", "b", first).ok());
  EXPECT_EQ(state.get(nobody, "key")->version, first + 1);
  ASSERT_TRUE(state.remove(nobody, "key").ok());
  EXPECT_TRUE(state.put_if(nobody, "key", "c", 0).ok());
  EXPECT_GT(state.get(nobody, "key")->version, first + 1);
}

TEST_F(Tables, TheStoreHasOneWriter) {
  host_.use_store(sqlite_store());
  ASSERT_TRUE(call<Count>("insert", Word{"a"}).ok());
  for (const char* what : {"state", "remove", "event", "store"})
    EXPECT_EQ(call<Count>("write_within", Word{what}).error().code, Code::timeout) << what;
  EXPECT_TRUE(call<Count>("write_within", Word{"nothing"}).ok());
}

TEST_F(Tables, OnlyPathsOfTheConfigurationAreRead) {
  ASSERT_TRUE(plugin_.stop().ok());
  host_.config(R"({"limit": 1, "files": ["lists/*.csv", "/etc/ssl"]})");
  ASSERT_TRUE(plugin_.start().ok());
  const auto resolve = [&](const std::string& path) {
    return call<Word>("resolve_path", Word{path});
  };
  EXPECT_EQ(resolve("lists/a.csv")->text, host_.data_folder() + "/lists/a.csv");
  EXPECT_TRUE(resolve("/etc/ssl/certs").ok());
  EXPECT_TRUE(resolve(host_.data_folder() + "/own").ok());
  for (const char* path : {"notes.txt", "lists/../notes.txt", "/etc/sslx", "/etc/passwd"})
    EXPECT_EQ(resolve(path).error().code, Code::denied) << path;
  EXPECT_THAT(resolve("notes.txt").error().message, HasSubstr("PathAccess::read"));
}

TEST_F(Tables, TheStoreIsTheHostsOwn) {
  EXPECT_EQ(call<Count>("insert", Word{"a"}).error().code, Code::unsupported);
  host_.use_store(sqlite_store());
  EXPECT_EQ(call<Count>("insert", Word{"a"})->count, 1);
  EXPECT_EQ(call<Count>("insert", Word{"a"}).error().code, Code::conflict);
  EXPECT_EQ(call<Count>("insert", Word{"forgotten"})->count, 1) << "rolled back";
  const auto rows = Store(host_.face()).query(Call(), "SELECT text FROM {words}");
  EXPECT_EQ(rows->text(0, 0), "a");
  EXPECT_FALSE(Store(host_.face()).query(Call(), "PRAGMA user_version").ok());
}

TEST_F(Tables, ATransactionLeftOpenEndsWithItsCall) {
  host_.use_store(sqlite_store());
  ASSERT_TRUE(call<Count>("insert", Word{"a"}).ok());
  ASSERT_TRUE(call<Count>("leave_open", kNothing).ok());
  EXPECT_EQ(Store(host_.face()).execute(Call(), "DELETE FROM {words}").value(), 1u)
      << "the writer is free again";
}

TEST_F(Tables, ATransactionOfNoCallEndsWithItsInstance) {
  host_.use_store(sqlite_store());
  ASSERT_TRUE(call<Count>("insert", Word{"a"}).ok());
  ASSERT_TRUE(call<Count>("leave_open_beyond", kNothing).ok());
  ASSERT_TRUE(plugin_.stop().ok());
  EXPECT_EQ(Store(host_.face()).execute(Call(), "DELETE FROM {words}").value(), 1u);
}

TEST_F(Tables, TimeStandsStillUntilTheTestMovesIt) {
  const auto before = host_.now();
  EXPECT_EQ(host_.advance(9s).count, 0u);
  EXPECT_EQ(host_.advance(1s).count, 1u);
  EXPECT_EQ(host_.now() - before, 10s);
  EXPECT_EQ(host_.advance(20s).count, 3u);
  EXPECT_EQ(call<Word>("fired", kNothing)->text, "7@10 7@20 8@25 7@30 ");
  const Outcome outcome = host_.advance(1h);
  EXPECT_EQ(outcome.count, 360u);
  EXPECT_EQ(outcome.errors.front().message, "fired too often");
}

TEST_F(Tables, ATimersTimesAreNotNegative) {
  const Clock clock(host_.face());
  EXPECT_EQ(clock.start_timer(-1s, 0s, 1).error().message,
            "a timer's delay and period are not negative");
  EXPECT_EQ(clock.start_timer(0s, -1s, 1).error().code, Code::invalid);
}

TEST_F(Tables, ATimerEndsWithItsPlugin) {
  ASSERT_TRUE(plugin_.stop().ok());
  EXPECT_EQ(host_.advance(1h).count, 0u);
}

TEST_F(Tables, AFunctionFailsWhenTheTestArrangedIt) {
  host_.fail("state.put", Code::unavailable, {.after = 1, .times = 1, .message = "disk full"});
  EXPECT_TRUE(call<Count>("remember", Word{"a"}).ok());
  const auto failed = call<Count>("remember", Word{"a"});
  EXPECT_EQ(failed.error().code, Code::unavailable);
  EXPECT_EQ(failed.error().message, "disk full");
  EXPECT_TRUE(call<Count>("remember", Word{"a"}).ok());
  EXPECT_EQ(host_.calls("state.put"), 3u);
  host_.fail("state.put", Code::internal);
  EXPECT_FALSE(call<Count>("remember", Word{"a"}).ok());
  host_.heal();
  EXPECT_TRUE(call<Count>("remember", Word{"a"}).ok());
  EXPECT_THROW(host_.fail("store.read", Code::internal), std::invalid_argument);
}

TEST_F(Tables, AHiddenTableIsNotThere) {
  EXPECT_THROW(host_.hide("tenon.nothing/1"), std::invalid_argument);
  host_.hide(TN_STATE_ID);
  Plugin other(host_, SUBJECT);
  ASSERT_TRUE(other.start().ok());
  EXPECT_EQ(other.call<Count>("subject.words/1", "remember", Word{"x"}).error().code,
            Code::unsupported);
}

TEST(DataFolder, IsThereAndGoesWithTheHost) {
  std::string folder;
  {
    Host host;
    host.config(R"({"limit": 1})");
    Plugin plugin(host, SUBJECT);
    ASSERT_TRUE(plugin.start().ok());
    folder = plugin.call<Word>("subject.words/1", "folder", kNothing)->text;
    EXPECT_EQ(folder, host.data_folder());
    EXPECT_TRUE(std::filesystem::is_directory(folder));
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
}

}  // namespace
}  // namespace tenon::testing
