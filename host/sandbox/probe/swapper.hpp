// A second thread that changes what a system call reads, as a hostile worker would.
#pragma once

#include <atomic>
#include <random>
#include <span>
#include <string_view>
#include <thread>

namespace tenon::sandbox::probe {

class Swapper {
 public:
  // Writes `one` and `other` to `at` in turn, each of its size, for times that vary.
  Swapper(std::span<char> at, std::string_view one, std::string_view other)
      : thread_([this, at, one, other] {
          std::minstd_rand random(1);
          while (!ending_) {
            put(at, other);
            pause(random() % kLongest);
            put(at, one);
            pause(random() % kLongest);
          }
        }) {}
  ~Swapper() {
    ending_ = true;
    thread_.join();
  }
  Swapper(const Swapper&) = delete;
  Swapper& operator=(const Swapper&) = delete;

 private:
  static constexpr unsigned kLongest = 20'000;

  // Atomic, or the compiler would leave all but the last out.
  static void put(std::span<char> at, std::string_view bytes) {
    for (size_t i = 0; i < at.size(); ++i)
      std::atomic_ref(at[i]).store(bytes[i], std::memory_order_relaxed);
  }
  void pause(unsigned turns) const {
    while (turns-- > 0 && !ending_) {
    }
  }

  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace tenon::sandbox::probe
