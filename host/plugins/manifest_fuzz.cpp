#include <cstddef>
#include <cstdint>
#include <string_view>

#include "host/plugins/manifest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)tenon::plugins::Manifest::parse(
      std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
