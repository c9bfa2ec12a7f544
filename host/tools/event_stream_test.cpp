#include "host/tools/event_stream.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace tenon::tools {
namespace {

using testing::ElementsAre;
using namespace std::chrono_literals;

// All that is there now.
std::vector<std::string> take_all(EventStream& stream, const EventStream::Reader& reader) {
  std::vector<std::string> out;
  for (auto event = stream.take(reader, 0ms); event && !event->message.empty();
       event = stream.take(reader, 0ms))
    out.push_back(stream.id_of(event->sequence) + " " + event->message);
  return out;
}

TEST(EventStreamTest, WhoComesBackReadsOnAfterTheEventThatItHas) {
  EventStream stream(7);
  for (const char* text : {"a", "b", "c"}) stream.notify(text);
  EXPECT_THAT(take_all(stream, stream.read()), ElementsAre("7-1 a", "7-2 b", "7-3 c"));
  stream.answer("d");
  EXPECT_THAT(take_all(stream, stream.read(1)), ElementsAre("7-2 b", "7-3 c", "7-4 d"));
  EXPECT_THAT(take_all(stream, stream.read(99)), ElementsAre());
}

TEST(EventStreamTest, WithoutAPlaceOneReadsWhatNobodyHasTaken) {
  EventStream stream(0);
  stream.notify("a");
  EXPECT_THAT(take_all(stream, stream.read()), ElementsAre("0-1 a"));
  stream.notify("b");
  EXPECT_THAT(take_all(stream, stream.read()), ElementsAre("0-2 b"));
}

TEST(EventStreamTest, TheOneWhoReadBeforeGetsNothingMore) {
  EventStream stream(1);
  const auto before = stream.read();
  std::optional<EventStream::Event> got = EventStream::Event();
  std::thread waiting([&] { got = stream.take(before, 10s); });
  std::this_thread::sleep_for(20ms);
  const auto now = stream.read();
  waiting.join();
  EXPECT_FALSE(got);
  stream.notify("a");
  EXPECT_FALSE(stream.take(before, 0ms));
  EXPECT_EQ(stream.take(now, 0ms)->message, "a");
}

TEST(EventStreamTest, WhatHasBeenPutIsTakenBeforeTheEnd) {
  EventStream stream(1);
  stream.answer("a");
  stream.close();
  stream.notify("late");
  EXPECT_FALSE(stream.ends_with(0));
  EXPECT_TRUE(stream.ends_with(1));
  const auto reader = stream.read();
  EXPECT_EQ(stream.take(reader, 0ms)->message, "a");
  EXPECT_FALSE(stream.take(reader, 0ms));
}

TEST(EventStreamTest, MemoryIsBoundedAndTheAnswerArrives) {
  EventStream stream(1);
  const std::string kilobyte(1024, 'x');
  for (int i = 0; i < 1000; ++i) stream.notify(kilobyte);
  stream.answer("the answer");
  const auto heard = take_all(stream, stream.read());
  EXPECT_EQ(heard.size(), EventStream::kMostBytes / 1024 + 1);
  EXPECT_EQ(heard.back(), "1-" + std::to_string(heard.size()) + " the answer");
  // What was read makes room, and the latest of it is still there for who comes back.
  stream.notify(kilobyte);
  EXPECT_LE(take_all(stream, stream.read(0)).size(), EventStream::kMostBytes / 2048 + 2);
}

TEST(EventStreamTest, AnAnswerOfAnySizeArrivesOnce) {
  EventStream stream(1);
  stream.notify("a");
  stream.answer(std::string(2 * EventStream::kMostBytes, 'x'));
  EXPECT_EQ(take_all(stream, stream.read()).size(), 2u);
  EXPECT_THAT(take_all(stream, stream.read(0)), ElementsAre());
  EXPECT_EQ(stream.take(stream.read(0), 0ms)->message, "") << "it waits as others do";
  stream.close();
  EXPECT_TRUE(stream.ends_with(1)) << "who comes back for it is told, and not left to ask for ever";
}

TEST(EventStreamTest, WhatWaitsIsNotToldTwice) {
  EventStream stream(0);
  stream.notify_once("a");
  stream.notify_once("a");
  EXPECT_THAT(take_all(stream, stream.read()), ElementsAre("0-1 a"));
  stream.notify_once("a");
  EXPECT_THAT(take_all(stream, stream.read()), ElementsAre("0-2 a"));
}

TEST(EventStreamsTest, FindsTheStreamOfAnEvent) {
  EventStreams streams;
  const auto first = streams.add();
  EXPECT_EQ(streams.find(first->id_of(3))->stream, first);
  EXPECT_EQ(streams.find(first->id_of(3))->after, 3u);
  EXPECT_EQ(streams.find("0-0")->stream, streams.own());
  for (const char* wrong : {"", "-", "1", "1-", "-1", "99-1", "1-x", "x-1", "1--1", "1-1-1"})
    EXPECT_FALSE(streams.find(wrong)) << wrong;
}

TEST(EventStreamsTest, KeepsAFewThatHaveEndedAndAllThatHaveNot) {
  EventStreams streams;
  const auto running = streams.add();
  std::vector<std::shared_ptr<EventStream>> ended;
  for (size_t i = 0; i < 3 * EventStreams::kKept; ++i) {
    ended.push_back(streams.add());
    ended.back()->close();
  }
  (void)streams.add();
  EXPECT_TRUE(streams.find(running->id_of(0)));
  EXPECT_FALSE(streams.find(ended.front()->id_of(0)));
  EXPECT_TRUE(streams.find(ended.back()->id_of(0)));
}

}  // namespace
}  // namespace tenon::tools
