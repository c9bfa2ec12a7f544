// How long a waiting side spins before it sleeps: long where answers come while it does, not at all
// where they do not.
#pragma once

#include <algorithm>

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
  // Of the waits of a side that does not spin, each so manieth does, to see whether it helps again;
  // longer than others, because the other side may have to wake up first.
  static constexpr int kProbe = 16;

  // `most`: 0 where spinning cannot help, because the other side needs this processor.
  explicit Spin(int most = kMost) : most_(most), turns_(most) {}

  // For the next wait.
  int turns() { return turns_ == 0 && ++silent_ % kProbe == 0 ? 2 * most_ : turns_; }
  // `took` turns: longer answers must not fall short of the next wait again.
  void succeeded(int took) {
    turns_ = std::min(most_, std::max({turns_ * 2, took * 2, kLeast * 2}));
  }
  void failed() { turns_ = turns_ > kLeast ? turns_ / 2 : 0; }

 private:
  int most_;
  int turns_;
  unsigned silent_ = 0;
};

// 0 when this process may use one processor only.
int spin_limit();

}  // namespace tenon::isolation
