#include <cstdint>
#include <string_view>

#include "catalog/page/page_facts.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tenon::catalog;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  PageOptions options;
  options.url = "https://brand.example/products/a";
  if (auto facts = read_page(bytes, options))
    for (const auto& declared : facts->declared)
      if (declared.position > size * 4) __builtin_trap();
  return 0;
}
