// A plugin in a process of its own gives the same answers, and what befalls the process befalls its
// own calls only.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>

#include <fstream>

#include "host/isolation/worker_fixture.hpp"

namespace tenon::isolation {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// What a test waits for on another thread.
class Signal {
 public:
  void raise() {
    std::lock_guard lock(mutex_);
    raised_ = true;
    changed_.notify_all();
  }
  bool wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return raised_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool raised_ = false;
};

TEST(Worker, ServesAWholePluginOfAnotherProcess) {
  RunningWorker c(TENON_PLAIN_C);
  EXPECT_EQ(c.life->start(c.instance, nullptr), TN_OK);
  EXPECT_THAT(c.host.record(), HasSubstr("a plugin in C has started"));
  EXPECT_EQ(c.call(0, "\"x\""), "\"x\"");
  const std::string big(1 << 20, 'b');
  EXPECT_EQ(c.call(0, big), big);
  EXPECT_EQ(c.life->stop(c.instance, nullptr), TN_OK);
}

TEST(Worker, ServesAPluginInCppWithItsErrors) {
  RunningWorker hello(TENON_HELLO);
  EXPECT_EQ(hello.call(0, "{\"name\":\"Ada\"}"), "{\"text\":\"Hello, Ada\"}");
  EXPECT_THAT(hello.call(0, "{\"name\":1}"), HasSubstr("name"));
  FakeExchange exchange("");
  const tn_http_field param{view("name"), view("Bo")};
  const tn_http_request request{
      sizeof request,    1, 0,      0,      view("GET"), view("/hello/Bo"), view(""),
      view("127.0.0.1"), 0, &param, nullptr};
  const auto* http = static_cast<const tn_plugin_http*>(hello.worker->plugin().query(TN_HTTP_ID));
  EXPECT_EQ(http->handle(hello.instance, nullptr, 0, &request, exchange.get()), TN_OK);
  EXPECT_THAT(exchange.record(), HasSubstr("Hello, Bo"));
}

TEST(Worker, GivesTheSameAnswersAsTheDouble) {
  RunningWorker tour(TENON_TOUR);
  const std::string text = tour.call(1, "");
  EXPECT_THAT(text, HasSubstr("constraint failed at $1"));
  EXPECT_THAT(tour.host.record(), HasSubstr("metrics.record 12 1.5"));
  EXPECT_THAT(tour.host.record(), HasSubstr("store.execute_many"));
}

TEST(Worker, TheTimeIsReadInTheWorkerUnlessTheHostHasAClockOfItsOwn) {
  RunningWorker own(TENON_TOUR);
  EXPECT_THAT(own.call(1, ""), HasSubstr("1700000000000000000 -3"));
  EXPECT_THAT(own.host.record(), HasSubstr("clock.monotonic_ns"));
  RunningWorker local(TENON_TOUR, [](WorkerSpec& spec) { spec.own_clock = false; });
  EXPECT_THAT(local.call(1, ""), Not(HasSubstr("1700000000000000000 -3")));
  EXPECT_THAT(local.host.record(), Not(HasSubstr("clock.monotonic_ns")));
}

TEST(Worker, AChangedLogLevelReachesThePlugin) {
  RunningWorker tour(TENON_TOUR);
  EXPECT_THAT(tour.call(1, ""), HasSubstr("level 2\n"));
  tour.host.log_level = TN_LOG_ERROR;
  tour.worker->push_log_levels();
  std::string text;
  for (int i = 0; i < 1000 && text.find("level 4\n") == std::string::npos; ++i)
    text = tour.call(1, "");
  EXPECT_THAT(text, HasSubstr("level 4\n"));
}

TEST(Worker, ManyThreadsCallAtOnce) {
  RunningWorker c(TENON_PLAIN_C);
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      const std::string input(static_cast<size_t>(t) * 1000, 'x');
      for (int i = 0; i < 200; ++i) EXPECT_EQ(c.call(0, input), input);
    });
  for (auto& thread : threads) thread.join();
}

TEST(Worker, ThreadsOfThePluginCallTheHostOnLanesOfTheirOwn) {
  RunningWorker tour(TENON_TOUR, [](WorkerSpec& spec) { spec.lanes.plugin_lanes = 3; });
  EXPECT_EQ(tour.call(12, "8"), "1600 answers");
}

