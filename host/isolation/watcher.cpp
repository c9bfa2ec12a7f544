#include "host/isolation/watcher.hpp"

#include <chrono>
#include <vector>

namespace tenon::isolation {

namespace {
constexpr auto kPeriod = std::chrono::milliseconds(5);
constexpr int kIdlePeriods = 200;
}  // namespace

Watcher::~Watcher() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watcher::watch(uint64_t id, const uint32_t* flag) {
  std::lock_guard lock(mutex_);
  flags_[id] = flag;
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  if (asleep_) changed_.notify_all();
}

void Watcher::forget(uint64_t id) {
  std::lock_guard lock(mutex_);
  flags_.erase(id);
}

void Watcher::run() {
  std::unique_lock lock(mutex_);
  // The deep sleep comes late, so that a caller in a loop does not pay for a wake-up in each call.
  for (int idle = 0; !ending_;) {
    idle = flags_.empty() ? idle + 1 : 0;
    if (idle > kIdlePeriods) {
      asleep_ = true;
      changed_.wait(lock, [&] { return ending_ || !flags_.empty(); });
      asleep_ = false;
      idle = 0;
      continue;
    }
    changed_.wait_for(lock, kPeriod, [&] { return ending_; });
    std::vector<uint64_t> cancelled;
    for (const auto& [id, flag] : flags_)
      if (__atomic_load_n(flag, __ATOMIC_ACQUIRE) != 0) cancelled.push_back(id);
    if (cancelled.empty()) continue;
    lock.unlock();
    for (const uint64_t id : cancelled) cancelled_(id);
    lock.lock();
  }
}

}  // namespace tenon::isolation
