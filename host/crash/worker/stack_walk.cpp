#include "host/crash/worker/stack_walk.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <unwind.h>

#include <algorithm>
#include <cstring>

namespace tenon::crash {
namespace {

constexpr uintptr_t kMaxFrameBytes = 64u << 20;
constexpr int kMaxProgramHeaders = 64;
constexpr int kMaxNotes = 64;

constexpr uintptr_t align4(uintptr_t size) {
  return (size + 3) & ~uintptr_t{3};
}

}  // namespace

Registers registers_of(const ucontext_t& context) {
#if defined(__x86_64__)
  const auto& general = context.uc_mcontext.gregs;
  return {static_cast<uintptr_t>(general[REG_RIP]), static_cast<uintptr_t>(general[REG_RSP]),
          static_cast<uintptr_t>(general[REG_RBP])};
#elif defined(__aarch64__)
  return {context.uc_mcontext.pc, context.uc_mcontext.sp, context.uc_mcontext.regs[29]};
#else
#error "say where this processor keeps its program counter, stack and frame pointer"
#endif
}

bool CheckedReader::open() {
  return pipe2(pipe_.data(), O_CLOEXEC | O_NONBLOCK) == 0;
}

// By system call and not by write(): sanitizers check what a caller of write() hands over.
bool CheckedReader::read(uintptr_t from, void* to, size_t size) const {
  const auto wanted = static_cast<long>(size);
  if (syscall(SYS_write, pipe_[1], from, size) == wanted)
    return syscall(SYS_read, pipe_[0], to, size) == wanted;
  const iovec local{to, size};
  const iovec remote{reinterpret_cast<void*>(from), size};
  return syscall(SYS_process_vm_readv, getpid(), &local, 1, &remote, 1, 0) == wanted;
}

// Reads note by note: a plugin's manifest is a note as well, and may be long.
bool StackWalk::find_build_id(RawModule& module, uintptr_t note, uintptr_t end) const {
  for (int i = 0; i < kMaxNotes && note + sizeof(ElfW(Nhdr)) <= end; ++i) {
    ElfW(Nhdr) header;
    if (!reader_.read(note, header)) return false;
    const uintptr_t name = note + sizeof header;
    const uintptr_t content = name + align4(header.n_namesz);
    std::array<char, 4> owner{};
    if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == owner.size() &&
        header.n_descsz <= kMaxBuildIdBytes && reader_.read(name, owner) &&
        std::memcmp(owner.data(), "GNU", owner.size()) == 0) {
      if (!reader_.read(content, module.build_id, header.n_descsz)) return false;
      module.build_id_size = header.n_descsz;
      return true;
    }
    note = content + align4(header.n_descsz);
  }
  return false;
}

void StackWalk::read_build_id(RawModule& module, uintptr_t header) const {
  ElfW(Ehdr) elf;
  if (!reader_.read(header, elf) || std::memcmp(elf.e_ident, ELFMAG, SELFMAG) != 0) return;
  for (int i = 0; i < std::min<int>(elf.e_phnum, kMaxProgramHeaders); ++i) {
    ElfW(Phdr) segment;
    if (!reader_.read(header + elf.e_phoff + static_cast<size_t>(i) * sizeof segment, segment))
      return;
    const uintptr_t notes = module.start + segment.p_vaddr;
    if (segment.p_type == PT_NOTE && find_build_id(module, notes, notes + segment.p_memsz)) return;
  }
}

uint32_t StackWalk::module_of(uintptr_t address) {
  dl_find_object object;
  // Takes no lock, unlike dladdr and dl_iterate_phdr.
  if (_dl_find_object(reinterpret_cast<void*>(address), &object) != 0) return kNoModule;
  link_map map;
  if (!reader_.read(reinterpret_cast<uintptr_t>(object.dlfo_link_map), map)) return kNoModule;
  for (uint32_t i = 0; i < record_.module_count; ++i)
    if (record_.modules[i].start == map.l_addr) return i;
  if (record_.module_count == kMaxModules) return kNoModule;
  RawModule& module = record_.modules[record_.module_count];
  module.start = map.l_addr;
  const auto name = reinterpret_cast<uintptr_t>(map.l_name);
  size_t length = 0;
  while (length + 1 < sizeof module.path && reader_.read(name + length, module.path[length]) &&
         module.path[length] != '\0')
    ++length;
  module.path[length] = '\0';
  if (length == 0) std::strncpy(module.path, program_, sizeof module.path - 1);
  read_build_id(module, reinterpret_cast<uintptr_t>(object.dlfo_map_start));
  return record_.module_count++;
}

// False when there is no room for more, or the address is no code and so the end of what is known.
bool StackWalk::add(RawFrame* frames, uint32_t& count, uintptr_t address, bool exact) {
  if (count == kMaxFrames) return false;
  RawFrame& frame = frames[count++];
  frame.address = address;
  frame.exact = exact ? 1 : 0;
  frame.module = module_of(exact ? address : address - 1);
  return frame.module != kNoModule;
}

void StackWalk::follow_pointers(const Registers& registers) {
  if (!add(record_.by_pointer, record_.pointer_count, registers.pc, true)) {
    // A call to nowhere has left its return address on top of the stack.
    uintptr_t caller = 0;
    if (!reader_.read(registers.sp, caller) || module_of(caller - 1) == kNoModule ||
        !add(record_.by_pointer, record_.pointer_count, caller, false))
      return;
  }
  struct Frame {
    uintptr_t next;
    uintptr_t caller;
  } frame{};
  for (uintptr_t at = registers.fp; at % sizeof at == 0 && reader_.read(at, frame);
       at = frame.next) {
    if (!add(record_.by_pointer, record_.pointer_count, frame.caller, false)) return;
    if (frame.next <= at || frame.next - at > kMaxFrameBytes) return;
  }
}

struct StackWalk::Unwinding {
  StackWalk& walk;
  uintptr_t first;
  bool found;
  // Above the handler's own frames and the interrupted ones: an unwinder led in circles ends here.
  size_t steps;

  static _Unwind_Reason_Code step(_Unwind_Context* context, void* self) {
    auto& unwinding = *static_cast<Unwinding*>(self);
    if (++unwinding.steps > 2 * kMaxFrames) return _URC_END_OF_STACK;
    int exact = 0;
    const uintptr_t address = _Unwind_GetIPInfo(context, &exact);
    unwinding.found |= exact != 0 && address == unwinding.first;
    if (!unwinding.found) return _URC_NO_REASON;
    RawRecord& record = unwinding.walk.record_;
    return unwinding.walk.add(record.by_unwinder, record.unwinder_count, address, exact != 0)
               ? _URC_NO_REASON
               : _URC_END_OF_STACK;
  }
};

void StackWalk::unwind(const Registers& registers) {
  Unwinding unwinding{*this, registers.pc, false, 0};
  _Unwind_Backtrace(&Unwinding::step, &unwinding);
}

void prepare_unwinder() {
  _Unwind_Backtrace([](_Unwind_Context*, void*) { return _URC_NO_REASON; }, nullptr);
}

}  // namespace tenon::crash
