// The lasting objects that the other side may call, by number: instances and hosts. A number is
// never used twice. What belongs to one call is found through the call (call_stack.hpp).
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

#include "host/isolation/table.hpp"
#include "tenon/result.hpp"

namespace tenon::isolation {

class Targets {
  struct Slot {
    std::atomic<uint64_t> id = 0;  // 0: empty
    std::atomic<uint32_t> uses = 0;
    Target target;  // written only while empty and unused
  };

 public:
  static constexpr size_t kLimit = 256;

  // Keeps a target callable for as long as it lives.
  class Use {
   public:
    Use() = default;
    explicit Use(Slot* slot) : slot_(slot) {}
    Use(Use&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
    Use& operator=(Use&&) = delete;
    ~Use() {
      if (slot_) release(*slot_);
    }
    explicit operator bool() const { return slot_ != nullptr; }
    const Target& operator*() const { return slot_->target; }

   private:
    Slot* slot_ = nullptr;
  };

  // The number of the new target. TN_E_LIMIT: there are kLimit already. [any-thread]
  Result<uint64_t> add(const Target& target);
  Use use(uint64_t id);  // [any-thread], does not block
  // Waits until nobody uses it any more. The calling thread must not use it itself.
  void remove(uint64_t id);

 private:
  static void release(Slot& slot);
  Slot* find(uint64_t id) const { return slots_[id % kLimit].load(std::memory_order_acquire); }

  std::mutex mutex_;  // of add and remove
  uint64_t serial_ = 0;
  std::array<std::unique_ptr<Slot>, kLimit> owned_;
  std::array<std::atomic<Slot*>, kLimit> slots_{};
};

}  // namespace tenon::isolation
