#include "host/isolation/supervisor.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <array>
#include <optional>

namespace tenon::isolation {

namespace {

using Clock = std::chrono::steady_clock;

// What an event is about: a worker's number and which of its descriptors; 0 is the bell.
constexpr uint64_t kEnd = 0;
constexpr uint64_t kMessage = 1;
constexpr uint64_t kWatched = 2;

constexpr uint64_t tag_of(uint64_t id, uint64_t kind) {
  return id << 2 | kind;
}

}  // namespace

Supervisor::Supervisor(std::chrono::milliseconds beat)
    : period_(beat),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      next_beat_(Clock::now() + beat) {
  epoll_event event{EPOLLIN, {.u64 = 0}};
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, bell_.get(), &event);
  thread_ = std::thread([this] { work(); });
}

Supervisor::~Supervisor() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  eventfd_write(bell_.get(), 1);
  thread_.join();
}

void Supervisor::run(const std::function<void()>& job) {
  if (std::this_thread::get_id() == thread_.get_id()) return job();
  std::unique_lock lock(mutex_);
  jobs_.push_back(&job);
  const uint64_t mine = ++asked_;
  eventfd_write(bell_.get(), 1);
  done_.wait(lock, [&] { return finished_ >= mine; });
}

Result<Child> Supervisor::start(const SpawnPlan& plan) {
  std::optional<Result<Child>> child;
  run([&] { child.emplace(spawn(plan)); });
  return *std::move(child);
}

uint64_t Supervisor::add(Supervised& worker, int pidfd, int control) {
  uint64_t id = 0;
  run([&] {
    id = next_id_++;
    members_[id] = {&worker, pidfd, control};
    epoll_event end{EPOLLIN, {.u64 = tag_of(id, kEnd)}};
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, pidfd, &end);
    epoll_event message{EPOLLIN, {.u64 = tag_of(id, kMessage)}};
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, control, &message);
  });
  return id;
}

void Supervisor::remove(uint64_t id) {
  run([&] {
    const auto found = members_.find(id);
    if (found == members_.end()) return;
    ignore(found->second.pidfd);
    ignore(found->second.control);
    members_.erase(found);
  });
}

uint64_t Supervisor::watch(int fd, std::function<void()> ready) {
  uint64_t id = 0;
  run([&] {
    id = next_id_++;
    watched_[id] = {fd, std::move(ready)};
    epoll_event event{EPOLLIN, {.u64 = tag_of(id, kWatched)}};
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
  });
  return id;
}

void Supervisor::unwatch(uint64_t id) {
  run([&] {
    const auto found = watched_.find(id);
    if (found == watched_.end()) return;
    ignore(found->second.fd);
    watched_.erase(found);
  });
}

void Supervisor::ignore(int fd) {
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void Supervisor::take_jobs() {
  eventfd_t count = 0;
  eventfd_read(bell_.get(), &count);
  std::unique_lock lock(mutex_);
  const auto jobs = std::move(jobs_);
  jobs_.clear();
  lock.unlock();
  for (const auto* job : jobs) (*job)();
  lock.lock();
  finished_ += jobs.size();
  lock.unlock();
  done_.notify_all();
}

void Supervisor::dispatch(uint64_t tag) {
  if ((tag & 3) == kWatched) {
    const auto watched = watched_.find(tag >> 2);
    if (watched == watched_.end()) return;
    const auto ready = watched->second.ready;  // it may end its own watch
    return ready();
  }
  const auto found = members_.find(tag >> 2);
  if (found == members_.end()) return;  // removed since the event came
  if ((tag & 3) == kMessage)
    found->second.worker->on_message();
  else
    found->second.worker->on_end();
}

void Supervisor::beat() {
  next_beat_ = Clock::now() + period_;
  std::vector<uint64_t> ids;
  for (const auto& [id, member] : members_) ids.push_back(id);
  for (const uint64_t id : ids)  // what one is told may remove another
    if (const auto found = members_.find(id); found != members_.end())
      found->second.worker->on_beat();
}

void Supervisor::work() {
  std::array<epoll_event, 64> events;
  for (;;) {
    int timeout = -1;
    if (!members_.empty()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_beat_ - Clock::now());
      timeout = static_cast<int>(std::max<int64_t>(left.count(), 0));
    }
    const int count = epoll_wait(epoll_.get(), events.data(), events.size(), timeout);
    for (int i = 0; i < count; ++i) {
      if (events[i].data.u64 == 0)
        take_jobs();
      else
        dispatch(events[i].data.u64);
    }
    if (!members_.empty() && Clock::now() >= next_beat_) beat();
    std::lock_guard lock(mutex_);
    if (ending_ && jobs_.empty()) return;
  }
}

}  // namespace tenon::isolation
