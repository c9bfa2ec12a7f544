#include "host/isolation/memory_channel.hpp"

namespace tenon::isolation {

namespace {
Buffer exact_copy(const Buffer& frame) {
  Buffer copy;
  copy.reserve(frame.size());
  copy.assign(frame.begin(), frame.end());
  return copy;
}
}  // namespace

Result<Buffer> MemoryChannel::call(Buffer frame, Deadline) {
  if (refused_) return Error{Code::unavailable, "the channel was closed for broken frames"};
  TN_TRY(Buffer reply, other_->on_call(exact_copy(frame)));
  return exact_copy(reply);
}

Result<void> MemoryChannel::post(Buffer frame) {
  if (refused_) return Error{Code::unavailable, "the channel was closed for broken frames"};
  return other_->on_post(exact_copy(frame));
}

}  // namespace tenon::isolation
