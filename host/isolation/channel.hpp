// A channel carries frames to the other side and back. Its threads come in pairs: while a thread
// waits in call(), it serves the calls that the other side makes in the course of that one, so that
// both sides see one logical thread. Ready for other transports: nothing here knows of sockets.
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
  // Answers a call frame with a reply frame; an error means that the other side broke the protocol.
  virtual Result<Buffer> on_call(const Buffer& frame) = 0;
  // Takes a frame that is not answered.
  virtual Result<void> on_post(const Buffer& frame) = 0;
};

class Channel {
 public:
  virtual ~Channel() = default;
  // Sends a call and blocks for its reply. TN_E_UNAVAILABLE: the other side is gone;
  // TN_E_TIMEOUT: no reply by the deadline. [any-thread]
  virtual Result<Buffer> call(Buffer frame, Deadline deadline) = 0;
  // Sends a frame after all that this thread has sent before. [any-thread]
  virtual Result<void> post(Buffer frame) = 0;
  // Sends a frame that overtakes all others. [any-thread]
  virtual Result<void> signal(Buffer frame) = 0;
  // The other side broke the protocol: nothing more is sent or served. [any-thread]
  virtual void refuse(const Error& reason) = 0;
};

}  // namespace tenon::isolation
