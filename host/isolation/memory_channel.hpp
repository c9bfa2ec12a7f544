// The marshalling double: two sides in one process, joined by bytes. Every frame is copied into a
// block of exactly its size, so that a sanitizer sees any read beyond it.
#pragma once

#include <atomic>

#include "host/isolation/channel.hpp"

namespace tenon::isolation {

class MemoryChannel final : public Channel {
 public:
  // Frames go to `other`, on the thread that sends them. Set before the first call.
  void connect(Receiver& other) { other_ = &other; }

  Result<void> call(const FrameView& frame, Deadline deadline, const uint32_t* cancelled,
                    Buffer& reply) override;
  Result<void> post(const FrameView& frame) override;
  void refuse(const Error&) override { refused_ = true; }

  bool refused() const { return refused_; }

 private:
  Receiver* other_ = nullptr;
  std::atomic<bool> refused_ = false;
};

}  // namespace tenon::isolation
