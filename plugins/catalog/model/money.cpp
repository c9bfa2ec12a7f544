#include "catalog/model/money.hpp"

#include <algorithm>
#include <array>

namespace tenon::catalog {

int fraction_digits(std::string_view currency) {
  static constexpr std::array<std::string_view, 10> kNone = {"BIF", "CLP", "ISK", "JPY", "KRW",
                                                             "PYG", "UGX", "VND", "XAF", "XOF"};
  static constexpr std::array<std::string_view, 5> kThree = {"BHD", "JOD", "KWD", "OMR", "TND"};
  if (std::find(kNone.begin(), kNone.end(), currency) != kNone.end()) return 0;
  if (std::find(kThree.begin(), kThree.end(), currency) != kThree.end()) return 3;
  return 2;
}

std::string Money::decimal() const {
  int digits = fraction_digits(currency);
  // Work on the magnitude as unsigned: the smallest int64 has no positive counterpart.
  uint64_t magnitude = minor < 0 ? 0 - static_cast<uint64_t>(minor) : static_cast<uint64_t>(minor);
  std::string text = std::to_string(magnitude);
  if (digits > 0) {
    auto width = static_cast<size_t>(digits);
    if (text.size() <= width) text.insert(0, width + 1 - text.size(), '0');
    text.insert(text.size() - width, 1, '.');
  }
  return minor < 0 ? "-" + text : text;
}

}  // namespace tenon::catalog
