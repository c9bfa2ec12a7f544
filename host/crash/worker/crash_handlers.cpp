#include "host/crash/worker/crash_handlers.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>

#include "host/crash/worker/last_words.hpp"
#include "host/crash/worker/raw_record.hpp"
#include "host/crash/worker/stack_walk.hpp"

namespace tenon::crash {
namespace {

constexpr std::array kSignals{SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGSYS, SIGTRAP};
constexpr uintptr_t kNearStackBytes = 64u << 10;
constexpr unsigned kUnwindSeconds = 2;
constexpr int kWriteTimeoutMs = 500;

// A signal handler can reach nothing but statics. Constant initialised, so that no access runs
// code.
struct State {
  int fd = -1;
  dev_t device = 0;
  ino_t inode = 0;
  CheckedReader reader;
  AlternateSignalStack* stack = nullptr;  // of the thread that installed
  std::array<char, 212> program{};
  std::atomic<pid_t> crashed{0};  // the thread that crashed first
  RawRecord record{};
};
constinit State state;
thread_local constinit std::array<char, 256> activity{};

pid_t thread_id() {
  return static_cast<pid_t>(syscall(SYS_gettid));
}

// A plugin that closed every descriptor may have files of its own under our number.
bool still_ours() {
  struct stat now {};
  return fstat(state.fd, &now) == 0 && now.st_dev == state.device && now.st_ino == state.inode;
}

// Never waits for long: nobody reads when the host is gone. False when it could not be sent.
bool send_record() {
  if (!still_ours()) return false;
  const auto* bytes = reinterpret_cast<const char*>(&state.record);
  size_t sent = 0;
  while (sent < sizeof state.record) {
    const long count = syscall(SYS_write, state.fd, bytes + sent, sizeof state.record - sent);
    if (count > 0) {
      sent += static_cast<size_t>(count);
      continue;
    }
    pollfd waiting{state.fd, POLLOUT, 0};
    if (errno != EAGAIN || poll(&waiting, 1, kWriteTimeoutMs) != 1) return false;
  }
  return true;
}

bool is_stack_overflow(int signal, const siginfo_t& info, const Registers& registers) {
  if ((signal != SIGSEGV && signal != SIGBUS) || info.si_code <= 0) return false;
  const auto address = reinterpret_cast<uintptr_t>(info.si_addr);
  const uintptr_t apart = address > registers.sp ? address - registers.sp : registers.sp - address;
  return apart < kNearStackBytes;
}

void describe(int signal, const siginfo_t& info, const Registers& registers) {
  RawRecord& record = state.record;
  record.magic = kRecordMagic;
  record.size = sizeof record;
  record.signal = signal;
  record.code = info.si_code;
  record.pid = getpid();
  record.tid = thread_id();
  const bool sent = info.si_code == SI_USER || info.si_code == SI_QUEUE || info.si_code == SI_TKILL;
  record.sender_pid = sent ? info.si_pid : 0;
  record.fault_address = sent ? 0 : reinterpret_cast<uintptr_t>(info.si_addr);
  record.system_call = signal == SIGSYS && !sent ? info.si_syscall : -1;
  record.pc = registers.pc;
  record.sp = registers.sp;
  record.fp = registers.fp;
  record.stack_overflow = is_stack_overflow(signal, info, registers) ? 1 : 0;
  prctl(PR_GET_NAME, record.thread_name);
  std::memcpy(record.activity, activity.data(), sizeof record.activity);
  copy_last_words(state.reader, record.message, sizeof record.message);
}

// An unwinder that never ends in a damaged stack must not keep the process.
void limit_time() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  sigaction(SIGALRM, &action, nullptr);
  sigset_t alarm_only;
  sigemptyset(&alarm_only);
  sigaddset(&alarm_only, SIGALRM);
  pthread_sigmask(SIG_UNBLOCK, &alarm_only, nullptr);
  alarm(kUnwindSeconds);
}

void report(int signal, const siginfo_t& info, const ucontext_t& context) {
  const Registers registers = registers_of(context);
  describe(signal, info, registers);
  StackWalk walk(state.record, state.reader, state.program.data());
  walk.follow_pointers(registers);
  if (!send_record()) return;
  limit_time();
  walk.unwind(registers);
  if (state.record.unwinder_count > 0) send_record();
}

extern "C" void on_crash(int signal, siginfo_t* info, void* context) {
  pid_t first = 0;
  const pid_t self = thread_id();
  if (!state.crashed.compare_exchange_strong(first, self)) {
    // Another thread is at it, and ends the process when it is done.
    while (first != thread_id()) pause();
  } else {
    report(signal, *info, *static_cast<const ucontext_t*>(context));
  }
  // The signal is blocked here: it is delivered, with its default action, when this returns.
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, nullptr);
  syscall(SYS_tgkill, getpid(), self, signal);
}

struct sigaction crash_action() {
  struct sigaction action {};
  action.sa_sigaction = on_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (const int signal : kSignals) sigaddset(&action.sa_mask, signal);
  return action;
}

Error failed(const char* what) {
  return {Code::unavailable, std::string("crash handlers: ") + what + ": " + std::strerror(errno)};
}

}  // namespace

Result<void> install_crash_handlers(int fd) {
  if (state.fd >= 0) return Error{Code::conflict, "crash handlers are installed already"};
  struct stat file {};
  if (fstat(fd, &file) != 0) return failed("the descriptor for the record");
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
    return failed("the descriptor for the record");
  if (!state.reader.open()) return failed("a pipe");
  state.fd = fd;
  state.device = file.st_dev;
  state.inode = file.st_ino;
  if (readlink("/proc/self/exe", state.program.data(), state.program.size() - 1) < 0)
    std::strcpy(state.program.data(), "the program");
  prepare_unwinder();
  keep_last_words();
  // Never taken away: another thread may call exit() while this one runs.
  state.stack = std::make_unique<AlternateSignalStack>().release();
  restore_crash_handlers();
  return {};
}

size_t restore_crash_handlers() {
  const struct sigaction ours = crash_action();
  size_t replaced = 0;
  for (const int signal : kSignals) {
    struct sigaction found {};
    sigaction(signal, &ours, &found);
    if ((found.sa_flags & SA_SIGINFO) == 0 || found.sa_sigaction != on_crash) ++replaced;
  }
  return replaced;
}

void set_crash_activity(std::string_view text) {
  const size_t size = std::min(text.size(), activity.size() - 1);
  std::memcpy(activity.data(), text.data(), size);
  activity[size] = '\0';
}

}  // namespace tenon::crash
