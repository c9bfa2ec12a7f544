// Any bytes as a key file: they are refused, or are exactly what would be written.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "host/signing/key_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto key = tenon::signing::parse_public_key(text, "input");
  if (key.ok() && tenon::signing::to_text(*key) != text) std::abort();
  (void)tenon::signing::parse_private_key(text, "input");
  return 0;
}
