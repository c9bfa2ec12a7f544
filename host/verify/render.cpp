#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "host/verify/report.hpp"

namespace tenon::verify {
namespace {

std::string indented(std::string_view text, std::string_view by) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '\n') out += by;
  }
  return out;
}

// What the report holds is plain already: UTF-8 without controls but the ends of lines.
std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      default:
        out += c;
    }
  return out;
}

std::string test_case(const Report& report, const Check& check) {
  const CheckKind& kind = check_kind(check.id);
  const std::string head =
      fmt::format("    <testcase classname=\"{}\" name=\"{}\"",
                  xml_text(report.plugin().empty() ? report.library() : report.plugin()),
                  xml_text(fmt::format("{}: {}", kind.id, kind.title)));
  const std::string detail = xml_text(check.detail);
  switch (check.outcome) {
    case Outcome::ok:
      return head + "/>\n";
    case Outcome::failed:
      return fmt::format("{}>\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n", head,
                         detail, xml_text(kind.remedy));
    case Outcome::warned:
      return fmt::format("{}>\n      <system-out>{}</system-out>\n    </testcase>\n", head, detail);
    case Outcome::skipped:
      return fmt::format("{}>\n      <skipped message=\"{}\"/>\n    </testcase>\n", head, detail);
  }
  return {};
}

}  // namespace

std::string to_text(const Report& report, bool verbose) {
  std::string out = report.library();
  if (!report.plugin().empty()) out += fmt::format(" ({})", report.plugin());
  out += '\n';
  for (const auto& check : report.checks()) {
    const CheckKind& kind = check_kind(check.id);
    const bool plain = check.outcome == Outcome::ok || check.outcome == Outcome::skipped;
    if (plain && !verbose) continue;
    out += fmt::format("  {:<8}{:<20}{}\n", outcome_name(check.outcome), kind.id, kind.title);
    if (!check.detail.empty())
      out += fmt::format("          {}\n", indented(check.detail, "          "));
    if (!plain) out += fmt::format("          Remedy: {}\n", kind.remedy);
  }
  for (const auto& note : report.notes()) out += fmt::format("  note: {}\n", note);
  out += fmt::format("{}: {} ok, {} failed, {} warnings, {} skipped; seed {}\n",
                     report.passed() ? "passed" : "FAILED", report.count(Outcome::ok),
                     report.count(Outcome::failed), report.count(Outcome::warned),
                     report.count(Outcome::skipped), report.seed());
  return out;
}

boost::json::object to_json(const Report& report) {
  boost::json::array checks, notes;
  for (const auto& check : report.checks()) {
    const CheckKind& kind = check_kind(check.id);
    checks.push_back(boost::json::object{{"id", kind.id},
                                         {"title", kind.title},
                                         {"outcome", outcome_name(check.outcome)},
                                         {"detail", check.detail},
                                         {"remedy", kind.remedy}});
  }
  for (const auto& note : report.notes()) notes.push_back(boost::json::string(note));
  return {{"library", report.library()}, {"plugin", report.plugin()}, {"seed", report.seed()},
          {"passed", report.passed()},   {"checks", checks},          {"notes", notes}};
}

std::string to_junit(const std::vector<Report>& reports) {
  std::string suites;
  size_t tests = 0, failures = 0;
  for (const auto& report : reports) {
    const auto checks = report.checks();
    tests += checks.size();
    failures += report.count(Outcome::failed);
    suites += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n"
        "    <properties>\n      <property name=\"seed\" value=\"{}\"/>\n    </properties>\n",
        xml_text("tenon verify " + report.library()), checks.size(), report.count(Outcome::failed),
        report.count(Outcome::skipped), report.seed());
    for (const auto& check : checks) suites += test_case(report, check);
    suites += "  </testsuite>\n";
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"tenon verify\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n{}"
      "</testsuites>\n",
      tests, failures, suites);
}

}  // namespace tenon::verify
