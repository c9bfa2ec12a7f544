#include "host/plugins/start_order.hpp"

namespace tenon::plugins {

StartOrder::StartOrder(const std::vector<std::vector<size_t>>& waits_for)
    : followers_(waits_for.size()), missing_(waits_for.size()) {
  for (size_t task = 0; task < waits_for.size(); ++task) {
    missing_[task] = waits_for[task].size();
    if (missing_[task] == 0) ready_.insert(task);
    for (const size_t before : waits_for[task]) followers_[before].push_back(task);
  }
}

std::optional<size_t> StartOrder::next() {
  std::unique_lock lock(mutex_);
  // With nothing ready and nothing running there is nobody left who could make a task ready.
  changed_.wait(lock, [&] { return !ready_.empty() || running_ == 0; });
  if (ready_.empty()) return std::nullopt;
  const size_t task = *ready_.begin();
  ready_.erase(ready_.begin());
  ++running_;
  return task;
}

void StartOrder::done(size_t task) {
  std::lock_guard lock(mutex_);
  --running_;
  for (const size_t follower : followers_[task])
    if (--missing_[follower] == 0) ready_.insert(follower);
  changed_.notify_all();
}

void StartOrder::give_up() {
  std::lock_guard lock(mutex_);
  ready_.clear();
  // What runs may still be done: its followers stay away.
  for (auto& followers : followers_) followers.clear();
  changed_.notify_all();
}

}  // namespace tenon::plugins
