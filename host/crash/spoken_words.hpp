// What a worker said on standard error before it died.
#pragma once

#include <string>
#include <string_view>

namespace tenon::crash {

// The last line that tells why a process ends (a failed assertion, glibc on its heap, an exception
// that nobody caught, a sanitizer, a Rust panic); empty when there is none.
std::string spoken_words(std::string_view output);

}  // namespace tenon::crash
