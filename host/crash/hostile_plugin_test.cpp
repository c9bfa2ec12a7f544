// From a plugin's misbehaviour to the sentence that an operator reads.
#include <fstream>
#include <iterator>
#include <regex>

#include "host/crash/symboliser.hpp"
#include "host/crash/test_support.hpp"

namespace tenon::crash::test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

std::string source() {
  std::ifstream file(TENON_HOSTILE_SOURCE);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Methods are numbered in the order of the plugin's list of ways, X(spin) X(hang) ...
std::string number_of(const std::string& way) {
  const std::string text = source();
  const std::regex item("X\\((\\w+)\\)");
  int number = -1;
  for (std::sregex_iterator each(text.begin(), text.end(), item), end; each != end; ++each) {
    if ((*each)[1] == "X") continue;
    ++number;
    if ((*each)[1] == way) return std::to_string(number);
  }
  return "none";
}

std::string line_of(const std::string& function) {
  const std::string text = source();
  const auto before = text.begin() + static_cast<ptrdiff_t>(text.find("LINE: " + function));
  return std::to_string(1 + std::count(text.begin(), before, '\n'));
}

CrashReport report_of(const std::string& way) {
  const Died died = die({"plugin", TENON_HOSTILE, number_of(way)});
  Death death;
  death.instance = "hostile";
  death.wait_status = died.status;
  death.output = died.output;
  CrashReport report = make_report(death, died.record);
  SymboliserOptions options;
  options.program = TENON_CRASH_CHILD;
  options.timeout = std::chrono::seconds(20);  // a sanitizer is slow
  add_symbols(report, TENON_HOSTILE, options);
  return report;
}

TEST(HostilePlugin, IsToldByFunctionAndLineWhenItReadsThroughNull) {
  if (TENON_CRASH_SANITIZED) GTEST_SKIP() << "a sanitizer ends the process in its own way";
  const auto report = report_of("null_dereference");
  EXPECT_EQ(report.summary,
            "SIGSEGV, address not mapped at 0x0 in hostile::dereference_null(int const volatile*) "
            "(hostile.cpp:" +
                line_of("dereference_null") + ")");
  EXPECT_EQ(report.fault->activity, "a method of the plugin");
}

TEST(HostilePlugin, IsToldWhenItOverflowsItsStack) {
  if (TENON_CRASH_SANITIZED) GTEST_SKIP() << "a sanitizer ends the process in its own way";
  const auto report = report_of("overflow_stack");
  EXPECT_THAT(
      report.summary,
      StartsWith("SIGSEGV, stack overflow in hostile::recurse_for_ever(int) (hostile.cpp:"));
}

TEST(HostilePlugin, IsToldWhenItDamagesTheHeap) {
  if (TENON_CRASH_SANITIZED) GTEST_SKIP() << "a sanitizer ends the process in its own way";
  const auto report = report_of("corrupt_heap");
  EXPECT_THAT(
      report.summary,
      MatchesRegex("SIGABRT: malloc\\(\\): corrupted top size in hostile::corrupt_heap_top.*"
                   "\\(hostile\\.cpp:[0-9]+\\)"));
}
TEST(HostilePlugin, IsToldWithTheExceptionThatItThrowsAcrossTheTable) {
  const auto report = report_of("throw_across");
  EXPECT_EQ(report.cause, Cause::signal);
  EXPECT_EQ(report.message, "uncaught exception std::runtime_error: thrown across the C table");
}

TEST(HostilePlugin, IsToldWhenItEndsTheProcess) {
  EXPECT_EQ(report_of("exit_process").summary, "ended itself with exit code 3");
  EXPECT_EQ(report_of("exit_at_once").summary, "ended itself with exit code 4");
}

}  // namespace
}  // namespace tenon::crash::test
