#include "host/isolation/watcher.hpp"

#include <chrono>

namespace tenon::isolation {

namespace {
constexpr auto kPeriod = std::chrono::milliseconds(5);
// The deep sleep comes late, so that calls in a row do not pay for a wake-up each.
constexpr int kIdlePeriods = 20;
}  // namespace

Watcher::Watch::~Watch() {
  if (started_) owner_.remove(*this);
  if (raised_) word_.store(0, std::memory_order_relaxed);
}

void Watcher::Watch::start() {
  if (started_ || !flag_) return;
  look();
  started_ = true;
  owner_.add(*this);
}

bool Watcher::Watch::look() {
  if (raised_ || __atomic_load_n(flag_, __ATOMIC_ACQUIRE) == 0) return raised_;
  word_.store(1, std::memory_order_release);
  return raised_ = true;
}

Watcher::~Watcher() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watcher::add(Watch& watch) {
  std::lock_guard lock(mutex_);
  watch.next_ = first_;
  if (first_) first_->before_ = &watch;
  first_ = &watch;
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  if (asleep_) changed_.notify_all();
}

void Watcher::remove(Watch& watch) {
  std::lock_guard lock(mutex_);
  (watch.before_ ? watch.before_->next_ : first_) = watch.next_;
  if (watch.next_) watch.next_->before_ = watch.before_;
}

void Watcher::run() {
  std::unique_lock lock(mutex_);
  for (int idle = 0; !ending_;) {
    idle = first_ ? 0 : idle + 1;
    if (idle > kIdlePeriods) {
      asleep_ = true;
      changed_.wait(lock, [&] { return ending_ || first_; });
      asleep_ = false;
      idle = 0;
      continue;
    }
    changed_.wait_for(lock, kPeriod, [&] { return ending_; });
    for (Watch* watch = first_; watch; watch = watch->next_) watch->look();
  }
}

}  // namespace tenon::isolation
