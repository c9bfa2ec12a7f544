// What was checked of a library and what came of it.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::verify {

enum class Outcome { ok, failed, warned, skipped };
std::string_view outcome_name(Outcome outcome);

// One kind of check, the same for every library.
struct CheckKind {
  std::string_view id;      // "life.start"; before the dot its group
  std::string_view title;   // what holds when it is passed
  std::string_view remedy;  // what to do when it is not
};

// All of them, in the order of the report.
const std::vector<CheckKind>& check_kinds();
const CheckKind& check_kind(std::string_view id);

struct Check {
  std::string id;
  Outcome outcome{};
  std::string detail;  // what was found and where, the reason to skip, or a figure; may be empty
};

class Report {
 public:
  Report(const std::string& library, uint64_t seed);

  void ok(std::string_view id, const std::string& detail = {}) { add(id, Outcome::ok, detail); }
  void failed(std::string_view id, const std::string& detail) { add(id, Outcome::failed, detail); }
  void warned(std::string_view id, const std::string& detail) { add(id, Outcome::warned, detail); }
  void skipped(std::string_view id, const std::string& reason) {
    add(id, Outcome::skipped, reason);
  }
  // Passed when nothing is listed.
  void judge(std::string_view id, const std::vector<std::string>& wrong,
             Outcome otherwise = Outcome::failed);
  // The first outcome of a check stands, but a failure stands against all others. Text of plugins
  // may be any bytes: it is made plain here.
  void add(std::string_view id, Outcome outcome, const std::string& detail);
  // Skips every check that has no outcome yet.
  void skip_rest(const std::string& reason);
  // What the reader should know beside the checks.
  void note(const std::string& text);
  void set_plugin(std::string plugin) { plugin_ = std::move(plugin); }

  const std::string& library() const { return library_; }
  const std::string& plugin() const { return plugin_; }
  uint64_t seed() const { return seed_; }
  const std::vector<std::string>& notes() const { return notes_; }
  // In the order of check_kinds().
  std::vector<Check> checks() const;
  bool has(std::string_view id) const;
  size_t count(Outcome outcome) const;
  bool passed() const { return count(Outcome::failed) == 0; }

 private:
  std::string library_;  // the file, as named
  std::string plugin_;   // "hello 1.0.0"; empty: it did not come so far
  uint64_t seed_;
  std::vector<Check> checks_;
  std::vector<std::string> notes_;
};

// "a; b; c", of many only the first.
std::string list_of(const std::vector<std::string>& items);

// For people: a line a check, and under one that failed the remedy. Those that passed appear only
// when `verbose`.
std::string to_text(const Report& report, bool verbose);
boost::json::object to_json(const Report& report);
// The XML that CI systems read: a test suite a library, a test case a check.
std::string to_junit(const std::vector<Report>& reports);

}  // namespace tenon::verify
