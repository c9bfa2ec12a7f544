// @NAME@: tenon.quality.suite/1 that checks answers for the text that was expected.
#include <algorithm>
#include <tenon/draft/quality/suite.hpp>
#include <tenon/plugin.hpp>

namespace quality = tenon::quality;
using tenon::Call;
using tenon::Code;
using tenon::Error;
using tenon::Result;

// A line of a data set of the kind qaset.
struct Question {
  std::string qid;
  std::string question;
  std::string expected_answer;
};
BOOST_DESCRIBE_STRUCT(Question, (), (qid, question, expected_answer))

namespace {

std::string folded(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

class @CLASS@ {
 public:
  explicit @CLASS@(tenon::Host& host) : host_(host) {}

  quality::Suite describe() {
    using quality::DataKind;
    using quality::Level;
    return {"@NAME@",
            "Expected answers",
            "Share of the questions whose answer holds the expected text",
            {{DataKind::passages, Level::not_used},
             {DataKind::qaset, Level::required},
             {DataKind::attacks, Level::not_used},
             {DataKind::schema, Level::not_used},
             {DataKind::pii_patterns, Level::not_used},
             {DataKind::bias_groups, Level::not_used}},
            {},
            {{"correct", "1 when the answer holds the expected text"}},
            {{"correct", 0.8}}};
  }

  // One case for each question. The cursor is the number of the next one.
  Result<quality::Plan> plan(const quality::PlanRun& run) {
    quality::Plan plan;
    int64_t number = 0;
    const int64_t first = run.cursor ? std::atoll(run.cursor->c_str()) : 0;
    for (const quality::DataSet& set : run.data) {
      if (set.kind != quality::DataKind::qaset) continue;
      for (size_t line = 0; line < set.lines.size(); ++line, ++number) {
        if (number < first) continue;
        if (static_cast<int64_t>(plan.cases.size()) == run.limit) {
          plan.next_cursor = std::to_string(number);
          return plan;
        }
        const auto question =
            tenon::json::from_value<Question>(set.lines[line], tenon::json::Mode::forward);
        if (!question.ok())
          return Error{Code::invalid, question.error().message,
                       set.name + ":" + std::to_string(line + 1) + ": " + question.error().path};
        plan.cases.push_back(
            {question->qid, "", tenon::json::to_value(*question).as_object()});
      }
    }
    return plan;
  }

  // A case that fails is a result with its error; only the run's own end ends the batch.
  Result<quality::Results> run(Call& call, const quality::RunCases& batch) {
    TN_TRY(const auto target, host_.messages().resolve(call, {quality::kTargetInterface}, "ask"));
    quality::Results results;
    for (const quality::Case& one : batch.cases) {
      if (call.cancelled()) return Error{Code::cancelled, "the run was cancelled"};
      quality::CaseResult& result = results.results.emplace_back();
      result.case_id = one.id;
      const quality::Ask ask{batch.target,
                             {{"user", std::string(one.input.at("question").as_string())}}};
      auto answer = target.call<quality::Answer>(call, ask);
      if (answer.ok())
        result.answers.push_back(std::move(*answer));
      else
        result.error = answer.error().message;
    }
    return results;
  }

  Result<quality::Verdicts> judge(const quality::Judge& input) {
    if (input.cases.size() != input.results.size())
      return Error{Code::invalid, "there is not one result for each case", "results"};
    quality::Verdicts out;
    for (size_t i = 0; i < input.cases.size(); ++i)
      out.verdicts.push_back(verdict(input.cases[i], input.results[i]));
    return out;
  }

 private:
  static quality::Verdict verdict(const quality::Case& one, const quality::CaseResult& result) {
    if (result.error) return {one.id, false, {{"correct", 0}}, "no answer: " + *result.error};
    const std::string expected(one.input.at("expected_answer").as_string());
    const std::string found = result.answers.empty() ? "" : result.answers.back().text;
    const bool correct = folded(found).find(folded(expected)) != std::string::npos;
    return {one.id,
            correct,
            {{"correct", correct ? 1 : 0}},
            correct ? "the answer holds it" : "the answer does not hold \"" + expected + "\""};
  }
  tenon::Host& host_;
};

TENON_PLUGIN(
    @CLASS@, tenon::about("@NAME@", "0.1.0", "Checks answers for what was expected"),
    tenon::needs(quality::kTargetInterface).optional(),
    tenon::provides(quality::kSuiteInterface, quality::kSuiteVersion,
                    tenon::method<&@CLASS@::describe>("describe", "What it needs").idempotent(),
                    tenon::method<&@CLASS@::plan>("plan", "Data in, cases out").idempotent(),
                    tenon::method<&@CLASS@::run>("run", "Asks the target"),
                    tenon::method<&@CLASS@::judge>("judge", "Judges answers").idempotent()))
