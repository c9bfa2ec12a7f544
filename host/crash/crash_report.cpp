#include "host/crash/crash_report.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "host/crash/plain_text.hpp"
#include "host/crash/restart_policy.hpp"
#include "host/crash/signal_text.hpp"
#include "host/crash/spoken_words.hpp"

namespace tenon::crash {
namespace {

constexpr size_t kLogLines = 50;
constexpr size_t kMaxLineBytes = 2000;
constexpr size_t kMaxMessageBytes = 2000;
constexpr size_t kMaxOutputBytes = 64u << 10;
constexpr size_t kOwnFrames = 5;  // in a line of the log

std::string hexadecimal(uint64_t value) {
  return fmt::format("{:#x}", value);
}

std::string time_text(std::chrono::system_clock::time_point time) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)), ms.count() % 1000);
}

// As part of a file's name.
std::string compact(std::string time) {
  std::erase_if(time, [](char character) { return character == '-' || character == ':'; });
  return time;
}

bool has_address(int signal) {
  return signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE || signal == SIGILL;
}

CrashFault fault_of(const CrashRecord& record) {
  CrashFault fault;
  fault.signal = signal_name(record.signal);
  fault.reason = record.stack_overflow ? std::string("stack overflow")
                                       : std::string(signal_reason(record.signal, record.code));
  if (has_address(record.signal) && record.code > 0)
    fault.address = hexadecimal(record.fault_address);
  fault.program_counter = hexadecimal(record.pc);
  if (record.signal == SIGSYS && record.system_call >= 0) fault.system_call = record.system_call;
  if (record.sender_pid != 0) fault.sender_pid = record.sender_pid;
  fault.thread_id = record.thread_id;
  fault.thread = record.thread_name;
  fault.activity = record.activity;
  return fault;
}

CrashFrame frame_of(const RecordFrame& raw, const CrashRecord& record) {
  CrashFrame frame;
  if (raw.module >= 0) {
    const RecordModule& module = record.modules[static_cast<size_t>(raw.module)];
    frame.module = module.path;
    frame.build_id = module.build_id;
  }
  frame.offset = hexadecimal(raw.offset);
  frame.exact = raw.exact;
  return frame;
}

Cause cause_of(const Death& death, const Result<CrashRecord>& record) {
  if (death.cause) return *death.cause;
  if (WIFEXITED(death.wait_status) && !record.ok()) return Cause::exit;
  const int signal = record.ok() ? record->signal : WTERMSIG(death.wait_status);
  if (signal == SIGSYS) return Cause::seccomp;
  if (signal == SIGKILL || signal == SIGTERM) return Cause::killed;
  if (signal == SIGXCPU) return Cause::hang;
  return Cause::signal;
}

// What can be told of a death without a record.
void describe_without_record(const Death& death, const Error& missing, CrashReport& report) {
  const int signal = WIFSIGNALED(death.wait_status) ? WTERMSIG(death.wait_status) : 0;
  if (signal != 0) {
    report.fault.emplace();
    report.fault->signal = signal_name(signal);
  }
  if (signal == 0 || signal == SIGKILL || death.cause) return;
  report.notes.push_back("no stack: " + missing.message);
  if (signal == SIGSEGV)
    report.notes.push_back(
        "a stack overflow on a thread that the plugin made itself ends like this");
}

bool is_runtime(const std::string& module) {
  constexpr std::array<std::string_view, 6> kRuntime{"libc.so",  "libstdc++.so", "libgcc_s.so",
                                                     "ld-linux", "libasan.so",   "libtsan.so"};
  const std::string name = std::filesystem::path(module).filename();
  return std::any_of(kRuntime.begin(), kRuntime.end(),
                     [&](std::string_view start) { return name.starts_with(start); });
}

// The innermost function that is somebody's own: not abort() and what it stands on.
const CrashFrame* telling_frame(const CrashReport& report) {
  for (const CrashFrame& frame : report.frames)
    if (!frame.module.empty() && !is_runtime(frame.module)) return &frame;
  return nullptr;
}

std::string place_text(const CrashFrame& frame) {
  std::string text =
      frame.function.empty()
          ? std::filesystem::path(frame.module).filename().string() + "+" + frame.offset
          : frame.function;
  if (!frame.file.empty())
    text +=
        fmt::format(" ({}:{})", std::filesystem::path(frame.file).filename().string(), frame.line);
  return text;
}

