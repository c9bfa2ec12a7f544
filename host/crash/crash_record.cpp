#include "host/crash/crash_record.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "host/base/hex.hpp"
#include "host/crash/plain_text.hpp"
#include "host/crash/worker/raw_record.hpp"

namespace tenon::crash {
namespace {

template <size_t N>
std::string text_of(const char (&field)[N]) {
  return plain_text({field, strnlen(field, N)}, N);
}

bool plausible(const RawRecord& raw) {
  return raw.magic == kRecordMagic && raw.size == sizeof raw && raw.module_count <= kMaxModules &&
         raw.pointer_count <= kMaxFrames && raw.unwinder_count <= kMaxFrames;
}

RecordModule module_of(const RawModule& raw) {
  RecordModule module{text_of(raw.path), {}};
  module.build_id = to_hex({raw.build_id, std::min<size_t>(raw.build_id_size, kMaxBuildIdBytes)});
  return module;
}

size_t known_frames(std::span<const RawFrame> frames) {
  return static_cast<size_t>(std::count_if(frames.begin(), frames.end(), [](const RawFrame& frame) {
    return frame.module != kNoModule;
  }));
}

// The unwinder knows code without frame pointers; the pointers survive where it found no way on.
std::span<const RawFrame> better_frames(const RawRecord& raw) {
  const std::span by_pointer(raw.by_pointer, raw.pointer_count);
  const std::span by_unwinder(raw.by_unwinder, raw.unwinder_count);
  return known_frames(by_unwinder) >= known_frames(by_pointer) ? by_unwinder : by_pointer;
}

RecordFrame frame_of(const RawFrame& raw, const RawRecord& record) {
  if (raw.module >= record.module_count) return {-1, raw.address, raw.exact != 0};
  return {raw.module, raw.address - record.modules[raw.module].start, raw.exact != 0};
}

CrashRecord record_of(const RawRecord& raw) {
  CrashRecord record;
  record.signal = raw.signal;
  record.code = raw.code;
  record.sender_pid = raw.sender_pid;
  record.system_call = raw.system_call;
  record.thread_id = raw.tid;
  record.stack_overflow = raw.stack_overflow != 0;
  record.fault_address = raw.fault_address;
  record.pc = raw.pc;
  record.sp = raw.sp;
  record.thread_name = text_of(raw.thread_name);
  record.activity = text_of(raw.activity);
  record.message = text_of(raw.message);
  for (const RawModule& module : std::span(raw.modules, raw.module_count))
    record.modules.push_back(module_of(module));
  for (const RawFrame& frame : better_frames(raw)) record.frames.push_back(frame_of(frame, raw));
  return record;
}

}  // namespace

Result<CrashRecord> parse_record(std::span<const std::byte> bytes) {
  if (bytes.empty()) return Error{Code::not_found, "the worker wrote no crash record"};
  RawRecord raw;
  for (size_t count = std::min(bytes.size(), kMaxRecordBytes) / sizeof raw; count > 0; --count) {
    std::memcpy(&raw, bytes.data() + (count - 1) * sizeof raw, sizeof raw);
    if (plausible(raw)) return record_of(raw);
  }
  return Error{Code::invalid,
               fmt::format("{} bytes from the worker are no crash record", bytes.size())};
}

Result<CrashRecord> read_record(int fd) {
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
    return Error{Code::invalid, std::string("the crash pipe: ") + std::strerror(errno)};
  std::vector<std::byte> bytes(kMaxRecordBytes);
  size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t count = ::read(fd, bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    size += static_cast<size_t>(count);
  }
  return parse_record(std::span(bytes).first(size));
}

}  // namespace tenon::crash
