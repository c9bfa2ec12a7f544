// @NAME@: tenon.quality.suite/1 that checks answers for the text that was expected.
#include <algorithm>
#include <cctype>
#include <charconv>
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

// The question of a line or case; the error says where in it.
Result<Question> question_of(const boost::json::value& line, const std::string& where) {
  auto question = tenon::json::from_value<Question>(line, tenon::json::Mode::forward);
  if (question.ok()) return question;
  return Error{Code::invalid, question.error().message, where + ": " + question.error().path};
}

Result<int64_t> position_of(const std::optional<std::string>& cursor) {
  int64_t position = 0;
  if (!cursor) return position;
  const char* const end = cursor->data() + cursor->size();
  const auto [rest, failed] = std::from_chars(cursor->data(), end, position);
  if (failed == std::errc() && rest == end && position >= 0) return position;
  return Error{Code::invalid, "\"" + *cursor + "\" is no cursor of this suite", "cursor"};
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
    TN_TRY(const int64_t first, position_of(run.cursor));
    for (const quality::DataSet& set : run.data) {
      if (set.kind != quality::DataKind::qaset) continue;
      for (size_t line = 0; line < set.lines.size(); ++line, ++number) {
        if (number < first) continue;
        if (static_cast<int64_t>(plan.cases.size()) == run.limit) {
          plan.next_cursor = std::to_string(number);
          return plan;
        }
        TN_TRY(const auto question,
               question_of(set.lines[line], set.name + ":" + std::to_string(line + 1)));
        plan.cases.push_back({question.qid, "", tenon::json::to_value(question).as_object()});
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
      TN_TRY(const auto question, question_of(one.input, one.id));
      quality::CaseResult& result = results.results.emplace_back();
      result.case_id = one.id;
      const quality::Ask ask{batch.target, {{"user", question.question}}};
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
    for (size_t i = 0; i < input.cases.size(); ++i) {
      const quality::Case& one = input.cases[i];
      TN_TRY(const auto question, question_of(one.input, one.id));
      out.verdicts.push_back(verdict(one.id, question.expected_answer, input.results[i]));
    }
    return out;
  }

 private:
  static quality::Verdict verdict(const std::string& case_id, const std::string& expected,
                                  const quality::CaseResult& result) {
    if (result.error) return {case_id, false, {{"correct", 0}}, "no answer: " + *result.error};
    const std::string found = result.answers.empty() ? "" : result.answers.back().text;
    const bool correct = folded(found).find(folded(expected)) != std::string::npos;
    return {case_id,
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
