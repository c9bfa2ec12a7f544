#include "host/isolation/lane.hpp"

#include <algorithm>

#include "host/isolation/futex.hpp"

namespace tenon::isolation {

namespace {

// Large frames are published in pieces, so that the other side copies one while this copies the
// next.
constexpr uint64_t kPiece = 16 << 10;
// A frame's claim is believed step by step, so that a hostile header costs no memory.
constexpr size_t kReadStep = 1 << 20;
// Wake-ups without a cause that one wait puts up with.
constexpr int kIdleWakes = 100'000;

using Clock = std::chrono::steady_clock;

Error ended() {
  return {Code::unavailable,
          "the process of the isolated plugin has ended or closed its connection"};
}
Error late() {
  return {Code::timeout, "the isolated plugin did not answer by the deadline"};
}
Error broken() {
  return {Code::invalid, "the positions of a ring in shared memory make no sense"};
}

}  // namespace

Lane::Lane(const LaneMemory& memory, LaneRole role, const std::atomic<bool>& ended, int spin_limit)
    : mine_(role == LaneRole::caller ? memory.control->caller : memory.control->server),
      theirs_(role == LaneRole::caller ? memory.control->server : memory.control->caller),
      out_(role == LaneRole::caller ? memory.to_server : memory.to_caller),
      in_(role == LaneRole::caller ? memory.to_caller : memory.to_server),
      ring_(memory.ring_bytes),
      ended_(ended),
      spin_(spin_limit) {}

const uint32_t* Lane::their_cancelled(size_t depth) const {
  return reinterpret_cast<const uint32_t*>(&theirs_.cancelled[depth]);
}

uint64_t Lane::arrived() {
  const uint64_t written = theirs_.written.load();
  // It moves forward only, and never further than the ring is long.
  if (written - consumed_ > ring_ || written - consumed_ < their_written_ - consumed_)
    violated_ = true;
  else
    their_written_ = written;
  return their_written_ - consumed_;
}

uint64_t Lane::room() {
  const uint64_t consumed = theirs_.consumed.load();
  if (written_ - consumed > written_ - their_consumed_)
    violated_ = true;
  else
    their_consumed_ = consumed;
  return ring_ - (written_ - their_consumed_);
}

bool Lane::over() const {
  return ended_.load() || theirs_.closed.load() != 0;
}

// Sequentially consistent on both sides: either the sleeper sees what was published or the
// publisher sees that it sleeps.
void Lane::publish_written() {
  if (published_consumed_ != consumed_) {
    mine_.consumed.store(consumed_, std::memory_order_release);
    published_consumed_ = consumed_;
  }
  mine_.written.exchange(written_);
  wake_other();
}

void Lane::publish_consumed() {
  if (published_consumed_ == consumed_) return;
  published_consumed_ = consumed_;
  mine_.consumed.exchange(consumed_);
  wake_other();
}

void Lane::wake_other() {
  if (theirs_.sleeping.load() == 0) return;
  theirs_.sleeping.store(0);
  futex_wake(theirs_.sleeping);
}

void Lane::wake() {
  mine_.sleeping.store(0);
  futex_wake(mine_.sleeping);
}

void Lane::close() {
  mine_.closed.store(1);
  theirs_.sleeping.store(0);
  futex_wake(theirs_.sleeping);
}

template <class Ready>
Result<void> Lane::wait(const Ready& ready, Deadline deadline, Watcher::Watch* watch) {
  if (ready()) return {};
  const int turns = spin_.turns();
  for (int turn = 0; turn < turns; ++turn) {
    spin_pause();
    if (ready()) return spin_.succeeded(turn), Result<void>();
  }
  if (watch) watch->start();
  spin_.failed();
  return sleep(ready, deadline);
}

template <class Ready>
Result<void> Lane::sleep(const Ready& ready, Deadline deadline) {
  for (int wakes = 0; wakes < kIdleWakes; ++wakes) {
    mine_.sleeping.store(1);
    const bool done = ready();
    if (done || over()) {
      mine_.sleeping.store(0, std::memory_order_relaxed);
      return done ? Result<void>() : ended();
    }
    if (deadline && Clock::now() >= *deadline) {
      mine_.sleeping.store(0, std::memory_order_relaxed);
      return late();
    }
    futex_wait(mine_.sleeping, 1, deadline);
  }
  return Error{Code::invalid, "the other side woke a waiting call again and again without cause"};
}

void Lane::put(const std::byte* data, size_t size) {
  const uint64_t at = written_ & (ring_ - 1);
  const size_t first = std::min<uint64_t>(size, ring_ - at);
  std::memcpy(out_ + at, data, first);
  if (first < size) std::memcpy(out_, data + first, size - first);
  written_ += size;
}

void Lane::take(std::byte* data, size_t size) {
  const uint64_t at = consumed_ & (ring_ - 1);
  const size_t first = std::min<uint64_t>(size, ring_ - at);
  std::memcpy(data, in_ + at, first);
  if (first < size) std::memcpy(data + first, in_, size - first);
  consumed_ += size;
}

Result<void> Lane::send(const FrameView& frame, Deadline deadline) {
  if (over()) return ended();
  if (frame.total > kPiece) return stream(frame, deadline);
  const auto fits = [&] { return room() >= frame.total || violated_; };
  if (ring_ - (written_ - their_consumed_) < frame.total) {
    if (frame.total > ring_) return stream(frame, deadline);
    TN_CHECK(wait(fits, deadline, nullptr));
    if (violated_) return broken();
  }
  frame.each([&](const std::byte* data, size_t size) { return put(data, size), true; });
  publish_written();
  return {};
}

Result<void> Lane::stream(const FrameView& frame, Deadline deadline) {
  auto done = Result<void>();
  const auto some = [&] { return room() > 0 || violated_; };
  frame.each([&](const std::byte* data, size_t size) {
    while (size > 0 && done.ok()) {
      done = wait(some, deadline, nullptr);
      if (done.ok() && violated_) done = broken();
      if (!done.ok()) break;
      const size_t piece = std::min<uint64_t>({size, kPiece, ring_ - (written_ - their_consumed_)});
      put(data, piece);
      publish_written();
      data += piece;
      size -= piece;
    }
    return done.ok();
  });
  return done;
}

Result<bool> Lane::offer(const FrameView& frame, Deadline deadline) {
  if (over()) return ended();
  const uint64_t least = std::min<uint64_t>(frame.total, ring_);
  const auto fits = [&] { return room() >= least || violated_; };
  if (ring_ - (written_ - their_consumed_) < least) {
    auto waited = wait(fits, deadline, nullptr);
    if (!waited.ok() && waited.error().code == Code::timeout) return false;
    TN_CHECK(waited);
    if (violated_) return broken();
  }
  TN_CHECK(send(frame, {}));
  return true;
}

Result<void> Lane::receive(Buffer& frame, Deadline deadline, Watcher::Watch* watch) {
  const auto header_here = [&] { return arrived() >= kHeaderBytes || violated_; };
  const auto some = [&] { return arrived() > 0 || violated_; };
  if (their_written_ - consumed_ < kHeaderBytes) {
    if (!header_here()) {
      publish_consumed();
      TN_CHECK(wait(header_here, deadline, watch));
    }
    if (violated_) return broken();
  }
  frame.resize(kHeaderBytes);
  take(frame.data(), kHeaderBytes);
  TN_TRY(const Header header, read_header(frame.data(), kHeaderBytes));
  while (frame.size() < header.size) {
    uint64_t here = their_written_ - consumed_;
    if (here == 0) {
      TN_CHECK(wait(some, deadline, watch));
      if (violated_) return broken();
      here = their_written_ - consumed_;
    }
    const size_t at = frame.size();
    const size_t step = std::min<uint64_t>({here, header.size - at, kReadStep});
    if (at + step > frame.capacity())
      frame.reserve(std::min<size_t>(header.size, frame.size() + kReadStep));
    frame.resize(at + step);
    take(frame.data() + at, step);
    if (consumed_ - published_consumed_ >= ring_ / 4) publish_consumed();
  }
  return {};
}

}  // namespace tenon::isolation
