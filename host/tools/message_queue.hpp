// Messages on their way to one stream.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

namespace tenon::tools {

// [any-thread] throughout.
class MessageQueue {
 public:
  // Notifications beyond this are dropped: whoever reads so slowly has no use for them.
  static constexpr size_t kLongest = 1000;

  void notify(std::string message) { put(std::move(message), kLongest); }
  void answer(std::string message) { put(std::move(message), SIZE_MAX); }
  // What has been put is still taken.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  // The next message; an empty one when none came in time. Nothing: it is closed.
  std::optional<std::string> take(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [this] { return closed_ || !messages_.empty(); });
    if (messages_.empty()) return closed_ ? std::nullopt : std::optional<std::string>("");
    std::string out = std::move(messages_.front());
    messages_.pop_front();
    return out;
  }

 private:
  void put(std::string message, size_t longest) {
    const std::lock_guard lock(mutex_);
    if (closed_ || messages_.size() >= longest) return;
    messages_.push_back(std::move(message));
    changed_.notify_all();
  }

  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::deque<std::string> messages_;
  bool closed_ = false;
};

}  // namespace tenon::tools
