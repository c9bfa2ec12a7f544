// Any bytes as the record of a dying worker, and any changes to one that is well-formed: refused,
// or a record within its bounds. Changes are an offset (two bytes), a length (one), and so many
// bytes.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <span>

#include "host/crash/crash_record.hpp"
#include "host/crash/worker/raw_record.hpp"

namespace {

using namespace tenon::crash;

void check(std::span<const std::byte> bytes) {
  const auto record = parse_record(bytes);
  if (!record.ok()) return;
  if (record->modules.size() > kMaxModules || record->frames.size() > kMaxFrames) std::abort();
  for (const auto& frame : record->frames)
    if (frame.module >= static_cast<int64_t>(record->modules.size())) std::abort();
}

RawRecord well_formed() {
  RawRecord record{};
  record.magic = kRecordMagic;
  record.size = sizeof record;
  record.module_count = 2;
  record.pointer_count = 3;
  record.unwinder_count = 3;
  std::strcpy(record.message, "free(): invalid pointer");
  for (RawModule& module : record.modules) std::strcpy(module.path, "/lib/libc.so.6");
  return record;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto input = std::as_bytes(std::span(data, size));
  check(input);
  RawRecord record = well_formed();
  const auto target = std::as_writable_bytes(std::span(&record, 1));
  for (size_t at = 0; at + 3 < size;) {
    const size_t offset = (data[at] | size_t{data[at + 1]} << 8) % sizeof record;
    const size_t length = std::min<size_t>({data[at + 2], size - at - 3, sizeof record - offset});
    std::memcpy(target.data() + offset, data + at + 3, length);
    at += 3 + length;
  }
  check(target);
  return 0;
}
