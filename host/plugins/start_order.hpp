// Hands numbered tasks to several threads: each task only after those it waits for, the lowest
// number first.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

namespace tenon::plugins {

class StartOrder {
 public:
  // `waits_for[task]` are numbers of tasks, all below `task`.
  explicit StartOrder(const std::vector<std::vector<size_t>>& waits_for);

  // A task to do now, after waiting for one if need be; nothing when there are no more.
  // [any-thread]
  std::optional<size_t> next();
  // `task`, which next() gave, is done; those that waited for it may follow. [any-thread]
  void done(size_t task);
  // next() gives no more tasks. [any-thread]
  void give_up();

 private:
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::vector<std::vector<size_t>> followers_;
  std::vector<size_t> missing_;  // for each task: how many that it waits for are not done
  std::set<size_t> ready_;
  size_t running_ = 0;
};

}  // namespace tenon::plugins
