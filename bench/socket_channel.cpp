#include "host/isolation/socket_channel.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tenon::isolation {

namespace {

// How much later than its deadline a reply may still come before its lane is given up.
constexpr auto kGrace = std::chrono::milliseconds(100);
// A frame's claim is believed step by step, so that a hostile header costs no memory.
constexpr size_t kReadStep = 1 << 20;

Error ended() {
  return {Code::unavailable,
          "the process of the isolated plugin has ended or closed its connection"};
}

Result<void> wait_readable(int fd, Deadline deadline) {
  for (;;) {
    int timeout = -1;
    if (deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(
          *deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0)
        return Error{Code::timeout, "the isolated plugin did not answer by the deadline"};
      timeout = static_cast<int>(std::min<int64_t>(left.count(), 1 << 30));
    }
    pollfd waiting{fd, POLLIN, 0};
    const int ready = poll(&waiting, 1, timeout);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return ended();
  }
}

Result<void> read_all(int fd, std::byte* to, size_t size, Deadline deadline) {
  while (size > 0) {
    if (deadline) TN_CHECK(wait_readable(fd, deadline));
    const ssize_t got = recv(fd, to, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return ended();
    to += got;
    size -= static_cast<size_t>(got);
  }
  return {};
}

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

 private:
  Position here_;
};

}  // namespace

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

void Socket::shut() const {
  ::shutdown(fd_, SHUT_RDWR);
}

Result<void> Socket::send(const Buffer& frame) const {
  for (size_t at = 0; at < frame.size();) {
    const ssize_t sent = ::send(fd_, frame.data() + at, frame.size() - at, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return ended();
    at += static_cast<size_t>(sent);
  }
  return {};
}

Result<Buffer> Socket::receive(Deadline deadline) const {
  Buffer frame(kHeaderBytes);
  TN_CHECK(read_all(fd_, frame.data(), kHeaderBytes, deadline));
  TN_TRY(const Header header, read_header(frame.data(), frame.size()));
  while (frame.size() < header.size) {
    const size_t at = frame.size();
    const size_t step = std::min<size_t>(kReadStep, header.size - at);
    frame.resize(at + step);
    TN_CHECK(read_all(fd_, frame.data() + at, step, deadline));
  }
  return frame;
}

Result<std::pair<Socket, Socket>> socket_pair() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    return Error{Code::limit, "cannot make a socket pair: " + std::string(std::strerror(errno))};
  return std::pair<Socket, Socket>(Socket(fds[0]), Socket(fds[1]));
}

Result<std::pair<Lanes, Lanes>> make_lanes(size_t near_to_far, size_t far_to_near) {
  std::pair<Lanes, Lanes> made;
  TN_TRY(auto control, socket_pair());
  made.first.control = std::move(control.first);
  made.second.control = std::move(control.second);
  for (size_t i = 0; i < near_to_far + far_to_near; ++i) {
    TN_TRY(auto pair, socket_pair());
    const bool near_calls = i < near_to_far;
    (near_calls ? made.first.calling : made.first.serving).push_back(std::move(pair.first));
    (near_calls ? made.second.serving : made.second.calling).push_back(std::move(pair.second));
  }
  return made;
}

SocketChannel::SocketChannel(Lanes lanes) : control_(std::move(lanes.control)) {
  for (auto& socket : lanes.calling) {
    calling_.push_back(std::make_unique<Lane>(Lane{std::move(socket)}));
    free_.push_back(calling_.back().get());
  }
  for (auto& socket : lanes.serving)
    serving_.push_back(std::make_unique<Lane>(Lane{std::move(socket)}));
  usable_ = free_.size();
}

SocketChannel::~SocketChannel() {
  close();
}

void SocketChannel::connect(Receiver& receiver) {
  receiver_ = &receiver;
  threads_.emplace_back([this] { listen(); });
  for (const auto& lane : serving_) threads_.emplace_back([this, &lane] { serve(*lane); });
}

void SocketChannel::close() {
  break_all({Code::unavailable, "the connection to the isolated plugin was closed"});
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void SocketChannel::wait_closed() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return closed_.has_value(); });
}

void SocketChannel::refuse(const Error& reason) {
  break_all({Code::unavailable, "the isolated plugin was cut off: " + reason.message});
}

void SocketChannel::break_all(const Error& reason) {
  {
    std::lock_guard lock(mutex_);
    if (!closed_) closed_ = reason;
  }
  changed_.notify_all();
  control_.shut();
  for (const auto& lane : calling_) lane->socket.shut();
  for (const auto& lane : serving_) lane->socket.shut();
}

