// Any bytes as the record of a dying worker: refused, or a record within its bounds.
#include <cstdlib>

#include "host/crash/crash_record.hpp"
#include "host/crash/worker/raw_record.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto record = tenon::crash::parse_record(std::as_bytes(std::span(data, size)));
  if (!record.ok()) return 0;
  if (record->modules.size() > tenon::crash::kMaxModules ||
      record->frames.size() > tenon::crash::kMaxFrames)
    std::abort();
  for (const auto& frame : record->frames)
    if (frame.module >= static_cast<int64_t>(record->modules.size())) std::abort();
  return 0;
}
