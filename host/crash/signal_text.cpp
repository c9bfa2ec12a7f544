#include "host/crash/signal_text.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <cstring>

namespace tenon::crash {
namespace {

constexpr int kSeccomp = 1;  // SYS_SECCOMP; not in every glibc

struct Reason {
  int signal;
  int code;
  std::string_view text;
};
constexpr Reason kReasons[] = {
    {SIGSEGV, SEGV_MAPERR, "address not mapped"},
    {SIGSEGV, SEGV_ACCERR, "memory without that permission"},
    {SIGSEGV, SI_KERNEL, "address not canonical"},
    {SIGBUS, BUS_ADRALN, "address not aligned"},
    {SIGBUS, BUS_ADRERR, "no memory behind the address: a file was cut"},
    {SIGBUS, BUS_OBJERR, "hardware error"},
    {SIGFPE, FPE_INTDIV, "integer divided by zero"},
    {SIGFPE, FPE_INTOVF, "integer overflow"},
    {SIGFPE, FPE_FLTDIV, "floating point divided by zero"},
    {SIGILL, ILL_ILLOPC, "illegal instruction"},
    {SIGILL, ILL_ILLOPN, "illegal operand"},
    {SIGTRAP, TRAP_BRKPT, "breakpoint"},
    {SIGSYS, kSeccomp, "system call refused by seccomp"},
};

}  // namespace

std::string signal_name(int signal) {
  const char* name = sigabbrev_np(signal);
  return name ? std::string("SIG") + name : fmt::format("signal {}", signal);
}

std::string_view signal_reason(int signal, int code) {
  for (const Reason& reason : kReasons)
    if (reason.signal == signal && reason.code == code) return reason.text;
  return {};
}

}  // namespace tenon::crash
