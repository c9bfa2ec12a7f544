#include "host/crash/symboliser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "host/crash/child_process.hpp"
#include "host/crash/plain_text.hpp"
#include "tenon/json.hpp"

namespace tenon::crash {
namespace {

constexpr size_t kMaxFunctionBytes = 1000;
constexpr size_t kMaxFileBytes = 1000;
constexpr size_t kMaxNoteBytes = 1000;
constexpr size_t kMaxPlaces = 32;

size_t index_of_module(SymbolRequest& request, const CrashFrame& frame,
                       const std::string& library) {
  const auto found =
      std::find_if(request.modules.begin(), request.modules.end(), [&](const ModuleFile& module) {
        return module.build_id == frame.build_id && module.paths.front() == frame.module;
      });
  if (found != request.modules.end()) return static_cast<size_t>(found - request.modules.begin());
  request.modules.push_back({{frame.module}, frame.build_id});
  if (!library.empty() && library != frame.module) request.modules.back().paths.push_back(library);
  return request.modules.size() - 1;
}

void expand(const CrashFrame& frame, const std::vector<SourcePlace>& places,
            std::vector<CrashFrame>& frames) {
  if (places.empty()) frames.push_back(frame);
  for (size_t i = 0; i < places.size(); ++i) {
    CrashFrame& named = frames.emplace_back(frame);
    named.function = plain_text(places[i].function, kMaxFunctionBytes);
    named.file = plain_text(places[i].file, kMaxFileBytes);
    named.line = places[i].line;
    named.inlined = i + 1 < places.size();
  }
}

}  // namespace

SymbolRequest request_for(const CrashReport& report, const std::string& library) {
  SymbolRequest request;
  for (const CrashFrame& frame : report.frames) {
    if (frame.module.empty()) continue;
    const size_t module = index_of_module(request, frame, library);
    request.frames.push_back(
        {module, std::strtoull(frame.offset.c_str(), nullptr, 16), frame.exact});
  }
  return request;
}

Result<void> apply_answer(const SymbolRequest& request, std::string_view text,
                          CrashReport& report) {
  TN_TRY(const auto answer, json::decode<SymbolAnswer>(text));
  if (answer.frames.size() != request.frames.size() ||
      answer.problems.size() != request.modules.size() ||
      std::any_of(answer.frames.begin(), answer.frames.end(),
                  [](const auto& places) { return places.size() > kMaxPlaces; }))
    return Error{Code::invalid, "is no answer to what was asked"};
  std::vector<CrashFrame> frames;
  size_t asked = 0;
  for (const CrashFrame& frame : report.frames) {
    if (frame.module.empty()) {
      frames.push_back(frame);
    } else {
      expand(frame, answer.frames[asked++], frames);
    }
  }
  report.frames = std::move(frames);
  for (size_t i = 0; i < answer.problems.size(); ++i)
    if (!answer.problems[i].empty())
      report.notes.push_back("no names for " + request.modules[i].paths.front() + ": " +
                             plain_text(answer.problems[i], kMaxNoteBytes));
  report.summary = summary_of(report);
  return {};
}

void add_symbols(CrashReport& report, const std::string& library,
                 const SymboliserOptions& options) {
  const SymbolRequest request = request_for(report, library);
  if (request.frames.empty()) return;
  const auto answer = run_child(options.program, options.arguments, json::encode(request),
                                {options.timeout, options.max_answer_bytes});
  const Result<void> applied =
      answer.ok() ? apply_answer(request, *answer, report) : Result<void>(answer.error());
  if (!applied.ok())
    report.notes.push_back("no names for the stack: the symboliser " + applied.error().message);
}

}  // namespace tenon::crash
