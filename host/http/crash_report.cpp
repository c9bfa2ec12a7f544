#include "host/http/crash_report.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace tenon::http {
namespace {

// A signal handler can reach nothing but statics: what follows is read by it only. Constant
// initialised, so that the access runs no code.
struct ThreadState {
  std::array<char, 256> label;
  const std::byte* guard_low;
  const std::byte* guard_high;
};
thread_local constinit ThreadState thread_state{};

struct sigaction previous_segv;
struct sigaction previous_bus;
std::atomic<bool> installed{false};

// Text assembled without allocation or locale.
class Line {
 public:
  void add(const char* text) {
    while (*text != '\0' && size_ < text_.size()) text_[size_++] = *text++;
  }
  void add_number(std::uintptr_t value, unsigned base) {
    std::array<char, 24> digits{};
    std::size_t at = digits.size() - 1;
    do {
      digits[--at] = "0123456789abcdef"[value % base];
      value /= base;
    } while (value != 0);
    add(&digits[at]);
  }
  void write() const {
    if (::write(STDERR_FILENO, text_.data(), size_) < 0) return;
  }

 private:
  std::array<char, 512> text_{};
  std::size_t size_ = 0;
};

void report(int signal, const siginfo_t* info) {
  const auto* address = static_cast<const std::byte*>(info->si_addr);
  const bool overflow =
      info->si_code > 0 && address >= thread_state.guard_low && address < thread_state.guard_high;
  Line line;
  line.add(overflow ? "tenon: stack overflow in " : "tenon: crash in ");
  line.add(thread_state.label[0] != '\0' ? thread_state.label.data() : "the host");
  if (!overflow) {
    line.add(", signal ");
    line.add_number(static_cast<std::uintptr_t>(signal), 10);
    line.add(", address 0x");
    line.add_number(reinterpret_cast<std::uintptr_t>(info->si_addr), 16);
  }
  line.add("\n");
  line.write();
}

extern "C" void on_fatal_signal(int signal, siginfo_t* info, void* context) {
  report(signal, info);
  const struct sigaction& previous = signal == SIGBUS ? previous_bus : previous_segv;
  if ((previous.sa_flags & SA_SIGINFO) != 0 && previous.sa_sigaction != nullptr) {
    previous.sa_sigaction(signal, info, context);
    return;
  }
  if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
    return;
  }
  // The signal is blocked here: it is delivered, with its default action, when this returns.
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, nullptr);
  raise(signal);
}

}  // namespace

CrashReporter::CrashReporter() {
  if (installed.exchange(true)) throw std::logic_error("a CrashReporter exists already");
  struct sigaction action {};
  action.sa_sigaction = on_fatal_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(SIGSEGV, &action, &previous_segv);
  sigaction(SIGBUS, &action, &previous_bus);
}

CrashReporter::~CrashReporter() {
  sigaction(SIGSEGV, &previous_segv, nullptr);
  sigaction(SIGBUS, &previous_bus, nullptr);
  installed = false;
}

void set_crash_label(std::string_view label) {
  const auto size = std::min(label.size(), thread_state.label.size() - 1);
  if (size > 0) std::memcpy(thread_state.label.data(), label.data(), size);
  thread_state.label[size] = '\0';
}

void set_guard_range(const std::byte* low, const std::byte* high) {
  thread_state.guard_low = low;
  thread_state.guard_high = high;
}

}  // namespace tenon::http
