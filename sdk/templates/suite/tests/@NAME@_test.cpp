#include <tenon/draft/quality/suite.hpp>
#include <tenon/testing/plugin.hpp>
#include <tenon/testing/test.hpp>

using namespace tenon::quality;
using tenon::Code;
using tenon::Error;
using tenon::Result;
using tenon::testing::Host;
using tenon::testing::Plugin;

namespace {

PlanRun questions() {
  DataSet set{DataKind::qaset, "capitals", "", {}};
  for (const auto& [id, question, expected] :
       {std::tuple{"q1", "Capital of France?", "Paris"}, {"q2", "Capital of Italy?", "Rome"}})
    set.lines.push_back({{"qid", id}, {"question", question}, {"expected_answer", expected}});
  return {{set}, {}, 0, {}, 1000};
}

// A target that knows France, and fails otherwise.
void provide_target(Host& host) {
  host.provide<Ask>(kTargetInterface, "ask", [](const Ask& ask) -> Result<Answer> {
    if (ask.messages.at(0).content.find("France") == std::string::npos)
      return Error{Code::unavailable, "the line is down"};
    return Answer{"It is PARIS.", 12, {}, {}};
  });
}

}  // namespace

TENON_TEST(every_kind_of_data_is_named) {
  Host host;
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  const auto suite = plugin.call<Suite>(kSuiteInterface, "describe", boost::json::object());
  TENON_REQUIRE(suite);
  TENON_EXPECT_EQ(suite->data.size(), 6u);
}

TENON_TEST(plans_runs_and_judges) {
  Host host;
  provide_target(host);
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  const auto plan = plugin.call<Plan>(kSuiteInterface, "plan", questions());
  TENON_REQUIRE(plan);
  const auto ran = plugin.call<Results>(kSuiteInterface, "run", RunCases{"t", {}, plan->cases});
  TENON_REQUIRE(ran);
  TENON_EXPECT_EQ(ran->results.at(1).error.value_or(""), "the line is down");
  const auto judged =
      plugin.call<Verdicts>(kSuiteInterface, "judge", Judge{{}, plan->cases, ran->results});
  TENON_REQUIRE(judged);
  TENON_EXPECT(judged->verdicts.at(0).pass);
  TENON_EXPECT(!judged->verdicts.at(1).pass);
}

TENON_TEST(a_plan_comes_in_pages) {
  Host host;
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  PlanRun run = questions();
  run.limit = 1;
  const auto first = plugin.call<Plan>(kSuiteInterface, "plan", run);
  TENON_REQUIRE(first);
  TENON_REQUIRE(first->next_cursor.has_value());
  run.cursor = first->next_cursor;
  const auto second = plugin.call<Plan>(kSuiteInterface, "plan", run);
  TENON_REQUIRE(second);
  TENON_EXPECT_EQ(second->cases.at(0).id, "q2");
  TENON_EXPECT(!second->next_cursor.has_value());
}

TENON_TEST(a_bad_line_and_a_bad_cursor_are_named) {
  Host host;
  provide_target(host);
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  PlanRun run = questions();
  run.data[0].lines[1] = {{"qid", "q2"}};
  const auto plan = plugin.call<Plan>(kSuiteInterface, "plan", run);
  TENON_REQUIRE(!plan.ok());
  TENON_EXPECT_EQ(plan.error().path, "capitals:2: question");
  run.cursor = "two";
  TENON_EXPECT_EQ(plugin.call<Plan>(kSuiteInterface, "plan", run).error().path, "cursor");
}

TENON_TEST(a_run_that_is_cancelled_asks_no_further_question) {
  Host host;
  provide_target(host);
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  const auto plan = plugin.call<Plan>(kSuiteInterface, "plan", questions());
  TENON_REQUIRE(plan);
  host.during("message.call", [&] { host.cancel(); });
  const auto ran = plugin.call<Results>(kSuiteInterface, "run", RunCases{"t", {}, plan->cases});
  TENON_REQUIRE(!ran.ok());
  TENON_EXPECT(ran.error().code == Code::cancelled);
  TENON_EXPECT_EQ(host.calls("message.call"), 1u);
}

TENON_TEST(a_case_without_a_question_is_refused) {
  Host host;
  provide_target(host);
  Plugin plugin(host, TENON_TESTED_PLUGIN);
  TENON_REQUIRE(plugin.start());
  const RunCases cases{"t", {}, {{"q1", "", {{"qid", "q1"}}}}};
  const auto ran = plugin.call<Results>(kSuiteInterface, "run", cases);
  TENON_REQUIRE(!ran.ok());
  TENON_EXPECT_EQ(ran.error().path, "q1: question");
}
