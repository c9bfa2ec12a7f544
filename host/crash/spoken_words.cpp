#include "host/crash/spoken_words.hpp"

#include <algorithm>
#include <array>

namespace tenon::crash {
namespace {

constexpr std::array<std::string_view, 10> kSigns{"terminate called",
                                                  "Assertion `",
                                                  "malloc(",
                                                  "free(): ",
                                                  "double free",
                                                  "corrupted",
                                                  "*** ",
                                                  "ERROR: AddressSanitizer",
                                                  "WARNING: ThreadSanitizer",
                                                  "panicked at "};

bool tells_why(std::string_view line) {
  return std::any_of(kSigns.begin(), kSigns.end(),
                     [&](std::string_view sign) { return line.find(sign) != line.npos; });
}

}  // namespace

std::string spoken_words(std::string_view output) {
  std::string found;
  bool goes_on = false;  // the exception's text stands on the line after its type
  while (!output.empty()) {
    const std::string_view line = output.substr(0, output.find('\n'));
    output.remove_prefix(std::min(output.size(), line.size() + 1));
    if (tells_why(line)) {
      found = line;
      goes_on = line.find("terminate called") != line.npos;
    } else if (goes_on && line.find("what(): ") != line.npos) {
      found += std::string(" ") + std::string(line.substr(line.find("what()")));
      goes_on = false;
    }
  }
  return found;
}

}  // namespace tenon::crash
