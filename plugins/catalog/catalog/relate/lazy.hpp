// A value that is built once it would have paid off, by whichever thread finds so first.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

namespace tenon::catalog {

template <class T>
class Lazy {
 public:
  // Null until the costs that callers report reach `price`, what building costs; the caller then
  // does without. `building` guards the build. Thread-safe.
  template <class Build>
  const T* get(std::uint64_t cost, std::uint64_t price, std::mutex& building, Build&& build) {
    if (const T* ready = ready_.load(std::memory_order_acquire)) return ready;
    if (spent_.fetch_add(cost, std::memory_order_relaxed) + cost < price) return nullptr;
    const std::lock_guard lock(building);
    if (owned_ == nullptr) {
      owned_ = build();
      ready_.store(owned_.get(), std::memory_order_release);
    }
    return owned_.get();
  }

 private:
  std::atomic<const T*> ready_{nullptr};
  std::atomic<std::uint64_t> spent_{0};
  std::unique_ptr<const T> owned_;
};

}  // namespace tenon::catalog
