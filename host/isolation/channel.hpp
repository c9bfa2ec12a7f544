// A channel carries frames to the other side and back. Its threads come in pairs: while a thread
// waits in call(), it serves the calls that the other side makes in the course of that one, so that
// both sides see one logical thread. Nothing here knows how the bytes travel.
#pragma once

#include <chrono>
#include <optional>

#include "host/isolation/frame.hpp"

namespace tenon::isolation {

using Deadline = std::optional<std::chrono::steady_clock::time_point>;

// What a channel delivers to. [any-thread]
class Receiver {
 public:
  virtual ~Receiver() = default;
  // Answers a call frame by writing a reply frame into `reply`; an error means that the other side
  // broke the protocol. `cancelled`: not zero once the caller has given up; never null.
  virtual Result<void> on_call(const Buffer& frame, const uint32_t* cancelled, Buffer& reply) = 0;
  // Takes a frame that is not answered.
  virtual Result<void> on_post(const Buffer& frame) = 0;
};

class Channel {
 public:
  virtual ~Channel() = default;
  // Sends a call and blocks for its reply. `cancelled`: set by whoever no longer wants the call;
  // the callee learns of it within 10 ms; may be null. TN_E_UNAVAILABLE: the other side is gone;
  // TN_E_TIMEOUT: no reply by the deadline. [any-thread]
  virtual Result<void> call(const FrameView& frame, Deadline deadline, const uint32_t* cancelled,
                            Buffer& reply) = 0;
  // Sends a frame after all that this thread has sent before. [any-thread]
  virtual Result<void> post(const FrameView& frame) = 0;
  // The other side broke the protocol: nothing more is sent or served. [any-thread]
  virtual void refuse(const Error& reason) = 0;
};

}  // namespace tenon::isolation
