// Numbers that a seed determines, the same everywhere.
#pragma once

#include <cstdint>
#include <string_view>

namespace tenon::verify {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  // A stream of its own for one case of one method: it can be told by the seed alone.
  Random(uint64_t seed, std::string_view name, uint64_t number) : state_(seed) {
    for (const char c : name) state_ = (state_ ^ static_cast<unsigned char>(c)) * kPrime;
    state_ = (state_ ^ number) * kPrime;
  }

  uint64_t next() {  // splitmix64
    uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  // Of 0 .. count - 1; `count` is not 0.
  uint64_t below(uint64_t count) { return next() % count; }
  bool one_in(uint64_t count) { return below(count) == 0; }

 private:
  static constexpr uint64_t kPrime = 0x100000001b3u;
  uint64_t state_;
};

}  // namespace tenon::verify