TEST(Worker, KilledDuringACallTheCallFailsWithTheCauseAndLaterOnesToo) {
  RunningWorker tour(TENON_TOUR);
  tour.host.on_message = [&](tn_str) { tour.worker->kill("the test wants it"); };
  const std::string during = tour.call(5, "x");
  EXPECT_THAT(during, StartsWith(error_text(Code::unavailable)));
  EXPECT_THAT(during, HasSubstr("the worker of tour"));
  EXPECT_THAT(during, HasSubstr("was killed by SIGKILL (Killed): the test wants it"));
  EXPECT_EQ(tour.call(0, "x"), during);
}

TEST(Worker, ThatCrashesInACallIsNamedWithItsSignal) {
  ExitInfo seen;
  Signal ended;
  WorkerEvents events;
  events.on_exit = [&](const ExitInfo& info) {
    seen = info;
    ended.raise();
  };
  RunningWorker tour(TENON_TOUR, {}, events);
  EXPECT_THAT(tour.call(11, ""), HasSubstr("was killed by SIGABRT (Aborted)"));
  ASSERT_TRUE(ended.wait());
  EXPECT_EQ(seen.signal, SIGABRT);
  EXPECT_EQ(seen.code, 0);
  EXPECT_THAT(seen.text, HasSubstr("SIGABRT"));
}

TEST(Worker, ThatDiesInTheMiddleOfAStreamFailsItsCall) {
  RunningWorker tour(TENON_TOUR);
  EXPECT_THAT(tour.call(14, ""), HasSubstr("was killed by SIGKILL"));
}

