// The same plugin called directly and through the marshalling double gives the same answers and
// makes the same calls to its host.
#include <gtest/gtest.h>

#include <thread>

#include "host/isolation/fake_host.hpp"
#include "host/isolation/memory_channel.hpp"
#include "host/isolation/plugin_server.hpp"
#include "host/isolation/remote_plugin.hpp"
#include "host/isolation/tour_plugin.hpp"

namespace tenon::isolation {
namespace {

// Two sides in this process.
struct Double {
  explicit Double(const tn_entry& entry) : server(far, entry) {
    to_far.connect(far);
    to_near.connect(near);
  }
  MemoryChannel to_far, to_near;
  Endpoint near{to_far}, far{to_near};
  PluginServer server;
  RemotePlugin plugin{near, /*own_clock=*/true};
};

// One way to reach a plugin.
struct Route {
  bool remote = false;
  FakeHost host;
  std::unique_ptr<Double> pair;
  tn_instance* instance = nullptr;

  explicit Route(bool through_bytes) : remote(through_bytes) {
    if (!remote) return;
    pair = std::make_unique<Double>(tour_entry);
    EXPECT_EQ(pair->plugin.init(nullptr), TN_OK);
  }
  ~Route() { end(); }
  void end() {
    if (instance)
      table<tn_plugin>(TN_PLUGIN_ID)->destroy(std::exchange(instance, nullptr), nullptr);
  }

