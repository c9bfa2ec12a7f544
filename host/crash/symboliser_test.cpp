#include "host/crash/symboliser.hpp"

#include <filesystem>
#include <fstream>

#include "host/crash/test_support.hpp"
#include "tenon/json.hpp"

namespace tenon::crash::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

SymboliserOptions as(const char* mode) {
  SymboliserOptions options;
  options.program = TENON_CRASH_CHILD;
  options.arguments = {mode};
  options.timeout = std::chrono::seconds(20);  // a sanitizer is slow
  return options;
}

// The number of the line with "LINE: name" in the sample's source.
uint32_t line_of(const std::string& name) {
  std::ifstream source(TENON_CRASH_SAMPLE_SOURCE);
  uint32_t number = 0;
  for (std::string line; std::getline(source, line);) {
    ++number;
    if (line.ends_with("LINE: " + name)) return number;
  }
  return 0;
}

auto frame(const std::string& function, const std::string& marked, bool inlined) {
  return AllOf(Field("function", &CrashFrame::function, function),
               Field("file", &CrashFrame::file, EndsWith("sample_library.cpp")),
               Field("line", &CrashFrame::line, line_of(marked)),
               Field("inlined", &CrashFrame::inlined, inlined));
}

CrashReport report_of(const std::vector<std::string>& words) {
  const auto died = die(words);
  Death death;
  death.instance = "shop";
  death.wait_status = died.status;
  return make_report(death, died.record);
}

std::vector<CrashFrame> first(const CrashReport& report, size_t count) {
  return {report.frames.begin(),
          report.frames.begin() + static_cast<ptrdiff_t>(std::min(count, report.frames.size()))};
}

TEST(Symboliser, NamesFunctionsAndLinesOfALoadedLibrary) {
  CrashReport report = report_of({"sample", TENON_CRASH_SAMPLE});
  add_symbols(report, TENON_CRASH_SAMPLE, as("symbolise"));
  EXPECT_THAT(first(report, 2),
              ElementsAre(frame("sample::read_part(sample::Part const*)", "read_part", false),
                          frame("sample::sum_of(sample::Part const*)", "sum_of", false)));
  EXPECT_EQ(report.summary,
            "SIGSEGV, address not mapped at 0x40 in sample::read_part(sample::Part const*) "
            "(sample_library.cpp:" +
                std::to_string(line_of("read_part")) + ")");
  EXPECT_THAT(to_text(report), HasSubstr("#1 sample::sum_of(sample::Part const*) at "));
}

TEST(Symboliser, TellsInlinedFunctionsApart) {
  CrashReport report = report_of({"sample-inlined", TENON_CRASH_SAMPLE});
  add_symbols(report, TENON_CRASH_SAMPLE, as("symbolise"));
  EXPECT_THAT(
      first(report, 2),
      ElementsAre(frame("sample::inlined_reader(sample::Part const*)", "inlined_reader", true),
                  frame("sample::sum_inlined(sample::Part const*)", "sum_inlined", false)));
}

TEST(Symboliser, FindsTheOriginalOfALibraryLoadedFromMemory) {
  CrashReport report = report_of({"sample", TENON_CRASH_SAMPLE, "memfd"});
  ASSERT_FALSE(report.frames.empty());
  EXPECT_THAT(report.frames[0].module, HasSubstr("/proc/self/fd/"));
  add_symbols(report, TENON_CRASH_SAMPLE, as("symbolise"));
  EXPECT_THAT(first(report, 1),
              ElementsAre(frame("sample::read_part(sample::Part const*)", "read_part", false)));
  EXPECT_THAT(report.notes, IsEmpty());
}

TEST(Symboliser, KeepsTheOffsetsWhenTheFileIsAnotherByNow) {
  CrashReport report = report_of({"sample", TENON_CRASH_SAMPLE, "memfd"});
  const std::string offset = report.frames.at(0).offset;
  add_symbols(report, TENON_CRASH_SAMPLE_CHANGED, as("symbolise"));
  EXPECT_EQ(report.frames.at(0).function, "");
  EXPECT_EQ(report.frames.at(0).offset, offset);
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_THAT(report.notes[0],
              AllOf(HasSubstr("build id " + report.frames[0].build_id + " was wanted"),
                    HasSubstr("crash-sample-changed.so has the build id ")));
}

