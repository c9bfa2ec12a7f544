// Frames over the rings, and what a side does whose other side writes anything at any time.
#include "host/isolation/lane.hpp"

#include <gtest/gtest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <random>

#include "host/isolation/ring_fixture.hpp"
#include "host/isolation/wire.hpp"
#include "tenon/views.hpp"

namespace tenon::isolation {
namespace {

constexpr RegionShape kSmall{.host_lanes = 1, .plugin_lanes = 0, .ring_bytes = 4096};

struct Pair {
  explicit Pair(const RegionShape& shape = kSmall)
      : memory(shape),
        caller(memory.host.lane(0), LaneRole::caller, ended, spin_limit()),
        server(memory.plugin.lane(0), LaneRole::server, ended, spin_limit()) {}
  // What the server publishes, for a test to write.
  LaneSide& hostile() { return memory.plugin.lane(0).control->server; }
  std::byte* hostile_ring() { return memory.plugin.lane(0).to_caller; }

  SharedRegion memory;
  std::atomic<bool> ended = false;
  Lane caller, server;
};

Deadline soon() {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
}

Buffer frame_of(size_t body, uint32_t seed = 1) {
  Buffer frame;
  Writer writer(frame);
  std::string bytes(body, '\0');
  std::mt19937 random(seed);
  for (char& c : bytes) c = static_cast<char>(random());
  writer.raw(bytes.data(), bytes.size());
  Header header;
  header.id = seed;
  EXPECT_TRUE(writer.finish(header).ok());
  return frame;
}

bool same(const Buffer& a, const Buffer& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size()) == 0;
}

TEST(Lane, CarriesFramesOfAnySizeBothWaysThroughASmallRing) {
  Pair pair;
  std::thread echo([&] {
    Buffer frame;
    while (pair.server.receive(frame, {}).ok() && pair.server.send(whole(frame), {}).ok()) {
    }
  });
  std::mt19937 random(7);
  Buffer reply;
  for (uint32_t i = 1; i < 400; ++i) {
    const size_t size = i % 20 == 0 ? random() % 300'000 : random() % 5000;
    const Buffer frame = frame_of(size, i);
    ASSERT_TRUE(pair.caller.send(whole(frame), {}).ok());
    ASSERT_TRUE(pair.caller.receive(reply, {}).ok());
    ASSERT_TRUE(same(frame, reply)) << size;
  }
  pair.caller.close();
  echo.join();
}

TEST(Lane, KeepsFramesApartThatWaitInTheRingTogether) {
  Pair pair;
  for (uint32_t i = 1; i <= 20; ++i)
    ASSERT_TRUE(pair.caller.send(whole(frame_of(100, i)), {}).ok());
  Buffer frame;
  for (uint32_t i = 1; i <= 20; ++i) {
    ASSERT_TRUE(pair.server.receive(frame, {}).ok());
    EXPECT_TRUE(same(frame, frame_of(100, i))) << i;
  }
}

TEST(Lane, SendsBorrowedPiecesInTheirPlaces) {
  Pair pair({.host_lanes = 1, .plugin_lanes = 0, .ring_bytes = 1 << 20});
  const std::string large(100'000, 'l');
  Buffer own, flat, arrived;
  Writer writer(own, Writer::Large::borrowed);
  writer.text(view("before"));
  writer.text(view(large));
  writer.align();
  writer.text(view(large));
  writer.text(view("after"));
  ASSERT_TRUE(writer.finish({}).ok());
  EXPECT_LT(own.size(), 1000u);
  flatten(writer.frame(), flat);
  ASSERT_TRUE(pair.caller.send(writer.frame(), {}).ok());
  ASSERT_TRUE(pair.server.receive(arrived, {}).ok());
  EXPECT_TRUE(same(flat, arrived));
  Reader reader(arrived.data(), arrived.size(), kHeaderBytes);
  EXPECT_EQ(view(reader.text()), "before");
  EXPECT_EQ(view(reader.text()), large);
  reader.align();
  EXPECT_EQ(view(reader.text()), large);
  EXPECT_EQ(view(reader.text()), "after");
  EXPECT_TRUE(reader.finish().ok());
}

TEST(Lane, OffersNothingInPartWhenThereIsNoRoom) {
  Pair pair;
  int sent = 0;
  for (;; ++sent) {
    const auto offered = pair.caller.offer(whole(frame_of(900)), soon());
    ASSERT_TRUE(offered.ok());
    if (!*offered) break;
  }
  EXPECT_EQ(sent, 4);
  Buffer frame;
  for (int i = 0; i < sent; ++i) ASSERT_TRUE(pair.server.receive(frame, {}).ok());
  EXPECT_EQ(pair.server.receive(frame, soon()).error().code, Code::timeout);
}

TEST(Lane, AWaitEndsAtItsDeadlineAtACloseAndAtTheEndOfAll) {
  Buffer frame;
  Pair late;
  EXPECT_EQ(late.caller.receive(frame, soon()).error().code, Code::timeout);
  Pair closed;
  std::thread closer([&] { closed.server.close(); });
  EXPECT_EQ(closed.caller.receive(frame, {}).error().code, Code::unavailable);
  closer.join();
  EXPECT_EQ(closed.caller.send(whole(frame_of(1)), {}).error().code, Code::unavailable);
  Pair ended;
  std::thread ender([&] {
    ended.ended.store(true);
    ended.caller.wake();
  });
  EXPECT_EQ(ended.caller.receive(frame, {}).error().code, Code::unavailable);
  ender.join();
}

TEST(Lane, ASenderOfALargeFrameIsNotHeldForEverByOneThatDoesNotRead) {
  Pair pair;
  EXPECT_EQ(pair.caller.send(whole(frame_of(100'000)), soon()).error().code, Code::timeout);
}

// What the other side may have published when this one looks.
struct Published {
  const char* name;
  uint64_t written;
  std::function<void(Buffer&)> bytes;  // at the start of the ring, from a frame of 100 bytes
  Code expected;
};

TEST(HostileLane, IsRefusedOrWaitedForButNeverBelieved) {
  const auto word = [](size_t at, auto value) {
    return [=](Buffer& frame) { std::memcpy(frame.data() + at, &value, sizeof value); };
  };
  const auto nothing = [](Buffer&) {};
  const Published cases[] = {
      {"more than the ring holds", 4097, nothing, Code::invalid},
      {"all bits", UINT64_MAX, nothing, Code::invalid},
      {"the sign bit", uint64_t{1} << 63, nothing, Code::invalid},
      {"half a header", 16, nothing, Code::timeout},
      {"half a frame", 60, nothing, Code::timeout},
      {"a size below the header's", 132, word(0, uint32_t{31}), Code::invalid},
      {"a size of 4 GiB", 132, word(0, UINT32_MAX), Code::invalid},
      {"a size just above the limit", 132, word(0, kMaxFrameBytes + 1), Code::invalid},
      {"a size of 64 MiB and no more bytes", 132, word(0, kMaxFrameBytes), Code::timeout},
      {"an unknown kind", 132, word(4, uint16_t{99}), Code::invalid},
      {"kind 0", 132, word(4, uint16_t{0}), Code::invalid},
  };
  for (const Published& one : cases) {
    Pair pair;
    Buffer bytes = frame_of(100);
    one.bytes(bytes);
    std::memcpy(pair.hostile_ring(), bytes.data(), bytes.size());
    pair.hostile().written = one.written;
    Buffer frame;
    const auto received = pair.caller.receive(frame, soon());
    ASSERT_FALSE(received.ok()) << one.name;
    EXPECT_EQ(received.error().code, one.expected) << one.name << received.error().message;
    EXPECT_LE(frame.capacity(), 4u << 20) << one.name;
  }
}

TEST(HostileLane, PositionsThatGoBackAreRefused) {
  Pair pair;
  ASSERT_TRUE(pair.server.send(whole(frame_of(100)), {}).ok());
  Buffer frame;
  ASSERT_TRUE(pair.caller.receive(frame, {}).ok());
  pair.hostile().written = 64;
  EXPECT_EQ(pair.caller.receive(frame, soon()).error().code, Code::invalid);
}

TEST(HostileLane, TakingMoreThanWasSentIsRefused) {
  for (const uint64_t consumed : {uint64_t{5000}, UINT64_MAX, uint64_t{1} << 63}) {
    Pair pair;
    ASSERT_TRUE(pair.caller.send(whole(frame_of(1000)), {}).ok());
    pair.hostile().consumed = consumed;
    EXPECT_EQ(pair.caller.send(whole(frame_of(3500)), soon()).error().code, Code::invalid)
        << consumed;
  }
}

TEST(HostileLane, ThatWakesWithoutCauseDoesNotHoldTheWaitBeyondItsDeadline) {
  Pair pair;
  std::atomic<bool> stop = false;
  std::thread waker([&] {
    auto& sleeping = pair.memory.plugin.lane(0).control->caller.sleeping;
    while (!stop) sleeping.store(0);
  });
  Buffer frame;
  const auto received = pair.caller.receive(frame, soon());
  stop = true;
  waker.join();
  ASSERT_FALSE(received.ok());
  EXPECT_TRUE(received.error().code == Code::timeout || received.error().code == Code::invalid);
}

TEST(HostileLane, BytesThatChangeWhileTheyAreReadDoNoHarm) {
  Pair pair({.host_lanes = 1, .plugin_lanes = 0, .ring_bytes = 1 << 16});
  std::atomic<bool> stop = false;
  std::thread scribbler([&] {
    std::mt19937 random(3);
    while (!stop) pair.hostile_ring()[random() % 4096] = static_cast<std::byte>(random());
  });
  Buffer frame;
  for (uint32_t i = 0; i < 300; ++i) {
    std::memcpy(pair.hostile_ring(), frame_of(2000, i).data(), 2032);
    Lane reader(pair.memory.host.lane(0), LaneRole::caller, pair.ended, 0);
    pair.hostile().written = 2032;
    const auto received = reader.receive(frame, std::chrono::steady_clock::now());
    // whatever came, what was taken is what its own header says
    if (!received.ok()) continue;
    EXPECT_EQ(frame.size(), read_header(frame.data(), frame.size())->size);
  }
  stop = true;
  scribbler.join();
}

TEST(Region, IsSealedAndRefusedWhenItIsNot) {
  const auto file = Region::make(kSmall);
  ASSERT_TRUE(file.ok());
  EXPECT_NE(ftruncate(file->get(), 0), 0);
  EXPECT_NE(ftruncate(file->get(), 1 << 24), 0);
  RegionShape other = kSmall;
  other.ring_bytes = 8192;
  EXPECT_EQ(Region::map(*file, other).error().code, Code::invalid);
  const Descriptor loose(memfd_create("loose", MFD_CLOEXEC));
  ASSERT_EQ(ftruncate(loose.get(), static_cast<off_t>(kSmall.bytes())), 0);
  EXPECT_NE(Region::map(loose, kSmall).error().message.find("not sealed"), std::string::npos);
}

TEST(Region, ShapesBeyondTheLimitsAreRefused) {
  for (const RegionShape& shape :
       {RegionShape{.host_lanes = 0}, RegionShape{.host_lanes = 65},
        RegionShape{.plugin_lanes = 65}, RegionShape{.ring_bytes = 5000},
        RegionShape{.ring_bytes = 2048}, RegionShape{.ring_bytes = 32u << 20}})
    EXPECT_EQ(Region::make(shape).error().code, Code::invalid);
}

TEST(Spin, StopsWhereItFailsAndStartsAgainWhereItSucceeds) {
  Spin spin;
  EXPECT_EQ(spin.turns(), Spin::kMost);
  for (int i = 0; i < 8; ++i) spin.failed();
  int probes = 0;
  for (int i = 0; i < 10 * Spin::kProbe; ++i) probes += spin.turns() > 0;
  EXPECT_EQ(probes, 10);
  spin.succeeded(900);
  EXPECT_EQ(spin.turns(), 1800);
  for (int i = 0; i < 8; ++i) spin.succeeded(1);
  EXPECT_EQ(spin.turns(), Spin::kMost);
  Spin never(0);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(never.turns(), 0);
}

}  // namespace
}  // namespace tenon::isolation
