// Why a worker died, for operators and authors: as JSON (tenon/json.hpp) and as text.
#pragma once

#include <sys/types.h>

#include <boost/describe.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/crash/crash_record.hpp"
#include "tenon/result.hpp"

namespace tenon::crash {

enum class Cause {
  signal,         // it crashed
  exit,           // it ended itself
  out_of_memory,  // beyond its limit: told by the host, or by the kernel
  hang,           // the host killed it because it did not answer
  seccomp,        // it tried a system call that the sandbox refuses
  killed,         // the host killed it for another reason, or somebody else did
};
BOOST_DESCRIBE_ENUM(Cause, signal, exit, out_of_memory, hang, seccomp, killed)

// What is of the manifest.
struct CrashedPlugin {
  std::string id;
  std::string version;
  std::vector<std::string> provides;  // interface ids
};
BOOST_DESCRIBE_STRUCT(CrashedPlugin, (), (id, version, provides))

struct CrashFault {
  std::string signal;              // "SIGSEGV"
  std::string reason;              // "address not mapped", "stack overflow"
  std::string address;             // "0x10"; empty where the signal has none
  std::string program_counter;     // "0x7f..."
  std::optional<int> system_call;  // its number, when seccomp refused it
  std::optional<int> sender_pid;   // of a signal that a process sent
  int thread_id = 0;
  std::string thread;    // its name
  std::string activity;  // what it was doing, when it said so
};
BOOST_DESCRIBE_STRUCT(CrashFault, (),
                      (signal, reason, address, program_counter, system_call, sender_pid, thread_id,
                       thread, activity))

struct CrashFrame {
  std::string module;    // file; empty: the address lies in none
  std::string build_id;  // hexadecimal
  std::string offset;    // "0x1234" within the module, or an address where there is none
  std::string function;  // demangled; empty: unknown
  std::string file;      // of the source; empty: unknown
  uint32_t line = 0;     // 0: unknown
  bool inlined = false;  // into the next one, at the same offset
  bool exact = false;    // the instruction itself; false: the one after a call
};
BOOST_DESCRIBE_STRUCT(CrashFrame, (),
                      (module, build_id, offset, function, file, line, inlined, exact))

struct CrashReport {
  std::string id;  // of the report: instance and time
  std::string instance;
  CrashedPlugin plugin;
  uint64_t generation = 0;
  int64_t pid = 0;
  std::string time;  // of death, UTC: "2026-01-31T12:00:00.123Z"
  int64_t uptime_ms = 0;
  Cause cause = Cause::signal;
  std::string summary;  // one line
  std::string message;  // of abort, assert, an exception, or the host's reason; may be empty
  std::optional<int> exit_code;  // when it ended itself
  std::optional<CrashFault> fault;
  std::vector<CrashFrame> frames;  // innermost first
  std::vector<std::string> notes;  // what is not known, and why
  std::vector<std::string> log_lines;
};
BOOST_DESCRIBE_STRUCT(CrashReport, (),
                      (id, instance, plugin, generation, pid, time, uptime_ms, cause, summary,
                       message, exit_code, fault, frames, notes, log_lines))

// What the owner of a worker knows when it has died.
struct Death {
  std::string instance;
  CrashedPlugin plugin;
  uint64_t generation = 0;
  pid_t pid = 0;
  int wait_status = 0;  // of waitpid
  std::chrono::system_clock::time_point time;
  std::chrono::milliseconds uptime{0};
  // Set when the owner knows better than the wait status: out_of_memory, hang or killed.
  std::optional<Cause> cause;
  std::string reason;                  // "no answer to greet for 5 s"
  std::vector<std::string> log_lines;  // oldest first; the last 50 are kept
  std::string output;                  // the end of its standard error
};

// A report without names of functions (add_symbols, symboliser.hpp). Everything that came from the
// worker is made plain and cut.
CrashReport make_report(const Death& death, const Result<CrashRecord>& record);

// Says in one line what happened, from the rest of the report. To call again when the frames have
// got names.
std::string summary_of(const CrashReport& report);

// The report for a log: the summary and the first frames of the plugin's own code, in one line.
std::string to_line(const CrashReport& report);

// The report for a reader: the summary, the stack, one frame a line, and the notes.
std::string to_text(const CrashReport& report);

}  // namespace tenon::crash
