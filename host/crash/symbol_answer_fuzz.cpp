// Any text as the answer of a symboliser: refused, or names for the frames that were asked for.
#include <cstdlib>

#include "host/crash/symboliser.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tenon::crash;
  CrashReport report;
  report.frames.resize(2);
  report.frames[0].module = "a.so";
  report.frames[1].module = "b.so";
  const auto request = request_for(report, "c.so");
  const auto applied = apply_answer(request, {reinterpret_cast<const char*>(data), size}, report);
  if (!applied.ok() && report.frames.size() != 2) std::abort();
  return 0;
}
