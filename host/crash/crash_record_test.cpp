#include "host/crash/crash_record.hpp"

#include <gmock/gmock.h>

#include <cstring>

#include "host/crash/plain_text.hpp"
#include "host/crash/worker/raw_record.hpp"

namespace tenon::crash {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

// One module at 0x1000, one frame by pointer in it.
RawRecord raw_record() {
  RawRecord raw{};
  raw.magic = kRecordMagic;
  raw.size = sizeof raw;
  raw.signal = 11;
  raw.module_count = 1;
  raw.modules[0].start = 0x1000;
  raw.modules[0].build_id_size = 2;
  raw.modules[0].build_id[0] = 0x0a;
  raw.modules[0].build_id[1] = 0xff;
  std::strcpy(raw.modules[0].path, "/lib/libc.so.6");
  raw.pointer_count = 1;
  raw.by_pointer[0] = {0, 1, 0x1234};
  return raw;
}

std::vector<std::byte> bytes_of(std::initializer_list<RawRecord> records) {
  std::vector<std::byte> bytes;
  for (const RawRecord& record : records) {
    const auto* from = reinterpret_cast<const std::byte*>(&record);
    bytes.insert(bytes.end(), from, from + sizeof record);
  }
  return bytes;
}

std::vector<uint64_t> offsets(const CrashRecord& record) {
  std::vector<uint64_t> found;
  for (const auto& frame : record.frames) found.push_back(frame.offset);
  return found;
}

TEST(CrashRecord, GivesAddressesWithinTheModule) {
  const auto record = parse_record(bytes_of({raw_record()}));
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->signal, 11);
  ASSERT_THAT(record->modules, SizeIs(1));
  EXPECT_EQ(record->modules[0].path, "/lib/libc.so.6");
  EXPECT_EQ(record->modules[0].build_id, "0aff");
  ASSERT_THAT(record->frames, SizeIs(1));
  EXPECT_EQ(record->frames[0].module, 0);
  EXPECT_EQ(record->frames[0].offset, 0x234u);
  EXPECT_TRUE(record->frames[0].exact);
}

TEST(CrashRecord, TakesTheLastWholeOne) {
  RawRecord second = raw_record();
  second.unwinder_count = 2;
  second.by_unwinder[0] = {0, 1, 0x1234};
  second.by_unwinder[1] = {0, 0, 0x1300};
  auto both = bytes_of({raw_record(), second});
  EXPECT_THAT(offsets(*parse_record(both)), ElementsAre(0x234, 0x300));
  both.pop_back();
  EXPECT_THAT(offsets(*parse_record(both)), ElementsAre(0x234));
}

TEST(CrashRecord, PrefersTheWayThatFoundMoreCode) {
  RawRecord raw = raw_record();
  raw.pointer_count = 3;
  raw.by_pointer[1] = {0, 0, 0x1300};
  raw.by_pointer[2] = {0, 0, 0x1400};
  raw.unwinder_count = 3;
  raw.by_unwinder[0] = {0, 1, 0x1234};
  raw.by_unwinder[1] = {0, 0, 0x1301};
  raw.by_unwinder[2] = {kNoModule, 0, 0x41414141};
  EXPECT_THAT(offsets(*parse_record(bytes_of({raw}))), ElementsAre(0x234, 0x300, 0x400));
  raw.by_unwinder[2] = {0, 0, 0x1401};
  EXPECT_THAT(offsets(*parse_record(bytes_of({raw}))), ElementsAre(0x234, 0x301, 0x401));
}

TEST(CrashRecord, RefusesWhatNoWorkerWrites) {
  EXPECT_EQ(parse_record({}).error().code, Code::not_found);
  const auto refused = [](auto change) {
    RawRecord raw = raw_record();
    change(raw);
    const auto record = parse_record(bytes_of({raw}));
    return !record.ok() && record.error().code == Code::invalid;
  };
  EXPECT_TRUE(refused([](RawRecord& raw) { raw.magic = 0; }));
  EXPECT_TRUE(refused([](RawRecord& raw) { raw.size = 8; }));
  EXPECT_TRUE(refused([](RawRecord& raw) { raw.module_count = kMaxModules + 1; }));
  EXPECT_TRUE(refused([](RawRecord& raw) { raw.pointer_count = kMaxFrames + 1; }));
  EXPECT_TRUE(refused([](RawRecord& raw) { raw.unwinder_count = kMaxFrames + 1; }));
  auto cut = bytes_of({raw_record()});
  cut.pop_back();
  EXPECT_FALSE(parse_record(cut).ok());
}

TEST(CrashRecord, TakesAModuleThatIsNotThereForNone) {
  RawRecord raw = raw_record();
  raw.by_pointer[0].module = 1;
  const auto record = parse_record(bytes_of({raw}));
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->frames[0].module, -1);
  EXPECT_EQ(record->frames[0].offset, 0x1234u);
}

TEST(CrashRecord, MakesTextPlainAlsoWithoutItsEnd) {
  RawRecord raw = raw_record();
  std::memset(raw.message, 'm', sizeof raw.message);
  std::memcpy(raw.thread_name, "\x1b[2J\xff", 6);
  raw.modules[0].build_id_size = 0xffffffff;
  const auto record = parse_record(bytes_of({raw}));
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->message, std::string(sizeof raw.message, 'm'));
  EXPECT_EQ(record->thread_name, " [2J\xEF\xBF\xBD");
  EXPECT_THAT(record->modules[0].build_id, SizeIs(2 * kMaxBuildIdBytes));
}

TEST(PlainText, CutsBetweenCharacters) {
  EXPECT_EQ(plain_text("a\u00e9b", 2), "a");
  EXPECT_EQ(plain_text("a\u00e9", 3), "a\u00e9");
  EXPECT_EQ(plain_text("tab\tline\n", 100), "tab line ");
}

}  // namespace
}  // namespace tenon::crash
