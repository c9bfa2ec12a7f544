// Call chains: one call of the host into the plugins and all calls that follow from it. A chain
// meets one generation of each instance, however often that is reloaded meanwhile, and the
// transactions that it leaves open end with it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "host/plugins/call_gate.hpp"
#include "host/plugins/transactions.hpp"

namespace tenon::plugins {

class Provider;
class Serving;

// The chains under way, by their ids (tn_call.call_id). [any-thread] throughout
class CallChains {
 public:
  CallChains() = default;
  CallChains(const CallChains&) = delete;
  CallChains& operator=(const CallChains&) = delete;

  // Never 0. 0 instead of an id when too many are under way: that chain then keeps nothing.
  uint64_t begin();
  // Lets go of all that the chain kept.
  void end(uint64_t id);

  // Enters what the chain entered of that provider before, also when it takes no new calls. Null:
  // nothing yet, or there is no such chain.
  struct Entered {
    Serving* serving = nullptr;
    CallGate::Pass pass;
  };
  Entered enter_kept(uint64_t id, const Provider& provider) const;
  // Keeps what the caller is inside of until the chain ends. What the chain keeps of that provider
  // already stays, unless its process has ended.
  void keep(uint64_t id, const Provider& provider, Serving& serving);

 private:
  struct Kept {
    const Provider* provider = nullptr;
    Serving* serving = nullptr;
    CallGate::Hold hold;
  };
  // A chain is mostly used by one thread, so its lock is a word and not a mutex.
  class WordLock {
   public:
    void lock();
    void unlock() { locked_.store(false, std::memory_order_release); }

   private:
    std::atomic<bool> locked_{false};
  };
  struct Slot {
    std::atomic<uint64_t> id{0};  // 0: free
    mutable WordLock lock;
    uint32_t index = 0;
    uint64_t sequence = 0;   // of the chain that had it last
    std::vector<Kept> kept;  // guarded by lock
  };
  // Free slots, spread so that threads seldom meet.
  struct alignas(observe::kCacheLine) Shelf {
    std::mutex mutex;
    std::vector<Slot*> free;  // guarded by mutex
  };

  static constexpr uint32_t kIndexBits = 20;
  static constexpr size_t kBlock = 256;
  static constexpr size_t kBlocks = (size_t{1} << kIndexBits) / kBlock;

  Slot* take_slot();
  Slot* slot(uint64_t id) const;

  std::array<Shelf, observe::kCounterShards> shelves_;
  std::mutex grow_mutex_;
  std::vector<std::unique_ptr<std::array<Slot, kBlock>>> owned_;  // guarded by grow_mutex_
  std::array<std::atomic<std::array<Slot, kBlock>*>, kBlocks> blocks_{};
};

// One chain, as long as this lives.
class CallChain {
 public:
  CallChain(CallChains& chains, Transactions& transactions)
      : chains_(chains), transactions_(transactions), id_(chains.begin()) {}
  ~CallChain() {
    transactions_.end_call(id_);
    chains_.end(id_);
  }
  CallChain(const CallChain&) = delete;
  CallChain& operator=(const CallChain&) = delete;

  uint64_t id() const { return id_; }

 private:
  CallChains& chains_;
  Transactions& transactions_;
  const uint64_t id_;
};

}  // namespace tenon::plugins
