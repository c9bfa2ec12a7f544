#include "host/verify/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace tenon::verify {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Report, FirstOutcomeOfACheckStands) {
  Report report("x.so", 1);
  report.failed("life.start", "it crashed");
  report.ok("life.start");
  EXPECT_FALSE(report.passed());
  EXPECT_EQ(report.count(Outcome::failed), 1u);
  EXPECT_EQ(report.checks().size(), 1u);
}

TEST(Report, AFailureIsNeverLost) {
  Report report("x.so", 1);
  report.ok("life.memory");
  report.failed("life.memory", "it died when all was done");
  EXPECT_FALSE(report.passed());
  EXPECT_EQ(report.checks()[0].detail, "it died when all was done");
}

TEST(Report, RestIsSkippedWithTheReason) {
  Report report("x.so", 1);
  report.ok("file.whole");
  report.skip_rest("nothing more to see");
  EXPECT_EQ(report.count(Outcome::skipped), check_kinds().size() - 1);
  EXPECT_TRUE(report.passed());
  EXPECT_THAT(to_text(report, true), HasSubstr("nothing more to see"));
}

TEST(Report, ChecksComeInTheirOrderWhateverTheOrderOfTheirOutcomes) {
  Report report("x.so", 1);
  report.ok("life.start");
  report.ok("file.whole");
  EXPECT_EQ(report.checks()[0].id, "file.whole");
}

TEST(Report, NobodyReportsACheckThatDoesNotExist) {
  Report report("x.so", 1);
  EXPECT_THROW(report.ok("life.strat"), std::logic_error);
}

TEST(Report, EveryKindHasItsOwnIdATitleAndARemedy) {
  std::set<std::string_view> ids;
  for (const auto& kind : check_kinds()) {
    EXPECT_TRUE(ids.insert(kind.id).second) << kind.id;
    EXPECT_NE(kind.id.find('.'), std::string_view::npos) << kind.id;
    EXPECT_GT(kind.title.size(), 10u) << kind.id;
    EXPECT_GT(kind.remedy.size(), 10u) << kind.id;
  }
}

TEST(Report, TextOfAPluginIsMadePlain) {
  Report report("x.so", 1);
  report.failed("life.start", "a\x1b[31m red\nsecond line\xff\r\n");
  const std::string text = to_text(report, false);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\xff")));
  EXPECT_THAT(text, HasSubstr("\n          second line"));
}

TEST(Report, JUnitEscapesWhatXmlDoesNotTake) {
  Report report("a<b>&\"c\".so", 7);
  report.failed("life.start", "1 < 2 && \"x\"\nnext\x01");
  report.skipped("life.stop", "no <start>");
  report.warned("file.imports", "it imports <setlocale>");
  const std::string xml = to_junit({report, Report("other.so", 7)});
  EXPECT_THAT(xml, HasSubstr("name=\"tenon verify a&lt;b&gt;&amp;&quot;c&quot;.so\""));
  EXPECT_THAT(xml, HasSubstr("<failure message=\"1 &lt; 2 &amp;&amp; &quot;x&quot;&#10;next \">"));
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"no &lt;start&gt;\"/>"));
  EXPECT_THAT(xml, HasSubstr("<system-out>it imports &lt;setlocale&gt;</system-out>"));
  EXPECT_THAT(xml, HasSubstr("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""));
  EXPECT_THAT(xml, HasSubstr("<property name=\"seed\" value=\"7\"/>"));
}

}  // namespace
}  // namespace tenon::verify
