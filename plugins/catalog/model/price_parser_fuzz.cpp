#include <cstdlib>
#include <string_view>

#include "catalog/model/price_parser.hpp"
#include "catalog/model/slug.hpp"
#include "catalog/model/url.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  using namespace tenon::catalog;
  if (auto price = parse_price(text, "ILS")) {
    auto again = parse_decimal(price->decimal(), price->currency);
    if (!again || *again != *price) std::abort();
  }
  if (auto url = repair_url(text)) {
    auto again = repair_url(*url);
    if (!again || *again != *url) std::abort();
  }
  (void)resolve_url("https://example.test/a/b", text);
  (void)slug(text);
  return 0;
}
