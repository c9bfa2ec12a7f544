// The bytes of a plugin file before any of it is mapped.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "host/plugins/elf.hpp"
#include "host/plugins/manifest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto facts = tenon::plugins::read_elf(
      std::string_view(reinterpret_cast<const char*>(data), size), "input");
  if (facts.ok()) (void)tenon::plugins::Manifest::parse(facts->manifest);
  return 0;
}