  template <class T>
  const T* table(std::string_view id) const {
    return static_cast<const T*>(remote ? pair->plugin.query(id) : tour_entry.query(view(id)));
  }
  tn_status create(const tn_call* call = nullptr) {
    const auto* life = table<tn_plugin>(TN_PLUGIN_ID);
    return life->create(life, call, host.get(), &instance);
  }
};

tn_call full_call(const uint32_t* cancelled = nullptr) {
  tn_call call{};
  call.struct_size = sizeof call;
  call.flags = TN_CALL_IDEMPOTENT | 0x80000000u;
  call.deadline_ns = INT64_MAX - 5;
  call.cancelled = cancelled;
  call.principal = 0xfedcba9876543210u;
  call.request_id = view("request-1");
  call.idempotency_key = view("key-1");
  for (uint8_t i = 0; i < 16; ++i) call.trace_id[i] = static_cast<uint8_t>('A' + i);
  for (uint8_t i = 0; i < 8; ++i) call.span_id[i] = static_cast<uint8_t>('a' + i);
  call.trace_flags = 3;
  return call;
}

// Runs `function(call, sink)` and tells status, error and output.
template <class Function>
std::string tell(Function&& function) {
  ErrorCapture capture;
  StringSink output;
  tn_call call = full_call();
  call.error = capture.get();
  const tn_status status = function(&call, output.get());
  const auto result = capture.result(status);
  std::string text = std::to_string(status) + " " + show(view(output.text()));
  if (!result.ok()) text += " error " + result.error().message + " at " + result.error().path;
  return text + "\n";
}

std::string message(Route& route, uint32_t method, std::string input) {
  const auto* table = route.table<tn_plugin_message>(TN_MESSAGE_ID);
  return tell([&](auto* call, auto* out) {
    return table->call(route.instance, call, method, view(input), out);
  });
}

std::string life(Route& route) {
  std::string text = tell([&](auto* call, auto*) { return route.create(call); });
  const auto* table = route.table<tn_plugin>(TN_PLUGIN_ID);
  text += tell([&](auto* call, auto*) { return table->start(route.instance, call); });
  text += tell([&](auto* call, auto*) { return table->probe(route.instance, call); });
  text += tell([&](auto* call, auto*) { return table->stop(route.instance, call); });
  route.end();
  return text;
}

std::string columns(Route& route) {
  const auto* table = route.table<tn_plugin_column>(TN_COLUMN_ID);
  const double f64[] = {0.5, 1.5};
  const uint64_t offsets[] = {0, 1, 2};
  const tn_column items[] = {{view("price"), TN_F64, 0, f64, 2, nullptr},
                             {view("list"), TN_F64, 0, f64, 2, offsets}};
  const tn_batch batch{sizeof batch, 2, items, 2};
  std::string text;
  for (const uint32_t method : {0, 1})
    text += tell([&](auto* call, const tn_sink* out) {
      const tn_batch_sink sink{sizeof sink, 0, const_cast<tn_sink*>(out),
                               [](void* self, const tn_batch* b) {
                                 const auto* to = static_cast<const tn_sink*>(self);
                                 return to->write(to->ctx, bytes(show(*b)));
                               }};
      return table->call(route.instance, call, method, &batch, &sink);
    });
  return text;
}

std::string http(Route& route, uint32_t number, FakeExchange& exchange) {
  const tn_http_field params[] = {{view("id"), view("7")}};
  const tn_http_field headers[] = {{view("Host"), view("localhost")}, {view("X"), view("")}};
  const tn_http_request request{
      sizeof request,    1,  2,      0,      view("POST"), view("/x/7"), view("q=1"),
      view("127.0.0.1"), -1, params, headers};
  const auto* table = route.table<tn_plugin_http>(TN_HTTP_ID);
  const std::string answer = tell([&](auto* call, auto*) {
    return table->handle(route.instance, call, number, &request, exchange.get());
  });
  return answer + exchange.record();
}

TEST(Double, LifeOfAnInstanceIsTheSame) {
  Route direct(false), remote(true);
  EXPECT_EQ(life(direct), life(remote));
  EXPECT_EQ(direct.host.record(), remote.host.record());
  EXPECT_NE(remote.host.record().find("destroyed"), std::string::npos);
}

TEST(Double, FailedCreateLeavesNothingBehindAndTellsWhy) {
  Route direct(false), remote(true);
  std::string text[2];
  for (Route* route : {&direct, &remote}) {
    route->host.hidden = TN_LOG_ID;
    text[route->remote] = tell([&](auto* call, auto*) { return route->create(call); });
    EXPECT_EQ(route->instance, nullptr);
  }
  EXPECT_EQ(text[0], text[1]);
  EXPECT_NE(text[1].find("cannot live without a log at /log"), std::string::npos);
}

TEST(Double, EveryHostFunctionGivesTheSameAnswer) {
  Route direct(false), remote(true);
  ASSERT_EQ(direct.create(), TN_OK);
  ASSERT_EQ(remote.create(), TN_OK);
  const std::string expected = message(direct, 1, "");
  const std::string seen = message(remote, 1, "");
  EXPECT_EQ(expected, seen);
  EXPECT_EQ(direct.host.record(), remote.host.record());
  EXPECT_EQ(remote.host.record().find("MISALIGNED"), std::string::npos);
  EXPECT_FALSE(remote.pair->to_far.refused());
}

TEST(Double, TablesThatTheHostLacksAreAbsentOnTheOtherSideToo) {
  for (const char* id : {TN_CONFIG_ID, TN_MESSAGE_ID, TN_COLUMN_ID, TN_STORE_ID, TN_STATE_ID,
                         TN_CLOCK_ID, TN_METRICS_ID, TN_PROGRESS_ID, TN_EVENTS_ID}) {
    Route direct(false), remote(true);
    direct.host.hidden = remote.host.hidden = id;
    ASSERT_EQ(direct.create(), TN_OK);
    ASSERT_EQ(remote.create(), TN_OK);
    EXPECT_EQ(message(direct, 1, ""), message(remote, 1, "")) << id;
    EXPECT_EQ(direct.host.record(), remote.host.record()) << id;
  }
}

TEST(Double, MessagesGiveTheSameAnswers) {
  Route direct(false), remote(true);
  ASSERT_EQ(direct.create(), TN_OK);
  ASSERT_EQ(remote.create(), TN_OK);
  const std::string inputs[] = {"", "\"x\"", std::string(1 << 20, 'i')};
  for (const uint32_t method : {0, 2, 3, 4, 5, 8, 9})
    for (const auto& input : inputs)
      EXPECT_EQ(message(direct, method, input), message(remote, method, input)) << method;
}

TEST(Double, ARefusingSinkStopsTheOutputAndItsStatusComesBack) {
  Route direct(false), remote(true);
  for (Route* route : {&direct, &remote}) {
    ASSERT_EQ(route->create(), TN_OK);
    const tn_sink full{sizeof full, 0, nullptr, [](void*, tn_bytes) { return TN_E_TOO_LARGE; }};
    const auto* table = route->table<tn_plugin_message>(TN_MESSAGE_ID);
    for (const uint32_t method : {0, 7})
      EXPECT_EQ(table->call(route->instance, nullptr, method, view("x"), &full), TN_E_TOO_LARGE);
  }
}

TEST(Double, ColumnsGiveTheSameAnswers) {
  Route direct(false), remote(true);
  ASSERT_EQ(direct.create(), TN_OK);
  ASSERT_EQ(remote.create(), TN_OK);
  EXPECT_EQ(columns(direct), columns(remote));
}

TEST(Double, HttpGivesTheSameAnswersWithBodiesStreamedBothWays) {
  Route direct(false), remote(true);
  ASSERT_EQ(direct.create(), TN_OK);
  ASSERT_EQ(remote.create(), TN_OK);
  for (const uint32_t number : {0, 1, 2})
    for (const std::string& body :
         {std::string(), std::string(1 << 20, 'h'), std::string("too large")}) {
      FakeExchange one(body, 100'000), two(body, 100'000);
      EXPECT_EQ(http(direct, number, one), http(remote, number, two)) << number;
    }
  FakeExchange one(std::string(9000, 'x')), two(std::string(9000, 'x'));
  one.writes_before_gone = two.writes_before_gone = 2;
  EXPECT_EQ(http(direct, 1, one), http(remote, 1, two));
}

TEST(Double, TimersFireWithTheSameAnswers) {
  Route direct(false), remote(true);
  std::string text[2];
  for (Route* route : {&direct, &remote}) {
    ASSERT_EQ(route->create(), TN_OK);
    const auto* table = route->table<tn_plugin_timer>(TN_CLOCK_ID);
    for (const uint64_t token : {uint64_t{0}, UINT64_MAX})
      text[route->remote] +=
          tell([&](auto* call, auto*) { return table->fire(route->instance, call, token); });
  }
  EXPECT_EQ(text[0], text[1]);
  EXPECT_EQ(direct.host.record(), remote.host.record());
}

TEST(Double, EventsAreDeliveredWithTheSameAnswers) {
  Route direct(false), remote(true);
  std::string text[2];
  const std::string large(1 << 20, 'd');
  for (Route* route : {&direct, &remote}) {
    ASSERT_EQ(route->create(), TN_OK);
    const auto* table = route->table<tn_plugin_events>(TN_EVENTS_ID);
    for (const uint64_t token : {uint64_t{0}, UINT64_MAX})
      for (const std::string_view data : {std::string_view(), std::string_view(large)}) {
        const tn_event event{sizeof event, 2,          UINT64_MAX, -7, 3,
                             view("a.b"),  view("me"), view(data)};
        text[route->remote] += tell([&](auto* call, auto*) {
          return table->deliver(route->instance, call, token, &event);
        });
      }
  }
  EXPECT_EQ(text[0], text[1]);
  EXPECT_EQ(direct.host.record(), remote.host.record());
  EXPECT_NE(text[1].find("not now at event"), std::string::npos);
}

TEST(Double, StateIsHandedOverWithTheSameAnswers) {
  Route direct(false), remote(true);
  std::string text[2];
  for (Route* route : {&direct, &remote}) {
    ASSERT_EQ(route->create(), TN_OK);
    const auto* table = route->table<tn_plugin_handover>(TN_HANDOVER_ID);
    std::string& all = text[route->remote];
    all += tell([&](auto* call, auto* sink) { return table->save(route->instance, call, sink); });
    tn_call refused = full_call(nullptr);
    refused.request_id = view("refuse");
    all += std::to_string(table->save(route->instance, &refused, nullptr));
    const std::string large(5 << 20, 'r');
    for (const std::string_view state : {std::string_view(), std::string_view(large)})
      all += tell(
          [&](auto* call, auto*) { return table->restore(route->instance, call, bytes(state)); });
  }
  EXPECT_EQ(text[0], text[1]);
  EXPECT_EQ(direct.host.record(), remote.host.record());
  EXPECT_NE(text[1].find(std::to_string((3 << 20) + 6)), std::string::npos) << text[1];
  EXPECT_NE(text[1].find("nothing to restore"), std::string::npos);
}

TEST(Double, CallsNestBothWays) {
  Route remote(true);
  ASSERT_EQ(remote.create(), TN_OK);
  int depth = 0;
  remote.host.on_message = [&](tn_str) {
    if (++depth == 20) return;
    EXPECT_EQ(message(remote, 5, "deeper"), "0 'deeper'6\n");
  };
  EXPECT_EQ(message(remote, 5, "deep"), "0 'deep'4\n");
  EXPECT_EQ(depth, 20);
}

TEST(Double, CancellationArrivesDuringTheCall) {
  Route remote(true);
  ASSERT_EQ(remote.create(), TN_OK);
  uint32_t cancelled = 0;
  const tn_call call = full_call(&cancelled);
  std::thread caller([&] {
    const auto* table = remote.table<tn_plugin_message>(TN_MESSAGE_ID);
    EXPECT_EQ(table->call(remote.instance, &call, 6, view(""), nullptr), TN_E_CANCELLED);
  });
  while (remote.host.record().find("waiting") == std::string::npos) std::this_thread::yield();
  __atomic_store_n(&cancelled, 1u, __ATOMIC_RELEASE);
  caller.join();
}

TEST(Double, InputBeyondTheFrameLimitIsRefusedWithAReason) {
  Route remote(true);
  ASSERT_EQ(remote.create(), TN_OK);
  const std::string answer = message(remote, 0, std::string(kMaxFrameBytes, 'x'));
  EXPECT_NE(answer.find("67108864 bytes"), std::string::npos) << answer.substr(0, 200);
  EXPECT_EQ(answer.substr(0, 3), "11 ");
  EXPECT_EQ(message(remote, 0, "still alive"), "0 'still alive'11\n");
}

TEST(Double, BatchesThatAreNotWellFormedAreNotSent) {
  Route remote(true);
  ASSERT_EQ(remote.create(), TN_OK);
  const double value = 1;
  const tn_column column{view("x"), 99, 0, &value, 1, nullptr};
  const tn_column longer{view("x"), TN_F64, 0, &value, 1, nullptr};
  const tn_batch unknown{sizeof unknown, 1, &column, 1};
  const tn_batch uneven{sizeof uneven, 1, &longer, 2};
  const auto* table = remote.table<tn_plugin_column>(TN_COLUMN_ID);
  for (const tn_batch* batch : {&unknown, &uneven})
    EXPECT_EQ(table->call(remote.instance, nullptr, 0, batch, nullptr), TN_E_INVALID);
}

TEST(Double, ARefusedInitTellsWhyAndOffersNoTables) {
  Double pair(tour_entry);
  tn_call call = full_call();
  call.request_id = view("refuse");
  ErrorCapture capture;
  call.error = capture.get();
  EXPECT_EQ(pair.plugin.init(&call), TN_E_UNAVAILABLE);
  EXPECT_EQ(capture.result(TN_E_UNAVAILABLE).error().message, "not today");
  EXPECT_EQ(pair.plugin.query(TN_PLUGIN_ID), nullptr);
  EXPECT_EQ(pair.plugin.init(nullptr), TN_OK);
  pair.plugin.deinit();
}

}  // namespace
}  // namespace tenon::isolation
