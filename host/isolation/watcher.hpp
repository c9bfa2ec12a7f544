// Watches the cancellation flags of calls under way: the interface lets a callee poll a flag but
// tells nobody when it is set, so somebody has to look. Sleeps while nothing is watched.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace tenon::isolation {

class Watcher {
 public:
  // `cancelled(id)` is called, again and again, for a call whose flag is set.
  explicit Watcher(std::function<void(uint64_t)> cancelled) : cancelled_(std::move(cancelled)) {}
  ~Watcher();

  void watch(uint64_t id, const uint32_t* flag);
  void forget(uint64_t id);  // `flag` is not read after this

 private:
  void run();

  std::function<void(uint64_t)> cancelled_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<uint64_t, const uint32_t*> flags_;  // guarded by mutex_, as what follows
  bool asleep_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace tenon::isolation
