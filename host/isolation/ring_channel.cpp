#include "host/isolation/ring_channel.hpp"

namespace tenon::isolation {

namespace {

// How much later than its deadline a reply may still come before its lane is given up.
constexpr auto kGrace = std::chrono::milliseconds(100);
// How long a frame that nobody waits for may hold up its sender.
constexpr auto kPostPatience = std::chrono::milliseconds(100);

// How long a call that failed waits to hear why.
constexpr auto kReasonPatience = std::chrono::milliseconds(100);

// A thread that serves gives the memory of larger frames back.
constexpr size_t kKeptFrameBytes = 1 << 20;

constexpr uint32_t kNever = 0;

// Which lane of which channel this thread works on: the C interface gives the proxies nothing else
// to find the logical thread by.
struct Position {
  const void* channel = nullptr;
  void* lane = nullptr;
  Position* outer = nullptr;
};
thread_local Position* position = nullptr;

class Here {
 public:
  Here(const void* channel, void* lane) : here_{channel, lane, position} { position = &here_; }
  ~Here() { position = here_.outer; }
  Here(const Here&) = delete;
  Here& operator=(const Here&) = delete;

 private:
  Position here_;
};

template <class Lane>
Lane* position_on(const void* channel) {
  for (const Position* at = position; at; at = at->outer)
    if (at->channel == channel) return static_cast<Lane*>(at->lane);
  return nullptr;
}

// The lane that a thread used last is warm: its spin has learnt, its memory is near.
struct LastUsed {
  const void* channel = nullptr;
  uint32_t lane = 0;
};
thread_local LastUsed last_used;

}  // namespace

RingChannel::RingChannel(Region region, Side side, Watcher& watcher, Outlet outlet)
    : region_(std::move(region)),
      first_calling_(side == Side::host ? 0 : region_.shape().host_lanes),
      first_serving_(side == Side::host ? region_.shape().host_lanes : 0),
      watcher_(watcher),
      outlet_(std::move(outlet)),
      spin_limit_(isolation::spin_limit()),
      calling_(side == Side::host ? region_.shape().host_lanes : region_.shape().plugin_lanes),
      serving_(side == Side::host ? region_.shape().plugin_lanes : region_.shape().host_lanes) {
  for (uint32_t i = 0; i < calling_.size(); ++i)
    calling_[i].lane = std::make_unique<Lane>(region_.lane(first_calling_ + i), LaneRole::caller,
                                              ended_, spin_limit_);
  if (side == Side::plugin) return;
  calling_[0].state.store(kFree);
  opened_.store(1);
}

RingChannel::~RingChannel() {
  end({Code::unavailable, "the connection to the isolated plugin was closed"});
  join();
}

void RingChannel::connect(Receiver& receiver) {
  receiver_ = &receiver;
  if (first_serving_ == 0) (void)serve_lane(0);
}

Result<void> RingChannel::serve_lane(uint32_t lane) {
  std::lock_guard lock(mutex_);
  if (lane >= serving_.size() || serving_[lane].lane)
    return Error{Code::invalid, "lane " + std::to_string(lane) + " cannot be opened (again)"};
  if (ended_) return {};
  CallingLane& opened = serving_[lane];
  opened.lane = std::make_unique<Lane>(region_.lane(first_serving_ + lane), LaneRole::server,
                                       ended_, spin_limit_);
  ++running_;
  threads_.emplace_back([this, &opened] { serve(opened); });
  return {};
}

void RingChannel::end(const Error& reason) {
  {
    std::lock_guard lock(mutex_);
    if (!reason_) reason_ = reason;
    ended_.store(true);
    for (auto& lane : calling_) lane.lane->close();
    for (auto& lane : serving_)
      if (lane.lane) lane.lane->close();
    wake_all();
  }
  changed_.notify_all();
}

void RingChannel::wake_all() {
  for (auto& lane : calling_) lane.lane->wake();
  for (auto& lane : serving_)
    if (lane.lane) lane.lane->wake();
}

void RingChannel::join() {
  std::vector<std::thread> threads;
  {
    std::unique_lock lock(mutex_);
    const auto left = [&] {
      if (running_ > 0) return false;
      for (const auto& lane : calling_)
        if (lane.state.load() == kBusy) return false;
      return true;
    };
    // A hostile side can undo a wake-up by writing to the word that is waited on: so again.
    while (!changed_.wait_for(lock, std::chrono::milliseconds(10), left)) wake_all();
    threads.swap(threads_);
  }
  for (auto& thread : threads) thread.join();
}

void RingChannel::refuse(const Error& reason) {
  {
    std::lock_guard lock(mutex_);
    if (reason_) return;
    reason_ = Error{Code::unavailable, "the isolated plugin was cut off: " + reason.message};
  }
  end(reason);
  if (outlet_.refused) outlet_.refused(reason);
}

Error RingChannel::gone() const {
  std::unique_lock lock(mutex_);
  // A lane shows a little sooner that the process has ended than the kernel says how.
  changed_.wait_for(lock, kReasonPatience, [&] { return reason_.has_value(); });
  if (reason_) return *reason_;
  return {Code::unavailable, "the process of the isolated plugin has closed its connection"};
}

RingChannel::CallingLane* RingChannel::try_borrow() {
  const uint32_t opened = opened_.load(std::memory_order_acquire);
  const auto take = [&](uint32_t i) {
    uint32_t expected = kFree;
    return calling_[i].state.load(std::memory_order_relaxed) == kFree &&
           calling_[i].state.compare_exchange_strong(expected, kBusy);
  };
  LastUsed& last = last_used;
  if (last.channel == this && last.lane < opened && take(last.lane)) return &calling_[last.lane];
  for (uint32_t i = 0; i < opened; ++i) {
    if (!take(i)) continue;
    last = {this, i};
    return &calling_[i];
  }
  return nullptr;
}

Result<RingChannel::CallingLane*> RingChannel::borrow(Deadline deadline) {
  if (!ended_.load(std::memory_order_relaxed))
    if (CallingLane* lane = try_borrow()) return lane;
  std::unique_lock lock(mutex_);
  waiting_.fetch_add(1);
  struct Leave {
    std::atomic<uint32_t>& waiting;
    ~Leave() { waiting.fetch_sub(1); }
  } const leave{waiting_};
  for (;;) {
    if (reason_) return *reason_;
    if (CallingLane* lane = try_borrow()) return lane;
    if (opened_.load() < calling_.size()) return open_one(lock);
    if (broken_ == calling_.size())
      return Error{Code::unavailable,
                   "every connection to the isolated plugin is held by a call beyond its deadline"};
    if (!deadline)
      changed_.wait(lock);
    else if (changed_.wait_until(lock, *deadline) == std::cv_status::timeout)
      return Error{Code::timeout, "no connection to the isolated plugin became free in time"};
  }
}

Result<RingChannel::CallingLane*> RingChannel::open_one(std::unique_lock<std::mutex>& lock) {
  const uint32_t index = opened_.load();
  CallingLane& lane = calling_[index];
  lane.state.store(kBusy);
  opened_.store(index + 1, std::memory_order_release);
  lock.unlock();
  auto told = outlet_.open_lane(index);
  if (told.ok()) return &lane;
  give_back(lane, true);
  Error error = told.error().code == Code::unavailable ? gone() : std::move(told).error();
  lock.lock();
  return error;
}

std::chrono::milliseconds RingChannel::longest_overrun() const {
  const auto now = std::chrono::steady_clock::now();
  std::chrono::milliseconds longest{0};
  std::lock_guard lock(mutex_);
  for (const auto& lane : calling_)
    if (lane.overrun && !lane.lane->is_left())
      longest = std::max(
          longest, std::chrono::duration_cast<std::chrono::milliseconds>(now - *lane.overrun));
  return longest;
}

void RingChannel::give_back(CallingLane& lane, bool broken, bool late) {
  if (broken) {
    // A lane in the middle of something cannot be used again; the other side sees it close.
    lane.lane->close();
    std::lock_guard lock(mutex_);
    ++broken_;
    if (late) lane.overrun = std::chrono::steady_clock::now();
  }
  lane.state.store(broken ? kBroken : kFree);
  if (!broken && waiting_.load() == 0 && !ended_.load()) return;
  {
    std::lock_guard lock(mutex_);  // whoever is about to wait has looked before, or waits by now
  }
  changed_.notify_all();
}

Result<void> RingChannel::call(const FrameView& frame, Deadline deadline, const uint32_t* cancelled,
                               Buffer& reply) {
  if (auto* lane = position_on<CallingLane>(this))
    return talk(*lane, frame, deadline, cancelled, reply);
  TN_TRY(CallingLane * lane, borrow(deadline));
  auto done = [&] {
    const Here here(this, lane);
    return talk(*lane, frame, deadline, cancelled, reply);
  }();
  give_back(*lane, !done.ok(), !done.ok() && done.error().code == Code::timeout);
  return done;
}

Result<void> RingChannel::talk(CallingLane& lane, const FrameView& frame, Deadline deadline,
                               const uint32_t* cancelled, Buffer& reply) {
  const size_t depth = lane.calls++;
  auto done = Result<void>();
  if (cancelled && depth < kCancelDepth) {
    Watcher::Watch watch(watcher_, cancelled, lane.lane->my_cancelled(depth));
    done = exchange(lane, frame, deadline, &watch, reply);
  } else {
    done = exchange(lane, frame, deadline, nullptr, reply);
  }
  --lane.calls;
  if (done.ok()) return done;
  lane.lane->close();
  if (done.error().code == Code::invalid) refuse(done.error());
  if (done.error().code == Code::timeout) return done;
  return gone();
}

Result<void> RingChannel::exchange(CallingLane& lane, const FrameView& frame, Deadline deadline,
                                   Watcher::Watch* watch, Buffer& reply) {
  uint64_t id = 0;
  std::memcpy(&id, frame.data + offsetof(Header, id), sizeof id);
  const Deadline latest = deadline && *deadline < Deadline::value_type::max() - kGrace
                              ? Deadline(*deadline + kGrace)
                              : std::nullopt;
  TN_CHECK(lane.lane->send(frame, latest));
  for (;;) {
    TN_CHECK(lane.lane->receive(reply, latest, watch));
    Header header;
    std::memcpy(&header, reply.data(), sizeof header);
    if (header.kind != Kind::reply) {
      TN_CHECK(answer(lane, reply, latest));
    } else if (header.id == id) {
      return {};
    } else {
      return Error{Code::invalid, "a reply came to a call that nobody made"};
    }
  }
}

Result<void> RingChannel::answer(CallingLane& lane, const Buffer& frame, Deadline deadline) {
  Header header;
  std::memcpy(&header, frame.data(), sizeof header);
  if (header.kind == Kind::post) return receiver_->on_post(frame);
  if (header.kind != Kind::call)
    return Error{Code::invalid, "a frame came that this connection does not carry"};
  Scratch reply;
  const size_t depth = lane.serving++;
  auto done = receiver_->on_call(
      frame, depth < kCancelDepth ? lane.lane->their_cancelled(depth) : &kNever, *reply);
  --lane.serving;
  TN_CHECK(done);
  return lane.lane->send(whole(*reply), deadline);
}

void RingChannel::serve(CallingLane& lane) {
  if (outlet_.enter_thread) outlet_.enter_thread();
  {
    const Here here(this, &lane);
    Buffer frame;
    auto done = Result<void>();
    while (done.ok()) {
      if (frame.capacity() > kKeptFrameBytes) frame = Buffer();
      done = lane.lane->receive(frame, {});
      if (done.ok()) done = answer(lane, frame, {});
    }
    lane.lane->close();
    if (done.error().code == Code::invalid) refuse(done.error());
  }
  {
    std::lock_guard lock(mutex_);
    --running_;
  }
  changed_.notify_all();
}

Result<void> RingChannel::post(const FrameView& frame) {
  if (auto* lane = position_on<CallingLane>(this)) {
    // not late by much, as whoever is in a call reads
    return lane->lane->send(frame, {});
  }
  const auto until = std::chrono::steady_clock::now() + kPostPatience;
  TN_TRY(CallingLane * lane, borrow(until));
  auto sent = lane->lane->offer(frame, until);
  give_back(*lane, !sent.ok());
  if (!sent.ok() && sent.error().code == Code::invalid) refuse(sent.error());
  TN_TRY(const bool whole_sent, std::move(sent));
  if (!whole_sent) return Error{Code::limit, "the other side does not keep up with posts"};
  return {};
}

}  // namespace tenon::isolation
