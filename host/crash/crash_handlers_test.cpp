#include "host/crash/worker/crash_handlers.hpp"

#include <sys/syscall.h>

#include <csignal>

#include "host/crash/test_support.hpp"

namespace tenon::crash::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Way {
  const char* name;
  int signal;
};

class EachSignal : public testing::TestWithParam<Way> {};

TEST_P(EachSignal, LeavesARecordAndItsDefaultAction) {
  const Died death = die({GetParam().name});
  ASSERT_TRUE(death.record.ok()) << death.record.error().message << death.output;
  EXPECT_EQ(death.record->signal, GetParam().signal);
  EXPECT_TRUE(WIFSIGNALED(death.status));
  EXPECT_EQ(WTERMSIG(death.status), GetParam().signal);
  EXPECT_EQ(death.record->thread_id, death.pid);
  EXPECT_GE(death.record->frames.size(), 3u);
  EXPECT_FALSE(death.record->stack_overflow);
}

INSTANTIATE_TEST_SUITE_P(Crash, EachSignal,
                         testing::Values(Way{"null-read", SIGSEGV}, Way{"bus", SIGBUS},
                                         Way{"divide", SIGFPE}, Way{"illegal", SIGILL},
                                         Way{"trap", SIGTRAP}, Way{"sys", SIGSYS},
                                         Way{"abort", SIGABRT}),
                         [](const auto& info) {
                           std::string name = info.param.name;
                           std::erase(name, '-');
                           return name;
                         });

TEST(CrashHandlers, TellTheAddressAndWhereTheProgramStood) {
  const Died death = die({"null-read"});
  ASSERT_TRUE(death.record.ok());
  EXPECT_EQ(death.record->fault_address, 0x10u);
  ASSERT_FALSE(death.record->frames.empty());
  const RecordFrame& first = death.record->frames.front();
  EXPECT_TRUE(first.exact);
  ASSERT_GE(first.module, 0);
  const RecordModule& program = death.record->modules[static_cast<size_t>(first.module)];
  EXPECT_THAT(program.path, HasSubstr("tenon_crash_child"));
  EXPECT_EQ(program.build_id.size(), 40u);
  EXPECT_NE(death.record->pc, 0u);
}

TEST(CrashHandlers, TellAStackOverflowOnTheMainThread) {
  const Died death = die({"overflow"});
  ASSERT_TRUE(death.record.ok()) << death.record.error().message;
  EXPECT_EQ(death.record->signal, SIGSEGV);
  EXPECT_TRUE(death.record->stack_overflow);
  EXPECT_EQ(death.record->activity, "recursing for ever");
  EXPECT_GT(death.record->frames.size(), 50u);
}

TEST(CrashHandlers, TellAStackOverflowOnAnotherThread) {
  const Died death = die({"overflow-thread"});
  ASSERT_TRUE(death.record.ok()) << death.record.error().message;
  EXPECT_TRUE(death.record->stack_overflow);
  EXPECT_EQ(death.record->thread_name, "deep");
  EXPECT_NE(death.record->thread_id, death.pid);
}

TEST(CrashHandlers, CannotTellAnOverflowOnAThreadWithoutAnAlternateStack) {
#if TENON_CRASH_SANITIZED
  GTEST_SKIP() << "the sanitizer gives every thread one";
#endif
  const Died death = die({"overflow-bare"});
  EXPECT_FALSE(death.record.ok());
  EXPECT_EQ(death.record.error().code, Code::not_found);
  EXPECT_TRUE(WIFSIGNALED(death.status));
  EXPECT_EQ(WTERMSIG(death.status), SIGSEGV);
}

TEST(CrashHandlers, KeepTheTextOfACorruptedHeap) {
#if TENON_CRASH_SANITIZED
  GTEST_SKIP() << "the sanitizer has a heap of its own";
#endif
  for (const char* way : {"heap", "heap-held"}) {
    const Died death = die({way});
    ASSERT_TRUE(death.record.ok()) << way << death.record.error().message << death.output;
    EXPECT_EQ(death.record->signal, SIGABRT) << way;
    EXPECT_THAT(death.record->message, StartsWith("malloc(): ")) << way;
  }
}

