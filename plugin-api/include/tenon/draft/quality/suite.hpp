// tenon.quality.suite/1 (draft: may change with every release): one test suite for LLM and RAG
// systems, as its own plugin.
//
// A message interface. Methods:
//   describe  {}        -> Suite     what the suite is, which data it needs, its parameters
//   plan      PlanRun   -> Plan      data in, cases out, page by page
//   run       RunCases  -> Results   runs a batch of cases against the target
//   judge     Judge     -> Verdicts  judges answers; pure: the same answers give the same verdicts
// The host keeps the data sets, asks for plans, calls run in batches that it may repeat after a
// crash, and stores answers as transcripts, so that judge needs no second run. A case that fails by
// an error is a result with `error`; it never fails the batch. plan and judge are idempotent.
//
// The target is called through the interface tenon.quality.target/1, method ask: Ask -> Answer,
// with the handle of the run. A suite requires it, and opens no connection of its own.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tenon/json.hpp"

namespace tenon::quality {

inline constexpr char kSuiteInterface[] = "tenon.quality.suite/1";
inline constexpr char kSuiteVersion[] = "1.0.0";
inline constexpr char kTargetInterface[] = "tenon.quality.target/1";

enum class DataKind { passages, qaset, attacks, schema, pii_patterns, bias_groups };
BOOST_DESCRIBE_ENUM(DataKind, passages, qaset, attacks, schema, pii_patterns, bias_groups)

enum class Level { required, optional, not_used };
BOOST_DESCRIBE_ENUM(Level, required, optional, not_used)

// Every kind is there, also those that are not used.
struct DataNeed {
  DataKind kind = DataKind::passages;
  Level level = Level::not_used;
};
BOOST_DESCRIBE_STRUCT(DataNeed, (), (kind, level))

struct Suite {
  std::string id;     // "rag_quality"
  std::string title;  // for people
  std::string measures;
  std::vector<DataNeed> data;
  boost::json::object parameters;                    // JSON Schema of a run's parameters
  std::map<std::string, std::string> metrics;        // name of a score -> what it means
  std::map<std::string, double> default_thresholds;  // least value of a score that passes
};
BOOST_DESCRIBE_STRUCT(Suite, (),
                      (id, title, measures, data, parameters, metrics, default_thresholds))

// A named, versioned data set. `lines` are its rows in the form of its kind, as JSON.
struct DataSet {
  DataKind kind = DataKind::passages;
  std::string name;
  std::string content_hash;
  std::vector<boost::json::value> lines;
};
BOOST_DESCRIBE_STRUCT(DataSet, (), (kind, name, content_hash, lines))

struct PlanRun {
  std::vector<DataSet> data;
  boost::json::object parameters;
  int64_t seed = 0;                   // the same seed plans the same cases
  std::optional<std::string> cursor;  // next_cursor of the page before
  int64_t limit = 1000;               // cases of a page, 1 to 10,000

  static constexpr tenon::Field fields[] = {
      {.name = "limit", .optional = true, .minimum = 1, .maximum = 10'000}};
};
BOOST_DESCRIBE_STRUCT(PlanRun, (), (data, parameters, seed, cursor, limit))

struct Case {
  std::string id;        // the same in every plan of the same data
  std::string category;  // of attacks and policies; may be empty
  boost::json::object input;
};
BOOST_DESCRIBE_STRUCT(Case, (), (id, category, input))

struct Plan {
  std::vector<Case> cases;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(Plan, (), (cases, next_cursor))

struct RunCases {
  std::string target;  // the run's handle, passed on with each question
  boost::json::object parameters;
  std::vector<Case> cases;
};
BOOST_DESCRIBE_STRUCT(RunCases, (), (target, parameters, cases))

struct Message {
  std::string role;  // system, user, assistant
  std::string content;
};
BOOST_DESCRIBE_STRUCT(Message, (), (role, content))

struct Ask {
  std::string target;
  std::vector<Message> messages;
};
BOOST_DESCRIBE_STRUCT(Ask, (), (target, messages))

struct Answer {
  std::string text;
  double latency_ms = 0;
  std::optional<double> first_token_ms;
  std::optional<int64_t> tokens;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (text, latency_ms, first_token_ms, tokens))

// One case that was run: what is needed to judge it again.
struct CaseResult {
  std::string case_id;
  std::vector<Answer> answers;       // one a turn
  std::optional<std::string> error;  // why there is no (further) answer
};
BOOST_DESCRIBE_STRUCT(CaseResult, (), (case_id, answers, error))

struct Results {
  std::vector<CaseResult> results;  // in the order of the cases
};
BOOST_DESCRIBE_STRUCT(Results, (), (results))

struct Judge {
  boost::json::object parameters;
  std::vector<Case> cases;
  std::vector<CaseResult> results;
};
BOOST_DESCRIBE_STRUCT(Judge, (), (parameters, cases, results))

struct Verdict {
  std::string case_id;
  bool pass = false;
  std::map<std::string, double> scores;  // by the names of Suite::metrics
  std::string reason;                    // for a person
};
BOOST_DESCRIBE_STRUCT(Verdict, (), (case_id, pass, scores, reason))

struct Verdicts {
  std::vector<Verdict> verdicts;
};
BOOST_DESCRIBE_STRUCT(Verdicts, (), (verdicts))

}  // namespace tenon::quality
