#include "host/http/worker.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <ctime>

namespace tenon::http {

IdGenerator::IdGenerator() : state_(0) {
  if (getrandom(&state_, sizeof state_, 0) != static_cast<ssize_t>(sizeof state_)) {
    state_ =
        static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()) ^
        reinterpret_cast<std::uintptr_t>(this);
  }
}

// SplitMix64.
std::uint64_t IdGenerator::next() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

void IdGenerator::append_hex(std::string& out, int bytes) {
  for (; bytes > 0; bytes -= 8) {
    std::array<char, 16> digits;
    auto value = next();
    for (char& digit : digits) {
      digit = "0123456789abcdef"[value & 15U];
      value >>= 4;
    }
    out.append(digits.data(), digits.size());
  }
}

std::string http_date(std::int64_t seconds) {
  static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto time = static_cast<std::time_t>(seconds);
  std::tm utc{};
  gmtime_r(&time, &utc);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[utc.tm_wday], utc.tm_mday,
                     kMonths[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

std::string_view DateCache::text(std::chrono::steady_clock::time_point now) {
  if (text_.empty() || now >= valid_until_) {
    text_ = http_date(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
    valid_until_ = now + std::chrono::milliseconds(500);
  }
  return text_;
}

}  // namespace tenon::http
