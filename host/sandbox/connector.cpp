#include "host/sandbox/connector.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <chrono>

namespace tenon::sandbox {

namespace {

// Of one worker; more must wait for the earlier ones.
constexpr size_t kMaxJobs = 1024;
constexpr int kEvents = 16;

}  // namespace

Connector::Connector()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_.get();
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event);
}

Connector::~Connector() {
  if (!thread_.joinable()) return;
  {
    std::unique_lock lock(mutex_);
    ending_ = true;
    changed_.notify_all();
    // Again and again: the thread may be on its way into the call.
    while (!changed_.wait_for(lock, std::chrono::milliseconds(5), [&] { return ended_; }))
      if (current_ >= 0) shutdown(current_, SHUT_RDWR);
  }
  thread_.join();
}

void Connector::connect(uint64_t request, Descriptor socket, const sockaddr_storage& address,
                        socklen_t size) {
  std::unique_lock lock(mutex_);
  if (jobs_.size() + pending_.size() >= kMaxJobs) {
    lock.unlock();
    return finish(request, EAGAIN);
  }
  jobs_.push_back({request, std::move(socket), address, size});
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  lock.unlock();
  changed_.notify_all();
}

void Connector::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return ending_ || !jobs_.empty(); });
    if (ending_) {
      ended_ = true;
      return changed_.notify_all();
    }
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    current_ = job.socket.get();
    lock.unlock();
    perform(std::move(job));
    lock.lock();
  }
}

void Connector::perform(Job job) {
  const int fd = job.socket.get();
  // The flags belong to the worker's socket too: set for the one call, so that it does not block.
  const int flags = fcntl(fd, F_GETFL);
  const bool blocks = (flags & O_NONBLOCK) == 0;
  if (blocks) fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  const int failed =
      ::connect(fd, reinterpret_cast<const sockaddr*>(&job.address), job.size) == 0 ? 0 : errno;
  if (blocks) fcntl(fd, F_SETFL, flags);
  std::unique_lock lock(mutex_);
  current_ = -1;
  if (!blocks || (failed != EINPROGRESS && failed != EALREADY)) {
    lock.unlock();
    return finish(job.request, failed);
  }
  epoll_event event{};
  event.events = EPOLLOUT;
  event.data.fd = fd;
  pending_.emplace(fd, std::pair(job.request, std::move(job.socket)));
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
}

void Connector::finish(uint64_t request, int error) {
  {
    std::lock_guard lock(mutex_);
    done_.push_back({request, error});
  }
  const uint64_t one = 1;
  (void)!write(wake_.get(), &one, sizeof one);
}

std::vector<Connector::Done> Connector::take_done() {
  std::array<epoll_event, kEvents> events;
  const int count = epoll_wait(epoll_.get(), events.data(), kEvents, 0);
  std::lock_guard lock(mutex_);
  for (int i = 0; i < count; ++i) {
    const int fd = events[static_cast<size_t>(i)].data.fd;
    if (fd == wake_.get()) {
      uint64_t value;
      (void)!read(fd, &value, sizeof value);
    } else if (const auto found = pending_.find(fd); found != pending_.end()) {
      int error = 0;
      socklen_t size = sizeof error;
      getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
      done_.push_back({found->second.first, error});
      epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
      pending_.erase(found);
    }
  }
  return std::exchange(done_, {});
}

}  // namespace tenon::sandbox
