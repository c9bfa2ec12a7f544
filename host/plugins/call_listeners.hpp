// Who hears what plugins say in the course of a call of the host: how far it has come, and what
// they log. A call is known by the id of its chain (tn_call.call_id).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>

namespace tenon::plugins {

struct CallListener {
  std::function<void(std::string_view text, uint64_t done, uint64_t total)> on_progress;
  // `level` is one of TN_LOG_.
  std::function<void(uint32_t level, std::string_view instance, std::string_view message)> on_log;
};

// [any-thread] throughout. Free of cost while nobody listens.
class CallListeners {
 public:
  // Listens as long as this lives; a call that was told just before may still be under way then.
  class Listening {
   public:
    Listening(CallListeners& all, uint64_t call_id, std::shared_ptr<const CallListener> listener);
    ~Listening();
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;

   private:
    CallListeners& all_;
    const uint64_t call_id_;
    const bool added_;
  };

  // Null: nobody listens to that call.
  std::shared_ptr<const CallListener> find(uint64_t call_id) const {
    return count_.load(std::memory_order_relaxed) == 0 ? nullptr : look_up(call_id);
  }

 private:
  std::shared_ptr<const CallListener> look_up(uint64_t call_id) const;

  std::atomic<uint32_t> count_{0};
  mutable std::mutex mutex_;
  std::map<uint64_t, std::shared_ptr<const CallListener>> listeners_;  // guarded by mutex_
};

}  // namespace tenon::plugins
