#include "host/isolation/memory_channel.hpp"

namespace tenon::isolation {

namespace {

// A block without room to spare, which a buffer that grows by itself would have.
Buffer exact_copy(const FrameView& frame) {
  Buffer copy = Buffer::exactly(frame.total);
  size_t at = 0;
  frame.each([&](const std::byte* data, size_t size) {
    std::memcpy(copy.data() + at, data, size);
    at += size;
    return true;
  });
  return copy;
}

constexpr uint32_t kNever = 0;

}  // namespace

Result<void> MemoryChannel::call(const FrameView& frame, Deadline, const uint32_t* cancelled,
                                 Buffer& reply) {
  if (refused_) return Error{Code::unavailable, "the channel was closed for broken frames"};
  Buffer answer;
  TN_CHECK(other_->on_call(exact_copy(frame), cancelled ? cancelled : &kNever, answer));
  reply = exact_copy(whole(answer));
  return {};
}

Result<void> MemoryChannel::post(const FrameView& frame) {
  if (refused_) return Error{Code::unavailable, "the channel was closed for broken frames"};
  return other_->on_post(exact_copy(frame));
}

}  // namespace tenon::isolation