TEST(Symboliser, UsesTheSymbolTableWhereThereIsNoDebuggingInformation) {
  CrashReport report = report_of({"sample", TENON_CRASH_SAMPLE_STRIPPED});
  add_symbols(report, TENON_CRASH_SAMPLE_STRIPPED, as("symbolise"));
  std::vector<std::string> functions;
  for (const auto& frame : report.frames) functions.push_back(frame.function);
  EXPECT_THAT(functions, testing::Contains("sample_sum"));
}

TEST(Symboliser, NamesTheProgramAndTheLibraryThatAborted) {
  CrashReport report = report_of({"terminate"});
  add_symbols(report, "", as("symbolise"));
  std::vector<std::string> functions;
  for (const auto& frame : report.frames) functions.push_back(frame.function);
  EXPECT_THAT(functions, testing::Contains("main"));
  EXPECT_THAT(report.summary, HasSubstr("the answer was 43"));
}

TEST(Symboliser, LeavesTheFramesWhenTheChildIsLateLoudOrSilent) {
  const CrashReport raw = report_of({"sample", TENON_CRASH_SAMPLE});
  struct Case {
    const char* mode;
    std::chrono::milliseconds timeout;
    const char* note;
  };
  const Case cases[] = {
      {"hang", std::chrono::milliseconds(50), "the symboliser did not end in time"},
      {"hang-silently", std::chrono::milliseconds(50), "the symboliser did not end in time"},
      {"flood", std::chrono::seconds(20), "the symboliser wrote more than 1048576 bytes"},
      {"nothing", std::chrono::seconds(20), "the symboliser is not JSON"},
      {"fail", std::chrono::seconds(20), "the symboliser ended with exit code 5"},
      {"die", std::chrono::seconds(20), "the symboliser ended by signal 9"},
  };
  for (const Case& each : cases) {
    CrashReport report = raw;
    SymboliserOptions options = as(each.mode);
    options.timeout = each.timeout;
    add_symbols(report, TENON_CRASH_SAMPLE, options);
    ASSERT_EQ(report.notes.size(), 1u) << each.mode;
    EXPECT_THAT(report.notes[0], HasSubstr(each.note)) << each.mode;
    EXPECT_EQ(json::encode(report.frames), json::encode(raw.frames)) << each.mode;
  }
}

TEST(Symboliser, SaysWhenItCannotBeStarted) {
  CrashReport report = report_of({"sample", TENON_CRASH_SAMPLE});
  SymboliserOptions options;
  options.program = "/no/such/program";
  add_symbols(report, TENON_CRASH_SAMPLE, options);
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("cannot be started")));
}

TEST(Symboliser, WorksFromSeveralThreadsAtOnce) {
  const CrashReport raw = report_of({"sample", TENON_CRASH_SAMPLE});
  std::vector<CrashReport> reports(4, raw);
  std::vector<std::thread> threads;
  for (auto& report : reports)
    threads.emplace_back([&] { add_symbols(report, TENON_CRASH_SAMPLE, as("symbolise")); });
  for (auto& thread : threads) thread.join();
  for (const auto& report : reports)
    EXPECT_EQ(report.frames.at(0).function, "sample::read_part(sample::Part const*)");
}

TEST(Symboliser, RefusesAnAnswerToAnotherQuestion) {
  CrashReport report;
  report.frames.resize(2);
  report.frames[0].module = "a.so";
  const auto request = request_for(report, "b.so");
  ASSERT_EQ(request.frames.size(), 1u);
  const auto apply = [&](const char* text) { return apply_answer(request, text, report).ok(); };
  EXPECT_FALSE(apply(R"({"frames":[],"problems":[""]})"));
  EXPECT_FALSE(apply(R"({"frames":[[]],"problems":[]})"));
  EXPECT_FALSE(apply(R"({"frames":[[{"function":"f"}]],"problems":[""]})"));
  EXPECT_TRUE(apply(R"({"frames":[[{"function":"f\n","file":"","line":0}]],"problems":[""]})"));
  EXPECT_EQ(report.frames[0].function, "f ");
}

}  // namespace
}  // namespace tenon::crash::test
