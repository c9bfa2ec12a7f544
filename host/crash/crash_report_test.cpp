#include "host/crash/crash_report.hpp"

#include <gmock/gmock.h>
#include <signal.h>

#include "host/crash/signal_text.hpp"
#include "host/crash/spoken_words.hpp"
#include "tenon/json.hpp"

namespace tenon::crash {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int exited(int code) {
  return code << 8;
}

const Result<CrashRecord> kNone = Error{Code::not_found, "the worker wrote no crash record"};

Death death_of(int wait_status) {
  Death death;
  death.instance = "shop";
  death.plugin = {"catalog", "1.2.0", {"tenon.catalog.scraper/1"}};
  death.generation = 7;
  death.pid = 4711;
  death.wait_status = wait_status;
  death.time = std::chrono::system_clock::time_point(std::chrono::milliseconds(1'769'860'800'123));
  death.uptime = std::chrono::milliseconds(61'500);
  return death;
}

CrashRecord null_read() {
  CrashRecord record;
  record.signal = SIGSEGV;
  record.code = SEGV_MAPERR;
  record.fault_address = 0x10;
  record.pc = 0x7f0000001234;
  record.modules = {{"/lib/libc.so.6", "aa"}, {"/data/shop.so", "bb"}};
  record.frames = {{0, 0x10, true}, {1, 0x1234, false}, {-1, 0x5555, false}};
  return record;
}

TEST(CrashReport, SaysWhoDiedWhenAndOfWhat) {
  const auto report = make_report(death_of(SIGSEGV), null_read());
  EXPECT_EQ(report.id, "shop-20260131T120000.123Z");
  EXPECT_EQ(report.time, "2026-01-31T12:00:00.123Z");
  EXPECT_EQ(report.cause, Cause::signal);
  EXPECT_EQ(report.summary, "SIGSEGV, address not mapped at 0x10 in shop.so+0x1234");
  EXPECT_EQ(report.exit_code, std::nullopt);
  EXPECT_EQ(to_text(report),
            "shop (plugin catalog 1.2.0, generation 7, pid 4711) died after 61.5 s: "
            "SIGSEGV, address not mapped at 0x10 in shop.so+0x1234\n"
            "  #0 /lib/libc.so.6+0x10\n"
            "  #1 /data/shop.so+0x1234\n"
            "  #2 0x5555\n");
}

TEST(CrashReport, OneLineHasTheFirstFramesOfThePluginsOwnCode) {
  auto report = make_report(death_of(SIGSEGV), null_read());
  const auto frame = [](const char* module, const char* function, const char* file, uint32_t line) {
    CrashFrame out;
    out.module = module;
    out.function = function;
    out.file = file;
    out.line = line;
    return out;
  };
  const char* const plugin = "/memfd:shop.so (deleted)";
  report.frames = {frame("/lib/libc.so.6", "abort", "", 0),
                   frame(plugin, "shop::price(int)", "/src/price.cpp", 12),
                   frame(plugin, "std::__invoke<Shop>", "/usr/include/c++/12/bits/invoke.h", 60),
                   frame(plugin, "tenon::Routes::call", "/usr/include/tenon/http.hpp", 80),
                   frame(plugin, "Shop::page()", "/src/shop.cpp", 40),
                   frame("/usr/bin/tenon-worker", "serve", "../../host/isolation/serving.cpp", 9)};
  for (uint32_t line = 1; line < 20; ++line)
    report.frames.push_back(frame(plugin, "Shop::deep()", "/src/deep.cpp", line));
  report.summary = summary_of(report);
  EXPECT_EQ(to_line(report),
            "shop (plugin catalog 1.2.0, generation 7, pid 4711) died after 61.5 s: "
            "SIGSEGV, address not mapped at 0x10 in shop::price(int) (price.cpp:12); in its code: "
            "shop::price(int) (price.cpp:12) <- Shop::page() (shop.cpp:40) <- Shop::deep() "
            "(deep.cpp:1) <- Shop::deep() (deep.cpp:2) <- Shop::deep() (deep.cpp:3)");
}

struct CauseCase {
  const char* name;
  int wait_status;
  std::optional<Cause> told;
  std::optional<int> recorded;  // the signal of a record
  Cause cause;
  const char* summary;
};

class EachCause : public testing::TestWithParam<CauseCase> {};

TEST_P(EachCause, IsToldInASentence) {
  const CauseCase& given = GetParam();
  Death death = death_of(given.wait_status);
  death.cause = given.told;
  if (given.told) death.reason = "the reason";
  Result<CrashRecord> record = kNone;
  if (given.recorded) {
    CrashRecord made;
    made.signal = *given.recorded;
    made.system_call = given.recorded == SIGSYS ? 41 : -1;
    record = made;
  }
  const auto report = make_report(death, record);
  EXPECT_EQ(report.cause, given.cause);
  EXPECT_EQ(report.summary, given.summary);
}

INSTANTIATE_TEST_SUITE_P(
    Crash, EachCause,
    testing::Values(
        CauseCase{"Exit", exited(3), {}, {}, Cause::exit, "ended itself with exit code 3"},
        CauseCase{"Kill", SIGKILL, {}, {}, Cause::killed, "killed from outside"},
        CauseCase{
            "Hang", SIGKILL, Cause::hang, {}, Cause::hang, "killed because it hung: the reason"},
        CauseCase{"HangDespiteRecord", SIGABRT, Cause::hang, SIGABRT, Cause::hang,
                  "killed because it hung: the reason"},
        CauseCase{"Memory",
                  SIGKILL,
                  Cause::out_of_memory,
                  {},
                  Cause::out_of_memory,
                  "out of memory: the reason"},
        CauseCase{"CpuTime", SIGXCPU, {}, {}, Cause::hang, "killed because it hung"},
        CauseCase{"Seccomp", SIGSYS, {}, {}, Cause::seccomp, "a system call refused by seccomp"},
        CauseCase{"SeccompRecorded",
                  SIGSYS,
                  {},
                  SIGSYS,
                  Cause::seccomp,
                  "system call 41 refused by seccomp"},
        CauseCase{"SignalWithoutRecord", SIGSEGV, {}, {}, Cause::signal, "SIGSEGV"},
        CauseCase{"RecordOfAnExit", exited(1), {}, SIGSEGV, Cause::signal, "SIGSEGV"},
        CauseCase{"UnwinderCrashed", SIGSEGV, {}, SIGABRT, Cause::signal, "SIGABRT"}),
    [](const auto& info) { return info.param.name; });

TEST(CrashReport, ExplainsAMissingStack) {
  const auto report = make_report(death_of(SIGSEGV), kNone);
  EXPECT_THAT(report.notes,
              ElementsAre("no stack: the worker wrote no crash record",
                          HasSubstr("a stack overflow on a thread that the plugin made itself")));
  EXPECT_THAT(make_report(death_of(SIGKILL), kNone).notes, IsEmpty());
}

TEST(CrashReport, TellsAStackOverflowInsteadOfItsAddress) {
  CrashRecord record = null_read();
  record.stack_overflow = true;
  EXPECT_EQ(make_report(death_of(SIGSEGV), record).summary,
            "SIGSEGV, stack overflow in shop.so+0x1234");
}

TEST(CrashReport, KeepsTheLast50LinesOfTheLogMadePlain) {
  Death death = death_of(SIGSEGV);
  for (int i = 0; i < 60; ++i) death.log_lines.push_back("line " + std::to_string(i));
  death.log_lines.push_back("colour \x1b[31m and \xff bytes");
  const auto report = make_report(death, kNone);
  ASSERT_EQ(report.log_lines.size(), 50u);
  EXPECT_EQ(report.log_lines.front(), "line 11");
  EXPECT_EQ(report.log_lines.back(), "colour  [31m and \xEF\xBF\xBD bytes");
}

TEST(CrashReport, FindsTheMessageOnStandardErrorWhenTheRecordHasNone) {
  Death death = death_of(SIGABRT);
  death.output = "starting\ndouble free or corruption (out)\n";
  EXPECT_EQ(make_report(death, kNone).message, "double free or corruption (out)");
  CrashRecord record = null_read();
  record.message = "of the record";
  EXPECT_EQ(make_report(death, record).message, "of the record");
}

TEST(CrashReport, SurvivesAJourneyThroughJson) {
  const auto report = make_report(death_of(SIGSEGV), null_read());
  const auto back = json::decode<CrashReport>(json::encode(report));
  ASSERT_TRUE(back.ok()) << back.error().path << back.error().message;
  EXPECT_EQ(json::encode(*back), json::encode(report));
  EXPECT_THAT(json::encode(report), HasSubstr(R"("cause":"signal")"));
}

TEST(SpokenWords, AreTheLastLineThatTellsWhy) {
  EXPECT_EQ(spoken_words(""), "");
  EXPECT_EQ(spoken_words("ready\nstill ready"), "");
  EXPECT_EQ(spoken_words("free(): invalid pointer\nready\n"), "free(): invalid pointer");
  EXPECT_EQ(spoken_words("terminate called after throwing an instance of 'std::logic_error'\n"
                         "  what():  no way\nmore\n"),
            "terminate called after throwing an instance of 'std::logic_error' what():  no way");
  EXPECT_EQ(spoken_words("thread 'main' panicked at 'no', src/lib.rs:3:5\nnote: run\n"),
            "thread 'main' panicked at 'no', src/lib.rs:3:5");
}

TEST(SignalText, NamesSignalsAndReasons) {
  EXPECT_EQ(signal_name(SIGBUS), "SIGBUS");
  EXPECT_EQ(signal_name(99), "signal 99");
  EXPECT_EQ(signal_reason(SIGFPE, FPE_INTDIV), "integer divided by zero");
  EXPECT_EQ(signal_reason(SIGABRT, SI_TKILL), "");
}

}  // namespace
}  // namespace tenon::crash
