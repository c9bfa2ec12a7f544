#include "host/isolation/worker_process.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include "host/isolation/fake_host.hpp"
#include "host/isolation/handshake.hpp"

namespace tenon::isolation {
namespace {

WorkerOptions options(const char* plugin) {
  WorkerOptions made;
  made.program = TENON_WORKER;
  made.plugin = plugin;
  return made;
}

struct Running {
  explicit Running(const char* file) {
    auto started = WorkerProcess::start(supervisor, options(file));
    if (!started.ok()) {
      ADD_FAILURE() << started.error().message;
      return;
    }
    worker = std::move(started).value();
    EXPECT_EQ(worker->plugin().init(nullptr), TN_OK);
    EXPECT_EQ(worker->plugin().create(nullptr, host.get(), &instance), TN_OK);
    life = static_cast<const tn_plugin*>(worker->plugin().query(TN_PLUGIN_ID));
    messages = static_cast<const tn_plugin_message*>(worker->plugin().query(TN_MESSAGE_ID));
  }
  ~Running() {
    if (instance) life->destroy(instance, nullptr);
  }
  Result<std::string> call(uint32_t method, std::string_view input, int64_t deadline_ns = 0) {
    ErrorCapture capture;
    StringSink output;
    tn_call call{};
    call.struct_size = sizeof call;
    call.deadline_ns = deadline_ns;
    call.error = capture.get();
    TN_CHECK(capture.result(messages->call(instance, &call, method, view(input), output.get())));
    return output.take();
  }
  Supervisor supervisor;
  FakeHost host;
  std::unique_ptr<WorkerProcess> worker;
  tn_instance* instance = nullptr;
  const tn_plugin* life = nullptr;
  const tn_plugin_message* messages = nullptr;
};

std::string text_of(const Result<std::string>& result) {
  return result.ok() ? *result : "error: " + result.error().message;
}

TEST(WorkerProcess, ServesAWholePluginOfAnotherProcess) {
  Running c(TENON_PLAIN_C);
  EXPECT_EQ(c.life->start(c.instance, nullptr), TN_OK);
  EXPECT_NE(c.host.record().find("a plugin in C has started"), std::string::npos);
  EXPECT_EQ(text_of(c.call(0, "\"x\"")), "\"x\"");
  const std::string big(1 << 20, 'b');
  EXPECT_EQ(text_of(c.call(0, big)), big);
  EXPECT_EQ(c.life->stop(c.instance, nullptr), TN_OK);
}

TEST(WorkerProcess, ServesAPluginInCppWithItsErrors) {
  Running hello(TENON_HELLO);
  EXPECT_EQ(text_of(hello.call(0, "{\"name\":\"Ada\"}")), "{\"text\":\"Hello, Ada\"}");
  const auto wrong = hello.call(0, "{\"name\":1}");
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().path.find("name"), std::string::npos);
  FakeExchange exchange("");
  const tn_http_field param{view("name"), view("Bo")};
  const tn_http_request request{
      sizeof request,    1, 0,      0,      view("GET"), view("/hello/Bo"), view(""),
      view("127.0.0.1"), 0, &param, nullptr};
  const auto* http = static_cast<const tn_plugin_http*>(hello.worker->plugin().query(TN_HTTP_ID));
  EXPECT_EQ(http->handle(hello.instance, nullptr, 0, &request, exchange.get()), TN_OK);
  EXPECT_NE(exchange.record().find("Hello, Bo"), std::string::npos);
}

TEST(WorkerProcess, GivesTheSameAnswersAsTheDouble) {
  Running tour(TENON_TOUR);
  const std::string text = text_of(tour.call(1, ""));
  EXPECT_NE(text.find("constraint failed at $1"), std::string::npos) << text;
  EXPECT_NE(tour.host.record().find("metrics.record 12 1.5"), std::string::npos);
  EXPECT_NE(tour.host.record().find("store.execute_many"), std::string::npos);
}

TEST(WorkerProcess, ManyThreadsCallAtOnce) {
  Running c(TENON_PLAIN_C);
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      const std::string input(static_cast<size_t>(t) * 1000, 'x');
      for (int i = 0; i < 200; ++i) EXPECT_EQ(text_of(c.call(0, input)), input);
    });
  for (auto& thread : threads) thread.join();
}

