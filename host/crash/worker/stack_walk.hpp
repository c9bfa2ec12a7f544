// Finds the callers of an interrupted function from within a signal handler: no allocation, no
// lock, and no read that can fault (but for the unwinder's own).
#pragma once

#include <ucontext.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "host/crash/worker/raw_record.hpp"

namespace tenon::crash {

// Registers at the moment of a signal.
struct Registers {
  uintptr_t pc = 0;
  uintptr_t sp = 0;
  uintptr_t fp = 0;
};
Registers registers_of(const ucontext_t& context);

// Copies memory that may not be there. Through a pipe, because every sandbox allows write and
// read, and where the pipe is gone through process_vm_readv. [async-signal-safe] but for open().
class CheckedReader {
 public:
  // False when no pipe can be had.
  bool open();
  bool read(uintptr_t from, void* to, size_t size) const;
  template <class T>
  bool read(uintptr_t from, T& to) const {
    return read(from, &to, sizeof to);
  }

 private:
  std::array<int, 2> pipe_{-1, -1};
};

// Fills the frames and modules of a record. [async-signal-safe] throughout.
class StackWalk {
 public:
  StackWalk(RawRecord& record, const CheckedReader& reader, const char* program)
      : record_(record), reader_(reader), program_(program) {}

  // Follows the chain of frame pointers; ends at what does not look like a frame.
  void follow_pointers(const Registers& registers);
  // Asks the unwinder. Reads the stack unchecked: in a smashed one it can fault.
  void unwind(const Registers& registers);

 private:
  struct Unwinding;
  uint32_t module_of(uintptr_t address);
  void read_build_id(RawModule& module, uintptr_t header) const;
  bool find_build_id(RawModule& module, uintptr_t note, uintptr_t end) const;
  bool add(RawFrame* frames, uint32_t& count, uintptr_t address, bool exact);

  RawRecord& record_;
  const CheckedReader& reader_;
  const char* program_;
};

// Does once what the unwinder does on its first use, which takes locks.
void prepare_unwinder();

}  // namespace tenon::crash
