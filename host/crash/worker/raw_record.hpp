// The record that a dying worker writes, as it lies in memory: worker and host are one binary. The
// host believes none of it (CrashRecord::parse).
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace tenon::crash {

inline constexpr uint32_t kRecordMagic = 0x31435254;
inline constexpr uint32_t kNoModule = 0xffffffff;
inline constexpr size_t kMaxFrames = 64;
inline constexpr size_t kMaxModules = 24;
inline constexpr size_t kMaxBuildIdBytes = 32;

struct RawModule {
  uint64_t start;  // what is added to an address in the file
  uint32_t build_id_size;
  uint8_t build_id[kMaxBuildIdBytes];
  char path[212];  // ends with NUL, as all text here
};

struct RawFrame {
  uint32_t module;  // index, or kNoModule
  uint32_t exact;   // 1: the instruction itself; 0: the one after a call
  uint64_t address;
};

struct RawRecord {
  uint32_t magic;
  uint32_t size;  // of this struct
  int32_t signal;
  int32_t code;
  int32_t pid;
  int32_t tid;
  int32_t sender_pid;   // of a signal that a process sent
  int32_t system_call;  // that seccomp refused; -1: none
  uint32_t stack_overflow;
  uint32_t module_count;
  uint32_t pointer_count;
  uint32_t unwinder_count;
  uint64_t fault_address;
  uint64_t pc;
  uint64_t sp;
  uint64_t fp;
  char thread_name[16];
  char activity[256];
  char message[1024];
  RawModule modules[kMaxModules];
  RawFrame by_pointer[kMaxFrames];   // found by following frame pointers
  RawFrame by_unwinder[kMaxFrames];  // found by the unwinder; none in the first copy of the record
};
static_assert(std::is_trivially_copyable_v<RawRecord> && sizeof(RawRecord) % 8 == 0);

// A worker writes the record twice: without what the unwinder finds, then with it.
inline constexpr size_t kMaxRecordBytes = 2 * sizeof(RawRecord);

}  // namespace tenon::crash
