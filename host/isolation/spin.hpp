// How long a waiting side spins before it sleeps: long where answers come while it does, not at all
// where they do not.
#pragma once

#include <algorithm>
#include <chrono>

namespace tenon::isolation {

inline void spin_pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

class Spin {
 public:
  static constexpr int kMost = 2000;
  static constexpr int kLeast = 125;
  // A sleep no longer than this would have been spared by spinning.
  static constexpr auto kShortSleep = std::chrono::microseconds(150);

  // `most`: 0 where spinning cannot help, because the other side needs this processor.
  explicit Spin(int most = kMost) : most_(most), turns_(most) {}

  int turns() const { return turns_; }
  void succeeded() { turns_ = std::min(most_, turns_ * 2); }
  void slept(std::chrono::nanoseconds time) {
    if (time <= kShortSleep)
      turns_ = std::min(most_, std::max(turns_, kLeast) * 2);
    else
      turns_ = turns_ > kLeast ? turns_ / 2 : 0;
  }

 private:
  int most_;
  int turns_;
};

// 0 when this process may use one processor only.
int spin_limit();

}  // namespace tenon::isolation
