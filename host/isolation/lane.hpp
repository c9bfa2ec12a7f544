// One side of a lane: frames over two byte rings in shared memory, one for each direction. Used by
// one thread at a time. Positions are kept privately and only published; what the other side
// publishes is checked against them, and frames are copied out before anything looks at them.
#pragma once

#include <atomic>

#include "host/isolation/channel.hpp"
#include "host/isolation/region.hpp"
#include "host/isolation/spin.hpp"
#include "host/isolation/watcher.hpp"

namespace tenon::isolation {

enum class LaneRole { caller, server };

class Lane {
 public:
  // `ended` tells all lanes of a channel that nothing more comes; it is set before wake().
  Lane(const LaneMemory& memory, LaneRole role, const std::atomic<bool>& ended, int spin_limit);
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // Frames larger than a ring stream through it. After a failure the lane is of no further use.
  // TN_E_UNAVAILABLE: the other side closed it, or all ended; TN_E_TIMEOUT: the deadline passed;
  // TN_E_INVALID: the other side broke the protocol.
  Result<void> send(const FrameView& frame, Deadline deadline);
  // `watch` is started when the wait gets long; may be null.
  Result<void> receive(Buffer& frame, Deadline deadline, Watcher::Watch* watch = nullptr);
  // Sends only if the whole frame finds room by the deadline; false: nothing was sent.
  Result<bool> offer(const FrameView& frame, Deadline deadline);

  // Tells the other side that this one uses the lane no more. [any-thread]
  void close();
  // The other side uses it no more.
  bool is_left() const { return theirs_.closed.load() != 0; }
  // Wakes whoever waits on this side, to look at `ended`. [any-thread]
  void wake();

  // The flags of calls by depth of nesting: of this side's calls, and of the other side's.
  std::atomic<uint32_t>& my_cancelled(size_t depth) { return mine_.cancelled[depth]; }
  const uint32_t* their_cancelled(size_t depth) const;

 private:
  // Bytes that have arrived and bytes that may be sent; TN_E_INVALID shows in violated_.
  uint64_t arrived();
  uint64_t room();
  template <class Ready>
  Result<void> wait(const Ready& ready, Deadline deadline, Watcher::Watch* watch);
  template <class Ready>
  Result<void> sleep(const Ready& ready, Deadline deadline);
  bool over() const;
  void put(const std::byte* data, size_t size);
  void take(std::byte* data, size_t size);
  void publish_written();
  void publish_consumed();
  void wake_other();
  Result<void> stream(const FrameView& frame, Deadline deadline);

  LaneSide& mine_;
  LaneSide& theirs_;
  std::byte* const out_;
  const std::byte* const in_;
  const uint64_t ring_;
  const std::atomic<bool>& ended_;
  Spin spin_;
  uint64_t written_ = 0;
  uint64_t consumed_ = 0;
  uint64_t published_consumed_ = 0;
  uint64_t their_written_ = 0;   // as last checked
  uint64_t their_consumed_ = 0;  // as last checked
  bool violated_ = false;
};

}  // namespace tenon::isolation
