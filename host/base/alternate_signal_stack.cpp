#include "host/base/alternate_signal_stack.hpp"

#include <sys/mman.h>

namespace tenon {
namespace {

constexpr std::size_t kGuardBytes = 4096;
constexpr std::size_t kStackBytes = 64u << 10;

}  // namespace

AlternateSignalStack::AlternateSignalStack() {
  void* memory = mmap(nullptr, kGuardBytes + kStackBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return;
  memory_ = static_cast<std::byte*>(memory);
  mprotect(memory_, kGuardBytes, PROT_NONE);
  stack_t stack{};
  stack.ss_sp = memory_ + kGuardBytes;
  stack.ss_size = kStackBytes;
  sigaltstack(&stack, &previous_);
}

AlternateSignalStack::~AlternateSignalStack() {
  if (!memory_) return;
  sigaltstack(&previous_, nullptr);
  munmap(memory_, kGuardBytes + kStackBytes);
}

}  // namespace tenon
