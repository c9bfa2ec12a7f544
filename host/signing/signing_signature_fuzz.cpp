// Any bytes as a signature file: they are refused, or are exactly what would be written.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "host/base/hex.hpp"
#include "host/signing/signature_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tenon::signing;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto found = parse_signature(text, "input");
  if (!found.ok()) return 0;
  if (to_text(found->statement) != found->text ||
      found->text + "signature: " + tenon::to_hex(found->signature) + "\n" != text)
    std::abort();
  return 0;
}