TEST(WorkerProcess, KilledDuringACallTheCallFailsAndLaterOnesToo) {
  Running tour(TENON_TOUR);
  tour.host.on_message = [&](tn_str) { tour.worker->kill(); };
  const auto during = tour.call(5, "x");
  ASSERT_FALSE(during.ok());
  EXPECT_EQ(during.error().code, Code::unavailable);
  EXPECT_NE(during.error().message.find("ended"), std::string::npos) << during.error().message;
  const auto after = tour.call(0, "x");
  ASSERT_FALSE(after.ok());
  EXPECT_EQ(after.error().code, Code::unavailable);
  pollfd ended{tour.worker->pidfd(), POLLIN, 0};
  EXPECT_EQ(poll(&ended, 1, 10'000), 1);
}

TEST(WorkerProcess, ACallBeyondItsDeadlineComesBackAndOthersGoOn) {
  Running tour(TENON_TOUR);
  const auto late = tour.call(10, "", monotonic_now_ns() + 50'000'000);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, Code::timeout);
  EXPECT_EQ(text_of(tour.call(0, "on")), "on");
  // its instance can never be destroyed: the call is still in it
  tour.worker->kill();
}

TEST(WorkerProcess, AFileThatIsNoPluginIsReportedByTheWorker) {
  Supervisor supervisor;
  const auto started = WorkerProcess::start(supervisor, options("/no/such/plugin.so"));
  ASSERT_FALSE(started.ok());
  EXPECT_NE(started.error().message.find("/no/such/plugin.so"), std::string::npos);
}

TEST(WorkerProcess, AProgramThatIsNoWorkerIsRefused) {
  Supervisor supervisor;
  auto wrong = options("x");
  wrong.program = "/bin/true";
  EXPECT_EQ(WorkerProcess::start(supervisor, wrong).error().code, Code::unavailable);
  wrong.program = "/no/such/program";
  EXPECT_EQ(WorkerProcess::start(supervisor, wrong).error().path, "/no/such/program");
}

// A worker that answers the first call with bytes of its own choice.
Result<std::string> against(const std::function<Buffer(const Buffer&)>& hostile) {
  auto lanes = make_lanes(1, 0);
  EXPECT_TRUE(lanes.ok());
  std::thread worker([&] {
    const auto call = lanes->second.serving[0].receive({});
    if (call.ok()) (void)lanes->second.serving[0].send(hostile(*call));
    // what the host sends next is its end of the connection or an answer: either way it ends here
    lanes->second.serving[0].shut();
  });
  SocketChannel channel(std::move(lanes->first));
  Endpoint endpoint(channel);
  channel.connect(endpoint);
  RemotePlugin plugin(endpoint);
  ErrorCapture capture;
  tn_call call{};
  call.struct_size = sizeof call;
  call.error = capture.get();
  const auto result = capture.result(plugin.init(&call));
  worker.join();
  if (!result.ok()) return result.error();
  return std::string("accepted");
}

TEST(HostileWorker, IsRefusedWithoutHarm) {
  const auto header = [](Header header, const Buffer& frame) {
    header.id = read_header(frame.data(), frame.size())->id;
    return header;
  };
  const auto made = [&](Header h, const Buffer& frame, std::string body) {
    Writer writer;
    writer.raw(body.data(), body.size());
    return std::move(writer.finish(header(h, frame))).value();
  };
  Header reply;
  reply.kind = Kind::reply;
  Header cancel;
  cancel.kind = Kind::cancel;
  const std::vector<std::pair<const char*, std::function<Buffer(const Buffer&)>>> answers = {
      {"garbage", [](auto&) { return Buffer(100, std::byte{0xa5}); }},
      {"nothing", [](auto&) { return Buffer(); }},
      {"half a header", [](auto&) { return Buffer(16); }},
      {"an empty reply", [&](auto& f) { return made(reply, f, ""); }},
      {"a reply with more", [&](auto& f) { return made(reply, f, std::string(64, '\0')); }},
      {"a reply to another call",
       [](auto& f) {
         Header wrong = *read_header(f.data(), f.size());
         wrong.kind = Kind::reply;
         wrong.id += 1;
         return std::move(Writer().finish(wrong)).value();
       }},
      {"a cancel on a lane", [&](auto& f) { return made(cancel, f, ""); }},
      {"a frame of 4 GiB",
       [](auto&) {
         Buffer frame(kHeaderBytes);
         const uint32_t size = 0xffffffff;
         std::memcpy(frame.data(), &size, 4);
         return frame;
       }},
  };
  for (const auto& [name, answer] : answers) {
    const auto result = against(answer);
    ASSERT_FALSE(result.ok()) << name;
    EXPECT_EQ(result.error().code, Code::unavailable) << name << ": " << result.error().message;
  }
}

}  // namespace
}  // namespace tenon::isolation
