#include "host/isolation/wire.hpp"

namespace tenon::isolation {

namespace {
// From here on a piece of its own costs less than a copy.
constexpr uint64_t kLargeBytes = 8 << 10;
}  // namespace

void Writer::raw(const void* data, uint64_t size) {
  if (size == 0 || failure_) return;
  if (size > kMaxFrameBytes || total() + size > kMaxFrameBytes)
    return fail(Code::too_large, "a call takes at most " + std::to_string(kMaxFrameBytes) +
                                     " bytes to an isolated plugin or back");
  if (size < kLargeBytes || large_ == Large::copied || borrowed_count_ == borrowed_.size())
    return frame_.append(data, size);
  borrowed_[borrowed_count_++] = {frame_.size(), static_cast<const std::byte*>(data), size};
  borrowed_bytes_ += size;
}

void Writer::bytes(tn_bytes data) {
  if (data.size > kMaxFrameBytes) return raw(nullptr, data.size);
  number(static_cast<uint32_t>(data.size));
  raw(data.data, data.size);
}

void Writer::align() {
  static constexpr std::byte kPadding[8] = {};
  frame_.append(kPadding, (8 - total() % 8) % 8);
}

void Writer::fail(Code code, std::string message) {
  if (!failure_) failure_ = Error{code, std::move(message)};
}

Result<void> Writer::finish(const Header& header) {
  if (failure_) return *std::move(failure_);
  Header final = header;
  final.size = static_cast<uint32_t>(total());
  std::memcpy(frame_.data(), &final, kHeaderBytes);
  return {};
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

void* Reader::allocate(size_t size, size_t alignment) {
  const size_t at = (small_used_ + alignment - 1) & ~(alignment - 1);
  if (size <= small_.size() && at <= small_.size() - size) {
    small_used_ = at + size;
    return small_.data() + at;
  }
  if (!arena_) arena_.emplace();
  return arena_->allocate(size, alignment);
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
