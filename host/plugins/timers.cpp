#include "host/plugins/timers.hpp"

#include <algorithm>

namespace tenon::plugins {

Timers::Timers(unsigned threads) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

Timers::~Timers() {
  {
    std::lock_guard lock(mutex_);
    quit_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

uint64_t Timers::start(const std::string& owner, std::chrono::nanoseconds delay,
                       std::chrono::nanoseconds period, Action action) {
  auto timer = std::make_shared<Timer>();
  timer->owner = owner;
  timer->period = period;
  timer->action = std::move(action);
  timer->due = Clock::now() + std::max(delay, std::chrono::nanoseconds(0));
  std::lock_guard lock(mutex_);
  const Id id = next_id_++;
  queue_.emplace(timer->due, id);
  timers_.emplace(id, std::move(timer));
  changed_.notify_one();
  return id;
}

void Timers::work() {
  std::unique_lock lock(mutex_);
  while (!quit_) {
    if (queue_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto first = queue_.begin();
    if (first->first > Clock::now()) {
      const auto due = first->first;
      changed_.wait_until(lock, due);
      continue;
    }
    const Id id = first->second;
    queue_.erase(first);
    const auto found = timers_.find(id);
    if (found == timers_.end()) continue;
    const std::shared_ptr<Timer> timer = found->second;
    if (const auto paused = paused_.find(timer->owner); paused != paused_.end()) {
      paused->second.push_back(id);
      continue;
    }
    timer->running_on = std::this_thread::get_id();
    lock.unlock();
    timer->action();
    lock.lock();
    finish(lock, id, timer);
  }
}

void Timers::finish(std::unique_lock<std::mutex>&, Id id, const std::shared_ptr<Timer>& timer) {
  timer->running_on = {};
  idle_.notify_all();
  if (timer->stopped || timer->period.count() <= 0) {
    timers_.erase(id);
    return;
  }
  const auto now = Clock::now();
  timer->due += timer->period;
  if (timer->due < now)
    timer->due += (now - timer->due) / timer->period * timer->period + timer->period;
  queue_.emplace(timer->due, id);
  changed_.notify_one();
}

bool Timers::wait_until_idle(std::unique_lock<std::mutex>& lock, const Timer& timer,
                             Clock::time_point deadline) {
  return idle_.wait_until(lock, deadline, [&] {
    return timer.running_on == std::thread::id() || timer.running_on == std::this_thread::get_id();
  });
}

void Timers::stop(const std::string& owner, uint64_t id) {
  std::unique_lock lock(mutex_);
  const auto found = timers_.find(id);
  if (found == timers_.end() || found->second->owner != owner) return;
  const std::shared_ptr<Timer> timer = found->second;
  timer->stopped = true;
  timers_.erase(found);
  while (!wait_until_idle(lock, *timer, Clock::now() + std::chrono::hours(1))) {
  }
}

void Timers::pause(const std::string& owner) {
  std::lock_guard lock(mutex_);
  paused_.try_emplace(owner);
}

void Timers::resume(const std::string& owner) {
  std::lock_guard lock(mutex_);
  const auto found = paused_.find(owner);
  if (found == paused_.end()) return;
  for (const Id id : found->second)
    if (timers_.count(id)) queue_.emplace(Clock::now(), id);
  paused_.erase(found);
  changed_.notify_all();
}

bool Timers::stop_all(const std::string& owner, Clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  paused_.erase(owner);
  std::vector<std::shared_ptr<Timer>> stopped;
  for (auto it = timers_.begin(); it != timers_.end();) {
    if (it->second->owner != owner) {
      ++it;
      continue;
    }
    it->second->stopped = true;
    stopped.push_back(it->second);
    it = timers_.erase(it);
  }
  return std::all_of(stopped.begin(), stopped.end(),
                     [&](const auto& timer) { return wait_until_idle(lock, *timer, deadline); });
}

}  // namespace tenon::plugins
