#include "host/observe/logging.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "host/observe/log_metrics.hpp"
#include "tests/support/scratch_folder.hpp"

namespace tenon::observe {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

class LoggingTest : public ::testing::Test {
 protected:
  LoggingTest() { options_.file = (folder_ / "host.log").string(); }

  std::unique_ptr<Logging> open() {
    auto made = Logging::create(options_);
    EXPECT_TRUE(made.ok());
    return std::move(made).value();
  }

  std::vector<std::string> lines(const fs::path& file) const {
    std::ifstream in(file);
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
  }
  std::vector<std::string> lines() const { return lines(options_.file); }

  ScratchFolder scratch_;
  fs::path folder_ = scratch_.path();
  LogOptions options_;
};

TEST_F(LoggingTest, TextLinesHaveTimeLevelNameMessageAndFields) {
  auto log = open();
  const LogField fields[] = {{"shop", "cats & dogs"}, {"rows", "12"}};

  write(*log->logger("catalog"), {Level::info, "scan finished", "req-1", fields});
  ASSERT_TRUE(log->flush());

  ASSERT_EQ(lines().size(), 1u);
  EXPECT_THAT(lines()[0], ::testing::MatchesRegex(
                              "20[0-9-]+ [0-9:]+\\.[0-9][0-9][0-9] INFO  catalog  scan finished "
                              "request_id=req-1 shop=\"cats & dogs\" rows=12"));
}

TEST_F(LoggingTest, JsonLinesParseAndKeepTheText) {
  options_.format = LogFormat::json;
  auto log = open();
  const std::string message = "a \"b\"\n\\ \x01 \xE2\x82\xAC \xFF";
  const LogField fields[] = {{"plain", "v"}, {"level", "forged"}, {"plain", "w"}, {"a b\n", "x"}};

  write(*log->logger("catalog"), {Level::warn, message, {}, fields});
  ASSERT_TRUE(log->flush());

  ASSERT_EQ(lines().size(), 1u);
  const auto line = boost::json::parse(lines()[0]).as_object();
  EXPECT_EQ(line.at("level"), "warn");
  EXPECT_EQ(line.at("name"), "catalog");
  EXPECT_EQ(line.at("message"), "a \"b\"\n\\ \x01 \xE2\x82\xAC \xEF\xBF\xBD");
  EXPECT_EQ(line.at("plain"), "v");
  EXPECT_EQ(line.at("plain_"), "w");
  EXPECT_EQ(line.at("level_"), "forged");
  EXPECT_EQ(line.at("a_b_"), "x");
  EXPECT_FALSE(line.contains("request_id"));
  EXPECT_THAT(std::string(line.at("time").as_string()),
              ::testing::MatchesRegex("20..-..-..T..:..:..\\.[0-9][0-9][0-9][0-9][0-9][0-9]Z"));
}

TEST_F(LoggingTest, NoTextForgesALineOrAField) {
  auto log = open();
  const std::string hostile = "x\n2026-11-21 09:30:01.123 ERROR host  gone user=root\x1b[31m\u2028";
  const LogField fields[] = {{"value", "1 admin=true"}};

  log->logger("a")->info(hostile);
  write(*log->logger("a"), {Level::info, hostile, "id\nid", fields});
  ASSERT_TRUE(log->flush());

  const auto written = lines();
  ASSERT_EQ(written.size(), 2u);
  EXPECT_THAT(written[0], HasSubstr("a  \"x\\n2026-11-21 09:30:01.123 ERROR host  gone user=root"
                                    "\\u001b[31m\\u2028\""));
  EXPECT_THAT(written[1], EndsWith("request_id=id\\nid value=\"1 admin=true\""));
}

TEST_F(LoggingTest, PlainTextThatLooksEncodedIsPlainText) {
  options_.format = LogFormat::json;
  auto log = open();
  const LogField fields[] = {{"user", "root"}};
  std::string payload;
  encode_line({Level::info, "m", "r", fields}, 1024, payload);

  log->logger("a")->info("{}", payload);
  ASSERT_TRUE(log->flush());

  const auto line = boost::json::parse(lines().at(0)).as_object();
  EXPECT_FALSE(line.contains("user"));
  EXPECT_FALSE(line.contains("request_id"));
}

TEST_F(LoggingTest, LevelsAreByNameAndChangeWhileRunning) {
  options_.levels = {{"quiet", Level::error}};
  auto log = open();
  const auto quiet = log->logger("quiet");
  const auto other = log->logger("other");

  quiet->warn("1");
  other->debug("2");
  log->set_default_level(Level::debug);
  quiet->warn("3");
  other->debug("4");
  log->set_level("quiet", Level::warn);
  quiet->warn("5");
  log->clear_level("quiet");
  quiet->debug("6");
  log->set_level("later", Level::off);
  log->logger("later")->error("7");
  ASSERT_TRUE(log->flush());

  std::string seen;
  for (const auto& line : lines()) seen += line.back();
  EXPECT_EQ(seen, "456");
  EXPECT_EQ(log->level("later"), Level::off);
  EXPECT_EQ(log->names(), (std::vector<std::string>{"later", "other", "quiet"}));
}

TEST_F(LoggingTest, ACleanStopLosesNothing) {
  constexpr int kThreads = 4;
  constexpr int kLines = 2000;
  options_.queue_lines = kThreads * kLines;
  {
    auto log = open();
    std::vector<std::jthread> writers;
    for (int t = 0; t < kThreads; ++t)
      writers.emplace_back([&log, t] {
        const auto logger = log->logger("t" + std::to_string(t));
        for (int i = 0; i < kLines; ++i) write(*logger, {Level::info, std::to_string(i)});
      });
    writers.clear();
  }
  std::map<std::string, int> next;
  for (const auto& line : lines()) {
    std::istringstream words(line);
    std::string date, time, level, name;
    int number = -1;
    words >> date >> time >> level >> name >> number;
    EXPECT_EQ(number, next[name]++) << line;
  }
  for (int t = 0; t < kThreads; ++t) EXPECT_EQ(next["t" + std::to_string(t)], kLines);
}

TEST_F(LoggingTest, DroppedLinesAreCountedAndTold) {
  options_.queue_lines = 16;
  constexpr uint64_t kLines = 20'000;
  LogCounts counts;
  std::string shown;
  {
    auto log = open();
    Metrics metrics;
    ASSERT_TRUE(add_log_metrics(metrics, *log).ok());
    const auto logger = log->logger("busy");
    for (uint64_t i = 0; i < kLines; ++i) write(*logger, {Level::info, std::to_string(i)});
    ASSERT_TRUE(log->flush());
    counts = log->counts();
    shown = metrics.to_prometheus();
  }
  const auto written = lines();
  uint64_t kept = 0;
  uint64_t told = 0;
  for (const auto& line : written) {
    if (line.find("busy  ") != line.npos) ++kept;
    const auto at = line.find(" dropped=");
    if (at != line.npos) told += std::stoull(line.substr(at + 9));
  }
  EXPECT_GT(counts.dropped, 0u);
  EXPECT_EQ(kept + counts.dropped, kLines);
  EXPECT_EQ(told, counts.dropped);
  EXPECT_THAT(shown, testing::HasSubstr("tenon_log_lines_total{result=\"dropped\"} " +
                                        std::to_string(counts.dropped)));
}

TEST_F(LoggingTest, SecretsNeverShow) {
  auto log = open();
  ASSERT_TRUE(log->redact("hunter2!").ok());
  ASSERT_TRUE(log->redact("hunter2!longer").ok());
  EXPECT_FALSE(log->redact("abc").ok());
  const LogField fields[] = {{"hunter2!", "x hunter2! y"}};

  log->logger("a")->info("hunter2!hunter2! and hunter2!longer");
  write(*log->logger("a"), {Level::info, "m", "hunter2!", fields});
  // Cut in the middle of the secret.
  write(*log->logger("a"), {Level::info, std::string(508, 'x') + "hunter2!"}, 512);
  ASSERT_TRUE(log->flush());

  ASSERT_EQ(lines().size(), 3u);
  for (const auto& line : lines()) EXPECT_THAT(line, Not(HasSubstr("hunt")));
  EXPECT_THAT(lines()[0], EndsWith("a  ****** and ***"));
  EXPECT_THAT(lines()[2], EndsWith("x*** truncated=true"));
  for (const auto& record : log->recent("a")) EXPECT_THAT(record.message, Not(HasSubstr("hunt")));
}

TEST_F(LoggingTest, RecentLinesAreTheLastOnes) {
  options_.recent_lines = 3;
  auto log = open();
  for (int i = 0; i < 10; ++i) log->logger("a")->info("{}", i);
  log->logger("b")->info("other");
  ASSERT_TRUE(log->flush());

  std::vector<std::string> seen;
  for (const auto& record : log->recent("a")) seen.push_back(record.message);
  EXPECT_EQ(seen, (std::vector<std::string>{"7", "8", "9"}));
  EXPECT_EQ(log->recent("b").size(), 1u);
  EXPECT_TRUE(log->recent("c").empty());

  log->forget("a");
  EXPECT_TRUE(log->recent("a").empty());
}

TEST_F(LoggingTest, LongLinesAreCutAndSaySo) {
  options_.max_line_bytes = 1000;
  auto log = open();
  log->logger("a")->info(std::string(5000, 'x'));
  const std::string value(5000, 'y');
  const LogField fields[] = {{"v", value}};
  write(*log->logger("a"), {Level::info, "m", {}, fields}, 1000);
  ASSERT_TRUE(log->flush());

  for (const auto& line : lines()) {
    EXPECT_LT(line.size(), 1100u);
    EXPECT_THAT(line, EndsWith(" truncated=true"));
  }
}

TEST_F(LoggingTest, FilesRotateBySize) {
  options_.rotate_bytes = 4096;
  options_.rotate_files = 2;
  {
    auto log = open();
    for (int i = 0; i < 200; ++i) log->logger("a")->info(std::string(100, 'x'));
  }
  EXPECT_TRUE(fs::exists(folder_ / "host.1.log"));
  EXPECT_TRUE(fs::exists(folder_ / "host.2.log"));
  EXPECT_FALSE(fs::exists(folder_ / "host.3.log"));
  for (const auto& entry : fs::directory_iterator(folder_)) EXPECT_LE(entry.file_size(), 4096u);
}

TEST_F(LoggingTest, BadOptionsAndFilesAreErrors) {
  options_.queue_lines = 1;
  EXPECT_EQ(Logging::create(options_).error().path, "queue_lines");
  options_.queue_lines = 100;
  options_.file = "/proc/none/such.log";
  const auto made = Logging::create(options_);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, Code::unavailable);
  EXPECT_THAT(made.error().message, HasSubstr("/proc/none/such.log"));
}

TEST_F(LoggingTest, AFullDiskIsCountedAndHarmless) {
  options_.file = "/dev/full";
  auto log = open();
  for (int i = 0; i < 10; ++i) log->logger("a")->error(std::string(10'000, 'x'));
  log->flush();
  EXPECT_GT(log->counts().failed, 0u);
}

TEST_F(LoggingTest, LevelsFlushAndNamesUnderConcurrentUse) {
  auto log = open();
  std::vector<std::jthread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&log, t] {
      for (int i = 0; i < 200; ++i) {
        write(*log->logger("n" + std::to_string(i % 5)), {Level::info, "hello"});
        if (i % 20 == t) log->set_level("n1", i % 40 == 0 ? Level::debug : Level::warn);
        if (i % 50 == 0) log->flush();
        if (i % 30 == 0) (void)log->recent("n2");
        if (i % 70 == 0) (void)log->redact("secret" + std::to_string(i));
        if (i % 90 == 0) log->forget("n3");
      }
    });
  threads.clear();
  EXPECT_TRUE(log->flush());
  EXPECT_EQ(log->counts().failed, 0u);
}

}  // namespace
}  // namespace tenon::observe
