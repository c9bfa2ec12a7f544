// Calls over lanes between two sides: many threads, nesting, ends, and a side that breaks the
// protocol.
#include "host/isolation/ring_channel.hpp"

#include <gmock/gmock.h>

#include "host/isolation/fake_host.hpp"
#include "host/isolation/plugin_server.hpp"
#include "host/isolation/remote_plugin.hpp"
#include "host/isolation/ring_fixture.hpp"
#include "host/isolation/tour_plugin.hpp"

namespace tenon::isolation {
namespace {

using ::testing::HasSubstr;

// The tour plugin behind a pair of channels.
struct Tour {
  explicit Tour(const RegionShape& shape = {.host_lanes = 4, .plugin_lanes = 2}) : pair(shape) {
    pair.near.connect(near);
    pair.far.connect(far);
    EXPECT_EQ(plugin.init(nullptr), TN_OK);
    EXPECT_EQ(plugin.create(nullptr, host.get(), &instance), TN_OK);
    messages = static_cast<const tn_plugin_message*>(plugin.query(TN_MESSAGE_ID));
  }
  ~Tour() {
    if (instance)
      static_cast<const tn_plugin*>(plugin.query(TN_PLUGIN_ID))->destroy(instance, nullptr);
    pair.near.end({Code::unavailable, "the test is over"});
    pair.far.end({Code::unavailable, "the test is over"});
    pair.near.join();
    pair.far.join();
  }
  std::string call(uint32_t method, const std::string& input) {
    ErrorCapture capture;
    StringSink output;
    tn_call call{};
    call.struct_size = sizeof call;
    call.error = capture.get();
    const auto result =
        capture.result(messages->call(instance, &call, method, view(input), output.get()));
    return result.ok() ? output.take() : "error: " + result.error().message;
  }
  FakeHost host;
  ChannelPair pair;
  Endpoint near{pair.near}, far{pair.far};
  PluginServer server{far, tour_entry};
  RemotePlugin plugin{near, true};
  tn_instance* instance = nullptr;
  const tn_plugin_message* messages = nullptr;
};

TEST(RingChannel, ManyThreadsShareFewLanes) {
  Tour tour({.host_lanes = 2, .plugin_lanes = 1, .ring_bytes = 4096});
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      const std::string input(static_cast<size_t>(t) * 2000, static_cast<char>('a' + t));
      for (int i = 0; i < 100; ++i) EXPECT_EQ(tour.call(i % 2 ? 0 : 5, input), input);
    });
  for (auto& thread : threads) thread.join();
}

TEST(RingChannel, ThreadsOfThePluginShareItsLanesWithPosts) {
  Tour tour({.host_lanes = 1, .plugin_lanes = 2, .ring_bytes = 4096});
  EXPECT_EQ(tour.call(12, "6"), "1200 answers");
  EXPECT_EQ(tour.call(13, ""), "");
  EXPECT_THAT(tour.host.record(), HasSubstr("'line 999'"));
}

