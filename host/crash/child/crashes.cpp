#include "host/crash/child/crashes.hpp"

#undef NDEBUG  // assertions are one of the ways
#include <cassert>

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <vector>

#include "host/crash/worker/crash_handlers.hpp"

namespace tenon::crash {
namespace {

// Values that the optimiser cannot see through.
template <class T>
T opaque(T value) {
  volatile T hidden = value;
  return hidden;
}

void null_read(void*) {
  *reinterpret_cast<volatile int*>(opaque<uintptr_t>(0x10)) = 1;
}

void bus_error(void*) {
  const int fd = memfd_create("bus", MFD_CLOEXEC);
  if (ftruncate(fd, 4096) != 0) return;
  void* memory = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (ftruncate(fd, 0) != 0) return;
  *static_cast<volatile char*>(memory) = 1;
}

// By the processor where it divides by zero with a signal.
void divide_by_zero(void*) {
#if defined(__x86_64__)
  asm volatile("xorl %%ecx, %%ecx\n movl $1, %%eax\n cltd\n idivl %%ecx" ::: "eax", "ecx", "edx");
#else
  raise(SIGFPE);
#endif
}

__attribute__((noinline)) int recurse(int depth) {
  volatile char frame[512];
  frame[0] = static_cast<char>(depth);
  if (opaque(depth) < 0) return 0;
  return recurse(depth + 1) + frame[0];
}

void overflow_stack(void*) {
  set_crash_activity("recursing for ever");
  recurse(opaque(0));
}

void overflow_other_stack(void*) {
  std::thread([] {
    const AlternateSignalStack stack;
    pthread_setname_np(pthread_self(), "deep");
    recurse(opaque(0));
  }).join();
}

void overflow_bare_stack(void*) {
  std::thread([] { recurse(opaque(0)); }).join();
}

// The next allocation finds the rest of the heap larger than all memory.
void corrupt_heap(void*) {
  const size_t size = opaque<size_t>(100'000);
  auto* block = static_cast<volatile char*>(std::malloc(size));  // NOLINT
  for (size_t i = size; i < size + 64; ++i) block[i] = -1;
  opaque(std::malloc(size));  // NOLINT
}

// With a second thread glibc takes the heap's lock, and aborts without giving it back.
void corrupt_locked_heap(void*) {
  std::thread([] { pause(); }).detach();
  corrupt_heap(nullptr);
}

void throw_one() {
  throw std::runtime_error("the answer was 43");
}

void terminate(void*) noexcept {
  opaque(throw_one)();
}

void failed_assert(void*) {
  const int shelf = opaque(3);
  assert(shelf < 3);
}

// Hidden from AddressSanitizer, which would end the process before the damage is done.
__attribute__((noinline, no_sanitize("address"))) void overwrite_frame(size_t size) {
  char small[16];
  volatile char* at = opaque<char*>(small);
  for (size_t i = 0; i < size; ++i) at[i] = 0x41;
}

void smash_stack(void*) {
  overwrite_frame(opaque<size_t>(2048));
}

void call_null(void*) {
  opaque<void (*)()>(nullptr)();
}

void many_threads(void*) {
  std::atomic<int> ready{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const AlternateSignalStack stack;
      ++ready;
      while (ready < 8) std::this_thread::yield();
      null_read(nullptr);
    });
  }
  for (auto& thread : threads) thread.join();
}

void full_pipe(void*) {
  // Descriptor 3 is the record's: nobody reads it in this test.
  std::array<char, 4096> junk{};
  for (int i = 0; i < 64; ++i)
    if (write(3, junk.data(), junk.size()) < 0) break;
  null_read(nullptr);
}

// The test sees what is written to it.
void reuse_descriptor(void*) {
  dup2(STDERR_FILENO, 3);
  null_read(nullptr);
}

void replace_handlers(void*) {
  signal(SIGSEGV, SIG_IGN);
  if (restore_crash_handlers() != 1) _exit(9);
  if (restore_crash_handlers() != 0) _exit(9);
  null_read(nullptr);
}

// `action` for the system calls of the list, or for all others.
void filter_system_calls(std::initializer_list<int> calls, bool listed_pass, uint32_t action) {
  std::vector<sock_filter> program{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
  for (const int call : calls) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call), 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, listed_pass ? SECCOMP_RET_ALLOW : action));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, listed_pass ? action : SECCOMP_RET_ALLOW));
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
    _exit(9);
}

void crash_in_narrow_sandbox(void*) {
  filter_system_calls({SYS_write, SYS_read, SYS_fstat, SYS_newfstatat, SYS_rt_sigaction,
                       SYS_rt_sigreturn, SYS_tgkill, SYS_gettid, SYS_getpid},
                      true, SECCOMP_RET_ERRNO | EPERM);
  null_read(nullptr);
}

void open_refused_socket(void*) {
  filter_system_calls({SYS_socket}, false, SECCOMP_RET_TRAP);
  socket(AF_INET, SOCK_STREAM, 0);
}

template <const char* const& Name>
void call_sample(void* library) {
  const auto function = reinterpret_cast<int (*)(const void*)>(dlsym(library, Name));
  if (!function) _exit(9);
  // Not null, which sanitizers look for.
  std::_Exit(function(reinterpret_cast<const void*>(opaque<uintptr_t>(0x40))));
}
constexpr const char* kSum = "sample_sum";
constexpr const char* kSumInlined = "sample_sum_inlined";

template <int Signal>
void raised(void*) {
  raise(Signal);
}

}  // namespace

const std::map<std::string, std::function<void(void*)>>& crashes() {
  static const std::map<std::string, std::function<void(void*)>> all{
      {"null-read", null_read},
      {"bus", bus_error},
      {"divide", divide_by_zero},
      {"illegal", [](void*) { __builtin_trap(); }},
      {"trap", raised<SIGTRAP>},
      {"sys", raised<SIGSYS>},
      {"abort", [](void*) { std::abort(); }},
      {"killed", raised<SIGKILL>},
      {"exit", [](void*) { _exit(7); }},
      {"overflow", overflow_stack},
      {"overflow-thread", overflow_other_stack},
      {"overflow-bare", overflow_bare_stack},
      {"heap", corrupt_heap},
      {"heap-held", corrupt_locked_heap},
      {"terminate", terminate},
      {"assert", failed_assert},
      {"smash", smash_stack},
      {"call-null", call_null},
      {"threads", many_threads},
      {"full-pipe", full_pipe},
      {"reuse", reuse_descriptor},
      {"replace", replace_handlers},
      {"sandboxed", crash_in_narrow_sandbox},
      {"socket", open_refused_socket},
      {"sample", call_sample<kSum>},
      {"sample-inlined", call_sample<kSumInlined>},
  };
  return all;
}

}  // namespace tenon::crash
