// The objects that the other side may call, by number. A number is never used twice.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "host/isolation/table.hpp"

namespace tenon::isolation {

class Targets {
  struct Entry {
    Target target;
    int uses = 0;
  };

 public:
  // Keeps a target callable for as long as it lives.
  class Use {
   public:
    Use() = default;
    Use(Targets* owner, Entry* entry) : owner_(owner), entry_(entry) {}
    Use(Use&& other) noexcept
        : owner_(other.owner_), entry_(std::exchange(other.entry_, nullptr)) {}
    Use& operator=(Use&&) = delete;
    ~Use();
    explicit operator bool() const { return entry_ != nullptr; }
    const Target& operator*() const { return entry_->target; }

   private:
    Targets* owner_ = nullptr;
    Entry* entry_ = nullptr;
  };

  void add(uint64_t id, const Target& target);
  Use use(uint64_t id);
  // Waits until nobody uses it any more. The calling thread must not use it itself.
  void remove(uint64_t id);

 private:
  std::mutex mutex_;
  std::condition_variable unused_;
  std::unordered_map<uint64_t, std::unique_ptr<Entry>> entries_;  // guarded by mutex_
};

}  // namespace tenon::isolation