TEST(Worker, ThatDiesWhileIdleIsReportedOnce) {
  std::atomic<int> count = 0, unresponsive = 0;
  Signal ended;
  WorkerEvents events;
  events.on_exit = [&](const ExitInfo&) {
    ++count;
    ended.raise();
  };
  events.on_unresponsive = [&](const std::string&) { ++unresponsive; };
  RunningWorker tour(
      TENON_TOUR, [](WorkerSpec& spec) { spec.answer_timeout = std::chrono::milliseconds(30'000); },
      events, std::chrono::milliseconds(1));
  ::kill(tour.worker->pid(), SIGTERM);
  ASSERT_TRUE(ended.wait());
  EXPECT_THAT(tour.call(0, "x"), HasSubstr("was killed by SIGTERM (Terminated)"));
  EXPECT_EQ(count, 1);
  EXPECT_EQ(unresponsive, 0);
}

TEST(Worker, ACallBeyondItsDeadlineComesBackAndOthersGoOn) {
  RunningWorker tour(TENON_TOUR);
  EXPECT_THAT(tour.call(10, "", in_ms(50)), StartsWith(error_text(Code::timeout)));
  EXPECT_EQ(tour.call(0, "on"), "on");
  // its instance can never be destroyed: the call is still in it
  tour.worker->kill();
}

TEST(Worker, LanesOpenUpToTheLimitAndNoneThatOverranIsUsedAgain) {
  RunningWorker tour(TENON_TOUR, [](WorkerSpec& spec) { spec.lanes.host_lanes = 3; });
  for (int i = 0; i < 2; ++i)
    EXPECT_THAT(tour.call(10, "", in_ms(10)), StartsWith(error_text(Code::timeout)));
  EXPECT_EQ(tour.call(0, "the last one"), "the last one");
  EXPECT_THAT(tour.call(10, "", in_ms(10)), StartsWith(error_text(Code::timeout)));
  EXPECT_THAT(tour.call(0, "none left"), HasSubstr("held by a call beyond its deadline"));
  tour.worker->kill();
}

TEST(Worker, CancellationArrivesDuringACall) {
  RunningWorker tour(TENON_TOUR);
  uint32_t cancelled = 0;
  std::string answer;
  std::thread caller([&] { answer = tour.call(6, "", 0, &cancelled); });
  while (tour.host.record().find("waiting") == std::string::npos) std::this_thread::yield();
  __atomic_store_n(&cancelled, 1u, __ATOMIC_RELEASE);
  caller.join();
  EXPECT_THAT(answer, StartsWith(error_text(Code::cancelled)));
  // the next call on that lane is not cancelled
  cancelled = 0;
  EXPECT_EQ(tour.call(0, "on", 0, &cancelled), "on");
}

TEST(Worker, CallsNestBothWaysOverOneLane) {
  RunningWorker tour(TENON_TOUR, [](WorkerSpec& spec) { spec.lanes.host_lanes = 1; });
  int depth = 0;
  tour.host.on_message = [&](tn_str) {
    if (++depth == 20) return;
    EXPECT_EQ(tour.call(5, "deeper"), "deeper");
  };
  EXPECT_EQ(tour.call(5, "deep"), "deep");
  EXPECT_EQ(depth, 20);
}

// Of the threads that call plugins in a host; checked code needs larger frames.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr size_t kStackBytes = 8 << 20;
#else
constexpr size_t kStackBytes = 1 << 20;
#endif

TEST(Worker, CallsThatNestWithoutEndAreCutOnAStackOfOneMegabyte) {
  RunningWorker tour(TENON_TOUR);
  std::atomic<int> depth = 0;
  std::string innermost;
  tour.host.on_message = [&](tn_str) {
    ++depth;
    const std::string answer = tour.call(5, "deeper");
    if (innermost.empty()) innermost = answer;
  };
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_t thread{};
  const auto run = [](void* of) -> void* {
    EXPECT_EQ(static_cast<RunningWorker*>(of)->call(5, "deep"), "deep");
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, run, &tour), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  EXPECT_EQ(depth, 48);
  EXPECT_THAT(innermost, HasSubstr("nest more than 48 deep"));
}

TEST(Worker, ThatStopsAnsweringHeartbeatsIsReported) {
  Signal unresponsive;
  WorkerEvents events;
  events.on_unresponsive = [&](const std::string&) { unresponsive.raise(); };
  RunningWorker tour(
      TENON_TOUR, [](WorkerSpec& spec) { spec.answer_timeout = std::chrono::milliseconds(50); },
      events, std::chrono::milliseconds(20));
  ::kill(tour.worker->pid(), SIGSTOP);
  EXPECT_TRUE(unresponsive.wait());
  tour.worker->kill();
}

TEST(Worker, OneSupervisorHoldsManyAndTheDeathOfOneIsItsOwnAlone) {
  Supervisor supervisor;
  const Descriptor library(open(TENON_TOUR, O_RDONLY | O_CLOEXEC));
  std::vector<std::unique_ptr<Worker>> workers;
  for (int i = 0; i < 6; ++i) {
    auto started = Worker::start(supervisor, spec_of(library.get(), std::to_string(i)));
    ASSERT_TRUE(started.ok()) << started.error().message;
    workers.push_back(std::move(started).value());
  }
  workers[2]->kill();
  for (size_t i = 0; i < workers.size(); ++i)
    EXPECT_EQ(workers[i]->plugin().init(nullptr), i == 2 ? TN_E_UNAVAILABLE : TN_OK) << i;
}

// 'Z' and a number that is gone are both an end.
bool has_ended(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  return text.empty() || text[text.rfind(')') + 2] == 'Z';
}

TEST(Worker, DoesNotOutliveItsHost) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "ThreadSanitizer allows no threads after a fork";
#endif
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t host = fork();
  if (host == 0) {
    RunningWorker tour(TENON_TOUR);
    const pid_t pid = tour.worker->pid();
    (void)!write(ends[1], &pid, sizeof pid);
    _exit(0);
  }
  pid_t worker = 0;
  ASSERT_EQ(read(ends[0], &worker, sizeof worker), static_cast<ssize_t>(sizeof worker));
  waitpid(host, nullptr, 0);
  close(ends[0]);
  close(ends[1]);
  for (int i = 0; i < 1000 && !has_ended(worker); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(has_ended(worker));
}

// Ticks of processor time that a process has used.
uint64_t ticks_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  std::istringstream rest(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int field = 3; field < 14; ++field) rest >> skipped;
  uint64_t user = 0, system = 0;
  rest >> user >> system;
  return user + system;
}

TEST(Worker, BurnsNoProcessorTimeWhileIdle) {
  RunningWorker tour(TENON_TOUR);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(tour.call(0, "x"), "x");
  // spinning ends within milliseconds of the last call
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  const uint64_t before = ticks_of(tour.worker->pid());
  std::this_thread::sleep_for(std::chrono::milliseconds(1000));
  EXPECT_LE(ticks_of(tour.worker->pid()) - before, 1u);
}

TEST(Worker, GetsTheEnvironmentOfItsSpecAndNothingElse) {
  ::setenv("TENON_TEST_SECRET", "from the host", 1);
  RunningWorker tour(TENON_TOUR, [](WorkerSpec& spec) { spec.environment = {"A=1", "B=two"}; });
  EXPECT_EQ(tour.call(15, ""), "A=1 B=two ");
}

TEST(Worker, HoldsNoDescriptorOfItsHostButItsConnection) {
  const Descriptor leak(dup(STDERR_FILENO));  // one without close-on-exec
  RunningWorker tour(TENON_TOUR);
  // standard input, output and error, and the control socket
  EXPECT_EQ(tour.call(16, ""), "0 1 2 3 ");
}

TEST(WorkerStart, AFileThatIsNoPluginIsReportedByTheWorker) {
  Supervisor supervisor;
  const Descriptor file(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
  const auto started = Worker::start(supervisor, spec_of(file.get(), "acme"));
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(started.error().message, HasSubstr("cannot load the plugin of acme"));
}

TEST(WorkerStart, AProgramThatIsNoWorkerIsRefused) {
  Supervisor supervisor;
  const Descriptor file(open(TENON_TOUR, O_RDONLY | O_CLOEXEC));
  auto wrong = spec_of(file.get());
  wrong.program = "/bin/true";
  const auto started = Worker::start(supervisor, wrong);
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code, Code::unavailable);
  EXPECT_THAT(started.error().message, HasSubstr("ended with exit code 0 before it was ready"));
  wrong.program = "/no/such/program";
  EXPECT_EQ(Worker::start(supervisor, wrong).error().path, "/no/such/program");
}

TEST(WorkerStart, AWorkerThatIsNotReadyInTimeIsKilled) {
  Supervisor supervisor;
  const Descriptor file(open(TENON_TOUR, O_RDONLY | O_CLOEXEC));
  auto slow = spec_of(file.get());
  slow.program = "/bin/sleep";
  slow.arguments = {"600"};
  slow.start_timeout = std::chrono::milliseconds(50);
  EXPECT_EQ(Worker::start(supervisor, slow).error().code, Code::timeout);
}

TEST(WorkerStart, TheHooksRunBeforeThePluginIsLoaded) {
  RunningWorker tour(TENON_TOUR, [](WorkerSpec& spec) {
    spec.program = TENON_HOOKED_WORKER;
    spec.before_load = std::string("allow\0 all", 10);
  });
  EXPECT_EQ(tour.call(15, ""), "HOOKS=crash_handler,before_load(10),enter_thread ");
}

TEST(WorkerStart, AHookThatFailsTellsWhy) {
  Supervisor supervisor;
  const Descriptor file(open(TENON_TOUR, O_RDONLY | O_CLOEXEC));
  auto refused = spec_of(file.get());
  refused.program = TENON_HOOKED_WORKER;
  refused.before_load = "refuse";
  const auto started = Worker::start(supervisor, refused);
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().message, "no sandbox for tour");
}

