#include "host/isolation/wire.hpp"

namespace tenon::isolation {

void Writer::raw(const void* data, uint64_t size) {
  if (size == 0 || failure_) return;
  if (size > kMaxFrameBytes || frame_.size() + size > kMaxFrameBytes)
    return fail(Code::too_large, "a call takes at most " + std::to_string(kMaxFrameBytes) +
                                     " bytes to an isolated plugin or back");
  const auto* from = static_cast<const std::byte*>(data);
  frame_.insert(frame_.end(), from, from + size);
}

void Writer::bytes(tn_bytes data) {
  if (data.size > kMaxFrameBytes) return raw(nullptr, data.size);
  number(static_cast<uint32_t>(data.size));
  raw(data.data, data.size);
}

void Writer::align() {
  frame_.resize((frame_.size() + 7) & ~size_t{7});
}

void Writer::fail(Code code, std::string message) {
  if (!failure_) failure_ = Error{code, std::move(message)};
}

Result<Buffer> Writer::finish(const Header& header) {
  if (failure_) return *std::move(failure_);
  write_header(frame_, header);
  return std::move(frame_);
}

const std::byte* Reader::skip(uint64_t size) {
  if (failed_) return nullptr;
  if (size > left()) return fail("it ends too early"), nullptr;
  const std::byte* from = data_ + at_;
  at_ += size;
  return from;
}

tn_bytes Reader::bytes() {
  const uint64_t size = number<uint32_t>();
  const std::byte* from = skip(size);
  return from && size ? tn_bytes{from, size} : tn_bytes{nullptr, 0};
}

tn_str Reader::text() {
  const tn_bytes found = bytes();
  return {static_cast<const char*>(found.data), found.size};
}

void Reader::align() {
  skip((8 - at_ % 8) % 8);
}

void Reader::fail(std::string_view what) {
  if (failed_) return;
  failed_ = true;
  what_ = what;
  failed_at_ = at_;
}

Result<void> Reader::finish() const {
  if (failed_)
    return Error{Code::invalid,
                 "malformed frame: " + what_ + " (byte " + std::to_string(failed_at_) + ")"};
  if (left() != 0)
    return Error{Code::invalid, "malformed frame: " + std::to_string(left()) +
                                    " bytes more than its function takes"};
  return {};
}

}  // namespace tenon::isolation
