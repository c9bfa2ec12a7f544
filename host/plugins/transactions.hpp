// Open transactions of all instances, by handle: each belongs to the call chain in which it began.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "host/store/store.hpp"
#include "tenon/result.hpp"

namespace tenon::plugins {

// [any-thread] throughout; a transaction itself is used by one thread at a time.
class Transactions {
 public:
  // `instance` is the owner's name, one for each generation. `call_id` 0: it belongs to that.
  // Returns the handle, never 0.
  uint64_t add(const std::string& instance, uint64_t call_id, store::Transaction transaction);
  // Only its own instance finds it.
  Result<std::shared_ptr<store::Transaction>> find(const std::string& instance,
                                                   uint64_t handle) const;
  void remove(const std::string& instance, uint64_t handle);

  // Rolls back what the call left open. Cheap when nothing is.
  void end_call(uint64_t call_id);
  void end_instance(const std::string& instance);

 private:
  struct Open {
    std::string instance;
    uint64_t call_id;
    std::shared_ptr<store::Transaction> transaction;
  };
  template <class Matches>
  void roll_back(Matches matches);

  std::atomic<size_t> count_{0};
  mutable std::mutex mutex_;  // guards open_ and next_
  std::map<uint64_t, Open> open_;
  uint64_t next_ = 1;
};

}  // namespace tenon::plugins
