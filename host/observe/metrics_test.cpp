#include "host/observe/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "host/observe/process_metrics.hpp"

namespace tenon::observe {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

uint64_t must(Result<uint64_t> result) {
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  return result.ok() ? *result : UINT64_MAX;
}

const boost::json::object* family(const boost::json::value& all, std::string_view name) {
  for (const auto& entry : all.as_array())
    if (entry.at("name").as_string() == name) return &entry.as_object();
  return nullptr;
}

TEST(Metrics, ACounterAddsAndAGaugeSets) {
  Metrics metrics;
  const auto owner = metrics.plugin("catalog");
  const MetricLabel labels[] = {{"shop", "a\"b\\\n"}};
  const auto scans = must(
      metrics.series(*owner, {MetricKind::counter, "catalog.scans.total", "Scans\nrun", labels}));
  const auto queue = must(metrics.series(*owner, {MetricKind::gauge, "catalog.queue"}));

  owner->record(scans, 2);
  owner->record(scans, 0.5);
  owner->record(scans, -1);
  owner->record(scans, std::numeric_limits<double>::quiet_NaN());
  owner->record(queue, 7);
  owner->record(queue, -3);
  owner->record(12345, 1);

  const std::string text = metrics.to_prometheus();
  EXPECT_THAT(text,
              HasSubstr("# HELP catalog_scans_total Scans run\n"
                        "# TYPE catalog_scans_total counter\n"
                        "catalog_scans_total{plugin=\"catalog\",shop=\"a\\\"b\\\\\\n\"} 2.5\n"));
  EXPECT_THAT(text, HasSubstr("catalog_queue{plugin=\"catalog\"} -3\n"));
}

TEST(Metrics, AHistogramCountsUpToItsBounds) {
  Metrics metrics;
  const auto owner = metrics.host();
  const double bounds[] = {0.1, 1};
  const auto sizes =
      must(metrics.series(*owner, {MetricKind::histogram, "sizes", "Sizes", {}, bounds}));
  for (const double value : {0.05, 0.1, 0.5, 3.0}) owner->record(sizes, value);

  const std::string text = metrics.to_prometheus();
  EXPECT_THAT(text, HasSubstr("sizes_count 4\nsizes_sum 3.65"));
  EXPECT_THAT(text, HasSubstr("sizes_bucket{le=\"0.1\"} 2\nsizes_bucket{le=\"1\"} 3\n"
                              "sizes_bucket{le=\"+Inf\"} 4\n"));
  const auto json = metrics.to_json();
  const auto& shown = family(json, "sizes")->at("series").at(0);
  EXPECT_EQ(shown.at("count"), 4);
  EXPECT_EQ(shown.at("buckets").at(2).at("le"), "+Inf");
}

TEST(Metrics, SameNameAndLabelsInAnyOrderAreOneSeries) {
  Metrics metrics;
  const auto owner = metrics.plugin("a");
  const MetricLabel one[] = {{"x", "1"}, {"y", "2"}};
  const MetricLabel two[] = {{"y", "2"}, {"x", "1"}};
  const MetricLabel other[] = {{"x", "1"}, {"y", "3"}};

  const auto first = must(metrics.series(*owner, {MetricKind::counter, "n", "", one}));
  EXPECT_EQ(must(metrics.series(*owner, {MetricKind::counter, "n", "", two})), first);
  EXPECT_NE(must(metrics.series(*owner, {MetricKind::counter, "n", "", other})), first);
  EXPECT_EQ(metrics.plugin("a"), owner);
}

TEST(Metrics, BadNamesLabelsAndBoundsAreRefused) {
  Metrics metrics;
  const auto owner = metrics.plugin("a");
  for (const char* name :
       {"", ".", "a.", ".a", "a..b", "A", "1a", "a.1", "a-b", "a b", "_a", "a\n"})
    EXPECT_EQ(metrics.series(*owner, {MetricKind::counter, name}).error().code, Code::invalid)
        << name;
  for (const char* label : {"", "1", "a-b", "__x", "plugin", "le", "quantile", "a\n"}) {
    const MetricLabel labels[] = {{label, "v"}};
    const auto made = metrics.series(*owner, {MetricKind::counter, "n", "", labels});
    EXPECT_EQ(made.error().path, "labels[0]") << label;
  }
  const MetricLabel twice[] = {{"x", "1"}, {"x", "2"}};
  EXPECT_FALSE(metrics.series(*owner, {MetricKind::counter, "n", "", twice}).ok());
  const MetricLabel not_utf8[] = {{"x", "\xFF"}};
  EXPECT_FALSE(metrics.series(*owner, {MetricKind::counter, "n", "", not_utf8}).ok());
  const double falling[] = {1, 1};
  EXPECT_EQ(metrics.series(*owner, {MetricKind::histogram, "n", "", {}, falling}).error().path,
            "bounds[1]");
  EXPECT_FALSE(metrics.series(*owner, {static_cast<MetricKind>(9), "n"}).ok());
  EXPECT_EQ(metrics.to_prometheus(), "");
}

TEST(Metrics, ANameHasOneKindAmongAllOwners) {
  Metrics metrics;
  const auto a = metrics.plugin("a");
  const auto b = metrics.plugin("b");
  must(metrics.series(*a, {MetricKind::counter, "jobs.done"}));

  const auto refused = metrics.series(*b, {MetricKind::gauge, "jobs_done"});
  EXPECT_EQ(refused.error().code, Code::conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("\"a\""));
  must(metrics.series(*b, {MetricKind::counter, "jobs_done"}));

  must(metrics.series(*a, {MetricKind::histogram, "time"}));
  EXPECT_EQ(metrics.series(*b, {MetricKind::counter, "time.count"}).error().code, Code::conflict);
  must(metrics.series(*a, {MetricKind::counter, "size_sum"}));
  EXPECT_EQ(metrics.series(*b, {MetricKind::histogram, "size"}).error().code, Code::conflict);
  EXPECT_EQ(metrics.series(*b, {MetricKind::gauge, "process.threads"}).error().code,
            Code::conflict);
}

TEST(Metrics, AnOwnerHasAThousandSeries) {
  Metrics metrics;
  const auto owner = metrics.plugin("a");
  for (size_t i = 0; i < MetricOwner::kMaxSeries; ++i) {
    const std::string value = std::to_string(i);
    const MetricLabel labels[] = {{"user", value}};
    must(metrics.series(*owner, {MetricKind::counter, "n", "", labels}));
  }
  const auto refused = metrics.series(*owner, {MetricKind::counter, "n"});
  EXPECT_EQ(refused.error().code, Code::limit);
  EXPECT_THAT(refused.error().message, HasSubstr("\"a\" has 1000 series"));
  must(metrics.series(*metrics.plugin("b"), {MetricKind::counter, "n"}));
}

TEST(Metrics, RemovalTakesOneOwnersSeriesAndFreesItsNames) {
  Metrics metrics;
  const auto gone = metrics.plugin("gone");
  const auto stays = metrics.plugin("stays");
  const auto series = must(metrics.series(*gone, {MetricKind::counter, "own"}));
  must(metrics.series(*gone, {MetricKind::counter, "shared"}));
  must(metrics.series(*stays, {MetricKind::counter, "shared"}));

  metrics.remove_plugin("gone");
  gone->record(series, 1);
  must(metrics.series(*gone, {MetricKind::counter, "late"}));

  const std::string text = metrics.to_prometheus();
  EXPECT_THAT(text, Not(HasSubstr("gone")));
  EXPECT_THAT(text, Not(HasSubstr("late")));
  EXPECT_THAT(text, HasSubstr("shared{plugin=\"stays\"} 0"));
  must(metrics.series(*stays, {MetricKind::gauge, "own"}));
  EXPECT_FALSE(metrics.series(*stays, {MetricKind::gauge, "shared"}).ok());
  EXPECT_NE(metrics.plugin("gone"), gone);
}

TEST(Metrics, ProcessFiguresAreThere) {
  Metrics metrics;
  ASSERT_TRUE(add_process_metrics(metrics, "1.2.3").ok());
  EXPECT_FALSE(add_process_metrics(metrics, "1.2.3").ok());

  const ProcessFigures figures = read_process_figures();
  EXPECT_GT(figures.resident_bytes, 100'000);
  EXPECT_GE(figures.threads, 1);
  EXPECT_GE(figures.open_fds, 3);
  EXPECT_GT(figures.cpu_seconds, 0);
  EXPECT_GT(figures.start_time_seconds, 1.6e9);
  EXPECT_LE(figures.start_time_seconds, static_cast<double>(time(nullptr)) + 1);
  const std::string text = metrics.to_prometheus();
  EXPECT_THAT(text, HasSubstr("tenon_build_info{version=\"1.2.3\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE process_cpu_seconds_total counter\n"));
}

TEST(Metrics, OpenFilesAreCounted) {
  const double before = read_process_figures().open_fds;
  std::unique_ptr<FILE, int (*)(FILE*)> file(fopen("/dev/null", "r"), fclose);
  EXPECT_EQ(read_process_figures().open_fds, before + 1);
}

TEST(Metrics, ManyThreadsMakeRecordRemoveAndShow) {
  Metrics metrics;
  const auto owner = metrics.plugin("steady");
  const auto steady = must(metrics.series(*owner, {MetricKind::counter, "steady"}));
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 300; ++i) {
        const auto mine = metrics.plugin("p" + std::to_string(i % 3));
        const std::string name = "m" + std::to_string(i % 7);
        if (auto made = metrics.series(*mine, {MetricKind::histogram, name}); made.ok())
          mine->record(*made, i);
        owner->record(steady, 1);
        if (i % 40 == t) metrics.remove_plugin("p1");
        if (i % 50 == 0) (void)metrics.to_prometheus();
      }
    });
  threads.clear();
  EXPECT_THAT(metrics.to_prometheus(), HasSubstr("steady{plugin=\"steady\"} 1200\n"));
}

}  // namespace
}  // namespace tenon::observe