TEST(CrashHandlers, KeepTheExceptionThatTerminated) {
  const Died death = die({"terminate"});
  ASSERT_TRUE(death.record.ok());
  EXPECT_EQ(death.record->signal, SIGABRT);
  EXPECT_EQ(death.record->message, "uncaught exception std::runtime_error: the answer was 43");
  EXPECT_THAT(death.output, HasSubstr("terminate called"));
}

TEST(CrashHandlers, KeepTheTextOfAnAssertion) {
  const Died death = die({"assert"});
  ASSERT_TRUE(death.record.ok());
  EXPECT_THAT(death.record->message, HasSubstr("Assertion `shelf < 3' failed."));
  EXPECT_THAT(death.record->message, HasSubstr("crashes.cpp:"));
}

TEST(CrashHandlers, SurviveASmashedStack) {
  const Died death = die({"smash"});
  ASSERT_TRUE(death.record.ok()) << death.record.error().message;
  EXPECT_TRUE(WIFSIGNALED(death.status));
  ASSERT_FALSE(death.record->frames.empty());
  EXPECT_GE(death.record->frames.front().module, 0);
}

TEST(CrashHandlers, FindTheCallerOfACallToNowhere) {
  const Died death = die({"call-null"});
  ASSERT_TRUE(death.record.ok());
  EXPECT_EQ(death.record->pc, 0u);
  ASSERT_GE(death.record->frames.size(), 2u);
  EXPECT_EQ(death.record->frames[0].module, -1);
  EXPECT_GE(death.record->frames[1].module, 0);
}

TEST(CrashHandlers, WriteOneRecordWhenManyThreadsCrash) {
  for (int i = 0; i < 10; ++i) {
    const Died death = die({"threads"});
    ASSERT_TRUE(death.record.ok()) << death.record.error().message;
    EXPECT_EQ(death.record->signal, SIGSEGV);
    EXPECT_TRUE(WIFSIGNALED(death.status));
    EXPECT_GT(death.record->frames.size(), 1u);
  }
}

TEST(CrashHandlers, DieAlsoWhenNobodyReadsTheRecord) {
  const Died death = die({"full-pipe"});
  EXPECT_TRUE(WIFSIGNALED(death.status));
  EXPECT_EQ(WTERMSIG(death.status), SIGSEGV);
  EXPECT_EQ(death.record.error().code, Code::invalid);
}

TEST(CrashHandlers, DoNotWriteIntoAFileThatTookTheDescriptor) {
  const Died death = die({"reuse"});
  EXPECT_EQ(WTERMSIG(death.status), SIGSEGV);
  EXPECT_EQ(death.output, "");
}

TEST(CrashHandlers, ComeBackAfterAPluginReplacedThem) {
  const Died death = die({"replace"});
  EXPECT_EQ(WTERMSIG(death.status), SIGSEGV);
  EXPECT_TRUE(death.record.ok());
}

TEST(CrashHandlers, NeedFewSystemCalls) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "ThreadSanitizer makes system calls of its own";
#endif
  const Died death = die({"sandboxed"});
  ASSERT_TRUE(death.record.ok()) << death.record.error().message;
  EXPECT_EQ(WTERMSIG(death.status), SIGSEGV);
  EXPECT_EQ(death.record->fault_address, 0x10u);
  EXPECT_GE(death.record->frames.size(), 3u);
}

TEST(CrashHandlers, TellTheSystemCallThatSeccompRefused) {
  const Died death = die({"socket"});
  ASSERT_TRUE(death.record.ok()) << death.record.error().message;
  EXPECT_EQ(death.record->signal, SIGSYS);
  EXPECT_EQ(death.record->system_call, SYS_socket);
  EXPECT_EQ(WTERMSIG(death.status), SIGSYS);
}

TEST(CrashHandlers, LeaveNoRecordOfAnExitOrAKill) {
  const Died exited = die({"exit"});
  EXPECT_EQ(WEXITSTATUS(exited.status), 7);
  EXPECT_EQ(exited.record.error().code, Code::not_found);
  const Died killed = die({"killed"});
  EXPECT_EQ(WTERMSIG(killed.status), SIGKILL);
  EXPECT_EQ(killed.record.error().code, Code::not_found);
}

}  // namespace
}  // namespace tenon::crash::test
