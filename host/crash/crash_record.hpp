// What a worker wrote when it died, checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::crash {

struct RecordModule {
  std::string path;      // as the worker knew it: a private copy, or "/proc/self/fd/5"
  std::string build_id;  // lower-case hexadecimal; empty: the file has none
};

struct RecordFrame {
  int64_t module = -1;  // index into CrashRecord::modules; -1: `offset` is an address in the worker
  uint64_t offset = 0;  // address within the module's file
  bool exact = false;   // the instruction itself; else the one after a call
};

struct CrashRecord {
  int signal = 0;
  int code = 0;          // si_code
  int sender_pid = 0;    // of a signal sent by a process; else 0
  int system_call = -1;  // refused by seccomp
  int thread_id = 0;
  bool stack_overflow = false;
  uint64_t fault_address = 0;
  uint64_t pc = 0;
  uint64_t sp = 0;
  std::string thread_name;
  std::string activity;  // what the thread was doing, when it said so
  std::string message;   // of abort, assert, std::terminate
  std::vector<RecordModule> modules;
  std::vector<RecordFrame> frames;  // innermost first
};

// Takes bytes from a hostile worker: the last whole record among them. Code::invalid when there is
// none, Code::not_found when there are no bytes at all.
Result<CrashRecord> parse_record(std::span<const std::byte> bytes);

// Reads what lies in the pipe now, at most as much as a worker writes, and parses it. Does not
// wait; `fd` is made non-blocking.
Result<CrashRecord> read_record(int fd);

}  // namespace tenon::crash