TEST(HostileProcess, IsKilledAndItsCallsFailWithTheReason) {
  for (const char* way :
       {"a lane opened twice", "a lane beyond the limit", "a pong that nobody asked for",
        "a message of no kind", "a message that is no frame", "a message that is too long",
        "an exit without a word", "a closed connection"}) {
    Signal ended;
    ExitInfo seen;
    WorkerEvents events;
    events.on_exit = [&](const ExitInfo& info) {
      seen = info;
      ended.raise();
    };
    Supervisor supervisor(std::chrono::milliseconds(50));
    auto spec = spec_of(STDIN_FILENO, "acme");
    spec.program = TENON_HOSTILE_WORKER;
    spec.environment = {std::string("WAY=") + way};
    auto worker = Worker::start(supervisor, spec, events);
    ASSERT_TRUE(worker.ok()) << way << ": " << worker.error().message;
    ErrorCapture capture;
    tn_call call{};
    call.struct_size = sizeof call;
    call.error = capture.get();
    const auto failed = capture.result((*worker)->plugin().init(&call));
    ASSERT_FALSE(failed.ok()) << way;
    EXPECT_EQ(failed.error().code, Code::unavailable) << way;
    ASSERT_TRUE(ended.wait()) << way;
    const bool exits = std::string(way) == "an exit without a word";
    EXPECT_EQ(seen.code, exits ? 3 : 0) << way;
    EXPECT_EQ(seen.signal, exits ? 0 : SIGKILL) << way;
  }
}

TEST(HostileProcess, ThatSaysNoProperHelloIsRefusedAtItsStart) {
  for (const auto& [way, reason] : {std::pair{"garbage for hello", "frame"},
                                    std::pair{"an empty message for hello", "no worker"},
                                    std::pair{"another platform", "another platform"}}) {
    Supervisor supervisor;
    auto spec = spec_of(STDIN_FILENO, "acme");
    spec.program = TENON_HOSTILE_WORKER;
    spec.environment = {std::string("WAY=") + way};
    const auto worker = Worker::start(supervisor, spec);
    ASSERT_FALSE(worker.ok()) << way;
    EXPECT_THAT(worker.error().message, HasSubstr(reason)) << way;
  }
}

}  // namespace
}  // namespace tenon::isolation