std::string what_happened(const CrashReport& report) {
  const std::string because = report.message.empty() ? "" : ": " + report.message;
  switch (report.cause) {
    case Cause::exit:
      return fmt::format("ended itself with exit code {}{}", report.exit_code.value_or(0), because);
    case Cause::out_of_memory:
      return "out of memory" + because;
    case Cause::hang:
      return "killed because it hung" + because;
    case Cause::killed:
      return "killed from outside" + because;
    case Cause::seccomp:
      return report.fault && report.fault->system_call
                 ? fmt::format("system call {} refused by seccomp", *report.fault->system_call)
                 : "a system call refused by seccomp";
    case Cause::signal:
      break;
  }
  if (!report.fault) return "crashed" + because;
  std::string text = report.fault->signal;
  if (!report.fault->reason.empty()) text += ", " + report.fault->reason;
  if (!report.fault->address.empty() && report.fault->reason != "stack overflow")
    text += " at " + report.fault->address;
  return text + because;
}

// Of the plugin itself: not of the host's worker that called it, nor of what it stands on.
bool is_own(const CrashFrame& frame) {
  if (frame.module.empty() || is_runtime(frame.module)) return false;
  if (std::filesystem::path(frame.module).filename() == "tenon-worker") return false;
  const auto in = [&](std::string_view folder) {
    return frame.file.find(folder) != frame.file.npos;
  };
  return !in("/include/c++/") && !in("/include/tenon/") && !frame.function.starts_with("std::");
}

}  // namespace

CrashReport make_report(const Death& death, const Result<CrashRecord>& record) {
  CrashReport report;
  report.instance = death.instance;
  report.plugin = death.plugin;
  report.generation = death.generation;
  report.pid = death.pid;
  report.time = time_text(death.time);
  report.id = report.instance + "-" + compact(report.time);
  report.uptime_ms = death.uptime.count();
  report.cause = cause_of(death, record);
  if (WIFEXITED(death.wait_status)) report.exit_code = WEXITSTATUS(death.wait_status);
  if (record.ok()) {
    report.fault = fault_of(*record);
    report.message = record->message;
    for (const RecordFrame& frame : record->frames)
      report.frames.push_back(frame_of(frame, *record));
  } else {
    describe_without_record(death, record.error(), report);
  }
  if (!death.reason.empty()) report.message = plain_text(death.reason, kMaxMessageBytes);
  const std::string_view output(death.output);
  if (report.message.empty())
    report.message = plain_text(
        spoken_words(output.substr(output.size() - std::min(output.size(), kMaxOutputBytes))),
        kMaxMessageBytes);
  const size_t lines = std::min(death.log_lines.size(), kLogLines);
  for (auto line = death.log_lines.end() - static_cast<ptrdiff_t>(lines);
       line != death.log_lines.end(); ++line)
    report.log_lines.push_back(plain_text(*line, kMaxLineBytes));
  report.summary = summary_of(report);
  return report;
}

std::string summary_of(const CrashReport& report) {
  std::string text = what_happened(report);
  if (const CrashFrame* frame = telling_frame(report)) text += " in " + place_text(*frame);
  return text;
}

namespace {
std::string headline(const CrashReport& report) {
  return fmt::format("{} (plugin {} {}, generation {}, pid {}) died after {}: {}", report.instance,
                     report.plugin.id, report.plugin.version, report.generation, report.pid,
                     duration_text(std::chrono::milliseconds(report.uptime_ms)), report.summary);
}
}  // namespace

std::string to_line(const CrashReport& report) {
  std::string text = headline(report);
  size_t told = 0;
  for (const CrashFrame& frame : report.frames) {
    if (!is_own(frame) || told == kOwnFrames) continue;
    text += (told++ == 0 ? "; in its code: " : " <- ") + place_text(frame);
  }
  return text;
}

std::string to_text(const CrashReport& report) {
  std::string text = headline(report) + "\n";
  if (report.fault && !report.fault->activity.empty())
    text += "  while: " + report.fault->activity + "\n";
  for (size_t i = 0; i < report.frames.size(); ++i) {
    const CrashFrame& frame = report.frames[i];
    const std::string place =
        frame.module.empty() ? frame.offset : frame.module + "+" + frame.offset;
    text += fmt::format("  #{} {}", i, frame.function.empty() ? place : frame.function);
    if (!frame.file.empty()) text += fmt::format(" at {}:{}", frame.file, frame.line);
    if (frame.file.empty() && !frame.function.empty()) text += " in " + place;
    text += frame.inlined ? " (inlined)\n" : "\n";
  }
  for (const std::string& note : report.notes) text += "  note: " + note + "\n";
  return text;
}

}  // namespace tenon::crash
