// Frames over Unix stream sockets, one socket for each logical thread (a lane) and one for what
// overtakes (control). A lane is used by one thread of each side at a time: the one that waits on
// it serves what comes back over it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "host/isolation/channel.hpp"

namespace tenon::isolation {

// Owns a descriptor.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Socket();

  int fd() const { return fd_; }
  // Whole frames. TN_E_UNAVAILABLE: the other side has gone; TN_E_TIMEOUT: the deadline passed (the
  // socket is then of no further use); TN_E_INVALID: what came is no frame.
  Result<void> send(const Buffer& frame) const;
  Result<Buffer> receive(Deadline deadline) const;
  // Wakes whoever waits on it, on both sides. [any-thread]
  void shut() const;

 private:
  int fd_ = -1;
};
Result<std::pair<Socket, Socket>> socket_pair();

// The sockets of one side. Both sides have as many lanes: those that this side calls on, and those
// that it serves with a thread each.
struct Lanes {
  Socket control;
  std::vector<Socket> calling;
  std::vector<Socket> serving;
};
Result<std::pair<Lanes, Lanes>> make_lanes(size_t near_to_far, size_t far_to_near);

class SocketChannel final : public Channel {
 public:
  explicit SocketChannel(Lanes lanes);
  ~SocketChannel() override;

  // Starts the threads that serve. Call once, before the first call.
  void connect(Receiver& receiver);
  // Ends all threads and calls. Called by the destructor too.
  void close();
  // Blocks until the other side has gone or close() was called.
  void wait_closed();

  Result<Buffer> call(Buffer frame, Deadline deadline) override;
  Result<void> post(Buffer frame) override;
  Result<void> signal(Buffer frame) override;
  void refuse(const Error& reason) override;

 private:
  struct Lane {
    Socket socket;
    bool broken = false;
  };

  // The lane that the calling thread serves or waits on; null: none of this channel.
  Lane* current() const;
  Result<Lane*> borrow(Deadline deadline);
  void give_back(Lane* lane);
  Result<Buffer> talk(Lane& lane, Buffer frame, Deadline deadline);
  // Serves one frame that came in on the lane.
  Result<void> answer(Lane& lane, const Buffer& frame);
  void serve(Lane& lane);
  void listen();
  void break_all(const Error& reason);
  Error gone() const;

  Socket control_;
  std::mutex control_mutex_;  // one sender at a time
  std::vector<std::unique_ptr<Lane>> calling_;
  std::vector<std::unique_ptr<Lane>> serving_;
  Receiver* receiver_ = nullptr;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Lane*> free_;  // guarded by mutex_, as what follows
  size_t usable_ = 0;
  std::optional<Error> closed_;
  std::vector<std::thread> threads_;
};

}  // namespace tenon::isolation
