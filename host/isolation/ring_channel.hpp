// Frames over lanes in shared memory, one lane for each logical thread at a time: the thread that
// waits on a lane serves what comes back over it. Lanes open on demand; the side that serves a new
// one is told beside the lanes and starts a thread for it.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "host/isolation/lane.hpp"

namespace tenon::isolation {

class RingChannel final : public Channel {
 public:
  enum class Side { host, plugin };
  struct Outlet {
    // Asks the other side to serve one more of this side's lanes. [any-thread]
    std::function<Result<void>(uint32_t lane)> open_lane;
    // The other side broke the protocol. Told once; does not block. [any-thread]
    std::function<void(const Error&)> refused;
    // Runs first on each thread that serves a lane; may be empty.
    std::function<void()> enter_thread = {};
  };

  // The host's first lane is open from the start. `watcher` outlives the channel.
  RingChannel(Region region, Side side, Watcher& watcher, Outlet outlet);
  ~RingChannel() override;

  // Starts to serve. Call once, before the first call.
  void connect(Receiver& receiver);
  // The other side opened one of its lanes. An error: it may not (again, or out of range).
  Result<void> serve_lane(uint32_t lane);
  // All calls under way and all later ones fail with `reason`; the first reason stays.
  void end(const Error& reason);
  // Set before the first call fails for it.
  const std::atomic<bool>& ended() const { return ended_; }
  // How long the longest call is overdue whose lane was given up and that the other side still has
  // not ended; 0: none.
  std::chrono::milliseconds longest_overrun() const;
  // After end(): waits for the threads that serve, and for calls to leave. Not from within a call.
  void join();

  Result<void> call(const FrameView& frame, Deadline deadline, const uint32_t* cancelled,
                    Buffer& reply) override;
  Result<void> post(const FrameView& frame) override;
  void refuse(const Error& reason) override;

 private:
  enum State : uint32_t { kUnopened, kFree, kBusy, kBroken };
  struct CallingLane {
    alignas(64) std::atomic<uint32_t> state = kUnopened;
    std::unique_ptr<Lane> lane;
    size_t calls = 0;    // this side's, nested
    size_t serving = 0;  // the other side's, nested
    // When it was given up for a call that was late; guarded by mutex_.
    std::optional<std::chrono::steady_clock::time_point> overrun;
  };

  CallingLane* try_borrow();
  Result<CallingLane*> borrow(Deadline deadline);
  Result<CallingLane*> open_one(std::unique_lock<std::mutex>& lock);
  void give_back(CallingLane& lane, bool broken, bool late = false);
  Result<void> talk(CallingLane& lane, const FrameView& frame, Deadline deadline,
                    const uint32_t* cancelled, Buffer& reply);
  Result<void> exchange(CallingLane& lane, const FrameView& frame, Deadline deadline,
                        Watcher::Watch* watch, Buffer& reply);
  // Serves one frame that came in on the lane.
  Result<void> answer(CallingLane& lane, const Buffer& frame, Deadline deadline);
  void serve(CallingLane& lane);
  void wake_all();
  Error gone() const;

  Region region_;
  const uint32_t first_calling_;
  const uint32_t first_serving_;
  Watcher& watcher_;
  const Outlet outlet_;
  Receiver* receiver_ = nullptr;
  const int spin_limit_;
  std::atomic<bool> ended_ = false;
  std::vector<CallingLane> calling_;
  std::vector<CallingLane> serving_;
  std::atomic<uint32_t> opened_ = 0;
  std::atomic<uint32_t> waiting_ = 0;  // threads that wait for a free lane

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::optional<Error> reason_;  // guarded by mutex_, as what follows
  uint32_t broken_ = 0;
  size_t running_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace tenon::isolation
