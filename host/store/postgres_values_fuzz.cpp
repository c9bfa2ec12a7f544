// Decoding a field of any type never fails badly, and what is decoded encodes to the same value.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "host/store/postgres_values.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  for (unsigned oid : {16u, 17u, 20u, 701u, 25u}) {
    auto value = tenon::store::from_postgres(oid, text);
    if (!value.ok() || oid == 16u) continue;
    if (const auto* real = value->real(); real != nullptr && !std::isfinite(*real)) continue;
    auto encoded = tenon::store::to_postgres(*value);
    if (!encoded) std::abort();
    auto again = tenon::store::from_postgres(oid, *encoded);
    if (!again.ok() || !(*again == *value)) std::abort();
  }
  return 0;
}
