#include "host/http/crash_report.hpp"

#include <gmock/gmock.h>

#include <stdexcept>
#include <thread>

#include "host/http/handler_stack.hpp"
#include "host/http/test_support.hpp"

namespace tenon::http::test {
namespace {

constexpr std::size_t kStackBytes = 1024 * 1024;

// Uses about 1 KiB of stack a level.
__attribute__((noinline)) int recurse(int depth, volatile int* sink) {
  volatile char frame[1024];
  frame[0] = static_cast<char>(depth);
  *sink = frame[0];
  return depth == 0 ? 0 : recurse(depth - 1, sink) + frame[0] % 2;
}

void recurse_kib(int kib) {
  volatile int sink = 0;
  const int used = recurse(kib, &sink);
  sink = used;
}

TEST(HandlerStack, RunsACallThatNeedsHalfAMegabyte) {
  HandlerStack stack(kStackBytes);
  bool done = false;
  stack.run([&] {
    recurse_kib(400);
    done = true;
  });
  EXPECT_TRUE(done);
}

TEST(HandlerStack, IsReusedAndPassesExceptionsOn) {
  HandlerStack stack(kStackBytes);
  int calls = 0;
  for (int i = 0; i < 1000; ++i) stack.run([&] { ++calls; });
  EXPECT_EQ(calls, 1000);
  EXPECT_THROW(stack.run([] { throw std::runtime_error("inside"); }), std::runtime_error);
  stack.run([&] { ++calls; });
  EXPECT_EQ(calls, 1001);
}

TEST(HandlerStack, EachThreadHasItsOwn) {
  std::vector<std::thread> threads;
  std::atomic<int> calls{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      HandlerStack stack(kStackBytes);
      for (int n = 0; n < 100; ++n) {
        stack.run([&] {
          recurse_kib(50);
          ++calls;
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(calls, 400);
}

#if defined(__SANITIZE_THREAD__)
#define TENON_SKIP_DEATH() GTEST_SKIP() << "ThreadSanitizer's shadow stack ends before ours"
#else
#define TENON_SKIP_DEATH() static_cast<void>(0)
#endif

void serve_once(LambdaHandler::Function function) {
  const CrashReporter reporter;
  TestServer server({route("GET", "/boom", std::move(function), "plugin catalog generation 1")});
  Client client(server.port());
  client.exchange(get("/boom"));
}

class CrashReportDeathTest : public testing::Test {
 protected:
  void SetUp() override { testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};

TEST_F(CrashReportDeathTest, NamesTheRouteThatOverflowedItsStack) {
  TENON_SKIP_DEATH();
  EXPECT_DEATH(serve_once([](Request&, Response&) { recurse_kib(100'000); }),
               "stack overflow in plugin catalog generation 1, GET /boom");
}

TEST_F(CrashReportDeathTest, NamesTheRouteThatCrashed) {
  TENON_SKIP_DEATH();
  EXPECT_DEATH(serve_once([](Request&, Response&) {
                 volatile std::uintptr_t address = 16;
                 *reinterpret_cast<volatile int*>(address) = 1;
               }),
               "crash in plugin catalog generation 1, GET /boom, signal 11, address 0x10");
}

TEST_F(CrashReportDeathTest, LetsTheDefaultActionKillTheProcess) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer's own handler exits instead";
#endif
  EXPECT_EXIT(serve_once([](Request&, Response&) { recurse_kib(100'000); }),
              testing::KilledBySignal(SIGSEGV), "stack overflow");
}

TEST(ServerStack, AHandlerMayRecurseThroughHalfAMegabyte) {
  TestServer server({route("GET", "/deep", [](Request&, Response& response) {
    recurse_kib(400);
    reply(response, 200, "text/plain", "deep");
  })});
  Client client(server.port());
  EXPECT_EQ(client.exchange(get("/deep")).body, "deep");
}

}  // namespace
}  // namespace tenon::http::test
