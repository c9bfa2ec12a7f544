// Watches the cancellation flags of calls that take long: the interface lets a callee poll a flag
// but tells nobody when it is set, so somebody has to look. Sleeps while nothing is watched.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace tenon::isolation {

class Watcher {
 public:
  // One call. `flag` is set by whoever cancels it, `word` is set in turn for the other side to see.
  class Watch {
   public:
    Watch(Watcher& owner, const uint32_t* flag, std::atomic<uint32_t>& word)
        : owner_(owner), flag_(flag), word_(word) {}
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    // Neither flag nor word are touched after this; the word is 0 again.
    ~Watch();
    // Looks now, and from time to time from here on. Cheap when called again.
    void start();

   private:
    friend class Watcher;
    bool look();

    Watcher& owner_;
    const uint32_t* flag_;
    std::atomic<uint32_t>& word_;
    bool started_ = false;
    bool raised_ = false;  // guarded by the owner's mutex once started, as what follows
    Watch* next_ = nullptr;
    Watch* before_ = nullptr;
  };

  Watcher() = default;
  ~Watcher();

 private:
  void add(Watch& watch);
  void remove(Watch& watch);
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  Watch* first_ = nullptr;  // guarded by mutex_, as what follows
  bool asleep_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace tenon::isolation