Error SocketChannel::gone() const {
  std::lock_guard lock(mutex_);
  return closed_ ? *closed_ : ended();
}

SocketChannel::Lane* SocketChannel::current() const {
  for (Position* at = position; at; at = at->outer)
    if (at->channel == this) return static_cast<Lane*>(at->lane);
  return nullptr;
}

Result<SocketChannel::Lane*> SocketChannel::borrow(Deadline deadline) {
  std::unique_lock lock(mutex_);
  const auto ready = [&] { return closed_ || usable_ == 0 || !free_.empty(); };
  if (!deadline) {
    changed_.wait(lock, ready);
  } else if (!changed_.wait_until(lock, *deadline, ready)) {
    return Error{Code::timeout, "no connection to the isolated plugin became free in time"};
  }
  if (closed_) return *closed_;
  if (usable_ == 0)
    return Error{Code::unavailable,
                 "every connection to the isolated plugin is held by a call beyond its deadline"};
  Lane* lane = free_.back();
  free_.pop_back();
  return lane;
}

void SocketChannel::give_back(Lane* lane) {
  {
    std::lock_guard lock(mutex_);
    if (lane->broken)
      --usable_;
    else
      free_.push_back(lane);
  }
  changed_.notify_all();
}

Result<Buffer> SocketChannel::call(Buffer frame, Deadline deadline) {
  if (Lane* lane = current()) return talk(*lane, std::move(frame), deadline);
  TN_TRY(Lane * lane, borrow(deadline));
  auto reply = [&] {
    const Here here(this, lane);
    return talk(*lane, std::move(frame), deadline);
  }();
  give_back(lane);
  return reply;
}

Result<Buffer> SocketChannel::talk(Lane& lane, Buffer frame, Deadline deadline) {
  const auto header = read_header(frame.data(), frame.size());
  auto done = lane.broken ? Result<void>(ended()) : lane.socket.send(frame);
  const Deadline latest = deadline && *deadline < Deadline::value_type::max() - kGrace
                              ? Deadline(*deadline + kGrace)
                              : std::nullopt;
  while (done.ok()) {
    auto arrived = lane.socket.receive(latest);
    if (!arrived.ok()) {
      done = std::move(arrived).error();
    } else {
      const auto kind = read_header(arrived->data(), arrived->size());
      if (kind->kind == Kind::reply) {
        if (kind->id == header->id) return arrived;
        done = Error{Code::invalid, "a reply came to a call that nobody made"};
      } else {
        done = answer(lane, *arrived);
      }
    }
  }
  // A lane in the middle of something cannot be used again; the other side sees it close.
  lane.broken = true;
  lane.socket.shut();
  if (done.error().code == Code::invalid) refuse(done.error());
  if (done.error().code == Code::timeout) return std::move(done).error();
  return gone();
}

Result<void> SocketChannel::answer(Lane& lane, const Buffer& frame) {
  const auto header = read_header(frame.data(), frame.size());
  if (header->kind == Kind::post) return receiver_->on_post(frame);
  if (header->kind != Kind::call)
    return Error{Code::invalid, "a frame came that this connection does not carry"};
  TN_TRY(const Buffer reply, receiver_->on_call(frame));
  return lane.socket.send(reply);
}

void SocketChannel::serve(Lane& lane) {
  const Here here(this, &lane);
  for (;;) {
    auto frame = lane.socket.receive({});
    auto done = frame.ok() ? answer(lane, *frame) : Result<void>(std::move(frame).error());
    if (done.ok()) continue;
    lane.broken = true;
    lane.socket.shut();
    if (done.error().code == Code::invalid) refuse(done.error());
    return;
  }
}

void SocketChannel::listen() {
  for (;;) {
    auto frame = control_.receive({});
    auto done = frame.ok() ? receiver_->on_post(*frame) : Result<void>(std::move(frame).error());
    if (done.ok()) continue;
    if (done.error().code == Code::invalid) return refuse(done.error());
    return break_all(ended());
  }
}

Result<void> SocketChannel::post(Buffer frame) {
  if (Lane* lane = current()) return lane->socket.send(frame);
  TN_TRY(Lane * lane, borrow({}));
  auto sent = lane->socket.send(frame);
  give_back(lane);
  return sent;
}

Result<void> SocketChannel::signal(Buffer frame) {
  std::lock_guard lock(control_mutex_);
  return control_.send(frame);
}

}  // namespace tenon::isolation
