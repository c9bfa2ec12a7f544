// Names for the addresses of a crash report. Debugging information of foreign files is not read in
// this process but in a child that has limits on time and memory.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "host/crash/crash_report.hpp"
#include "host/crash/dwarf/symbol_request.hpp"

namespace tenon::crash {

struct SymboliserOptions {
  std::string program = "/proc/self/exe";
  std::vector<std::string> arguments{"symbolise"};
  std::chrono::milliseconds timeout{2000};
  size_t max_answer_bytes = 1 << 20;
};

// Fills in functions, files, lines and inlined functions, and writes the summary anew. `library` is
// the plugin's original file: the worker may have loaded a copy that is gone. Frames of a file
// whose build id no longer matches stay as they are, and a note says so, as it does when the child
// fails or is late. Waits for the child; any thread may call, several at a time.
void add_symbols(CrashReport& report, const std::string& library,
                 const SymboliserOptions& options = {});

// The parts of it, for tests. The request for the frames of a report:
SymbolRequest request_for(const CrashReport& report, const std::string& library);
// Takes what a child wrote, which may be anything. Code::invalid when it is no answer to the
// request.
Result<void> apply_answer(const SymbolRequest& request, std::string_view text, CrashReport& report);

}  // namespace tenon::crash