TEST(RingChannel, CallsNestBothWaysWithFramesLargerThanTheRing) {
  Tour tour({.host_lanes = 1, .plugin_lanes = 1, .ring_bytes = 4096});
  int depth = 0;
  const std::string large(50'000, 'n');
  tour.host.on_message = [&](tn_str) {
    if (++depth == 20) return;
    EXPECT_EQ(tour.call(5, large), large);
  };
  EXPECT_EQ(tour.call(5, large), large);
  EXPECT_EQ(depth, 20);
}

TEST(RingChannel, TheEndWakesEveryCallWithItsReason) {
  Tour tour({.host_lanes = 3, .plugin_lanes = 1});
  std::vector<std::thread> callers;
  std::atomic<int> told = 0;
  std::atomic<bool> leave = false;
  tour.host.on_message = [&](tn_str) {
    while (!leave) std::this_thread::yield();
  };
  for (int i = 0; i < 5; ++i)  // two of them wait for a lane
    callers.emplace_back(
        [&] { told += tour.call(5, "x").find("the worker died") != std::string::npos; });
  while (tour.host.record().find("message.call") == std::string::npos) std::this_thread::yield();
  tour.pair.near.end({Code::unavailable, "the worker died"});
  tour.pair.near.end({Code::unavailable, "and again"});
  leave = true;
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(told, 5);
  EXPECT_THAT(tour.call(0, "x"), HasSubstr("the worker died"));
}

TEST(RingChannel, PostsThatFindNoRoomAreDroppedAndHarmNothing) {
  ChannelPair pair({.host_lanes = 1, .plugin_lanes = 1, .ring_bytes = 4096}, false);
  Buffer frame;
  Writer writer(frame);
  writer.text(view(std::string(1000, 'p')));
  Header header;
  header.kind = Kind::post;
  ASSERT_TRUE(writer.finish(header).ok());
  auto sent = Result<void>();
  int count = 0;
  while ((sent = pair.near.post(writer.frame())).ok()) ++count;
  EXPECT_EQ(count, 3);
  EXPECT_EQ(sent.error().code, Code::limit);
  EXPECT_EQ(pair.refused, "");
}

TEST(RingChannel, ALaneThatCannotBeOpenedFailsItsCallOnly) {
  SharedRegion memory({.host_lanes = 2, .plugin_lanes = 0});
  Watcher watcher;
  RingChannel channel(std::move(memory.plugin), RingChannel::Side::plugin, watcher, {});
  SharedRegion other({.host_lanes = 1, .plugin_lanes = 1});
  RingChannel plugin(std::move(other.plugin), RingChannel::Side::plugin, watcher,
                     {[](uint32_t) {
                        return Error{Code::unavailable, "nobody reads"};
                      },
                      {}});
  Buffer frame(kHeaderBytes), reply;
  EXPECT_EQ(plugin.call(whole(frame), {}, nullptr, reply).error().code, Code::unavailable);
  // a side without lanes of its own has none to call on
  EXPECT_EQ(channel.call(whole(frame), {}, nullptr, reply).error().code, Code::unavailable);
}

// What a worker may do with lanes that it may not.
TEST(HostileWorker, MayOpenEachLaneOnceAndNoOthers) {
  Tour tour({.host_lanes = 1, .plugin_lanes = 2});
  EXPECT_TRUE(tour.pair.near.serve_lane(1).ok());
  EXPECT_EQ(tour.pair.near.serve_lane(1).error().code, Code::invalid);
  EXPECT_EQ(tour.pair.near.serve_lane(2).error().code, Code::invalid);
  EXPECT_EQ(tour.pair.near.serve_lane(UINT32_MAX).error().code, Code::invalid);
}

// A worker that answers the first call with a frame of its own choice.
struct Attack {
  std::string error;
  std::string refused;
};
Attack against(const std::function<void(Lane&, const Buffer&)>& hostile) {
  ChannelPair pair({.host_lanes = 1, .plugin_lanes = 1}, false);
  SharedRegion memory({.host_lanes = 1, .plugin_lanes = 1});
  Attack attack;
  RingChannel channel(std::move(memory.host), RingChannel::Side::host, pair.watcher,
                      {{}, [&](const Error& error) { attack.refused = error.message; }});
  std::thread worker([&] {
    const std::atomic<bool> never = false;
    Lane lane(memory.plugin.lane(0), LaneRole::server, never, 0);
    Buffer call;
    if (lane.receive(call, {}).ok()) hostile(lane, call);
    // what the host sends next is its end of the lane or an answer: either way it ends here
    (void)lane.receive(call, std::chrono::steady_clock::now() + std::chrono::seconds(1));
    lane.close();
  });
  {
    Endpoint endpoint(channel);
    channel.connect(endpoint);
    RemotePlugin plugin(endpoint);
    ErrorCapture capture;
    tn_call call{};
    call.struct_size = sizeof call;
    call.error = capture.get();
    const auto result = capture.result(plugin.init(&call));
    attack.error = result.ok() ? "accepted" : result.error().message;
    EXPECT_TRUE(result.ok() || result.error().code == Code::unavailable) << attack.error;
    channel.end({Code::unavailable, "over"});
    channel.join();
  }
  worker.join();
  return attack;
}

TEST(HostileWorker, IsRefusedWithoutHarm) {
  const auto frame = [](Header header, const Buffer& call, const std::string& body) {
    header.id = read_header(call.data(), call.size())->id + (header.id ? 1 : 0);
    Buffer made;
    Writer writer(made);
    writer.raw(body.data(), body.size());
    EXPECT_TRUE(writer.finish(header).ok());
    return made;
  };
  const auto sends = [&](Header header, const std::string& body) {
    return [=](Lane& lane, const Buffer& call) {
      (void)lane.send(whole(frame(header, call, body)), {});
    };
  };
  Header reply, other, control, call;
  reply.kind = Kind::reply;
  other = reply;
  other.id = 1;
  control.kind = Kind::control;
  const std::pair<const char*, std::function<void(Lane&, const Buffer&)>> attacks[] = {
      {"garbage",
       [](Lane& lane, const Buffer&) {
         Buffer garbage(100);
         std::memset(garbage.data(), 0xa5, garbage.size());
         (void)lane.send(whole(garbage), {});
       }},
      {"an empty reply", sends(reply, "")},
      {"a reply with more", sends(reply, std::string(64, '\0'))},
      {"a reply to another call", sends(other, "")},
      {"a control frame on a lane", sends(control, "")},
      {"a frame of no kind",
       [&](Lane& lane, const Buffer& asked) {
         Buffer made = frame({}, asked, "");
         made.data()[4] = std::byte{77};
         (void)lane.send(whole(made), {});
       }},
  };
  for (const auto& [name, attack] : attacks) {
    const Attack result = against(attack);
    EXPECT_THAT(result.error, HasSubstr("isolated")) << name;
    EXPECT_NE(result.refused, "") << name;
  }
}

TEST(HostileWorker, ACallToWhatItWasNotGivenIsAnsweredWithAnError) {
  // a target by guess: an object of a call, a lasting one, a function of no table
  for (const auto& [op, target] : {std::pair{op_of(Table::sink, 0), uint64_t{1}},
                                   std::pair{op_of(Table::host_log, 0), uint64_t{256}},
                                   std::pair{uint16_t{0x7fff}, uint64_t{0}},
                                   std::pair{op_of(Table::exchange, 7), UINT64_MAX}}) {
    Header answered;
    const Attack result = against([&, op = op, target = target](Lane& lane, const Buffer&) {
      Buffer made, reply;
      Writer writer(made);
      Header header;
      header.op = op;
      header.id = 99;
      header.target = target;
      EXPECT_TRUE(writer.finish(header).ok());
      EXPECT_TRUE(lane.send(whole(made), {}).ok());
      EXPECT_TRUE(lane.receive(reply, {}).ok());
      answered = *read_header(reply.data(), reply.size());
      lane.close();
    });
    EXPECT_EQ(answered.id, 99u);
    EXPECT_NE(answered.refused, TN_OK) << op;
    EXPECT_EQ(result.refused, "") << op;
  }
}

}  // namespace
}  // namespace tenon::isolation
