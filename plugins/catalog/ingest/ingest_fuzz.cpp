#include <cstdint>
#include <string_view>

#include "catalog/ingest/dealer_ingest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tenon::catalog;
  static const BrandIndex brands(default_brands());
  DealerIngest ingest(brands, DealerOptions{});
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)ingest.add_file("input", bytes, "nord");
  auto result = ingest.finish();
  const auto& report = result.report.files.front();
  if (report.products + report.skipped != report.rows) __builtin_trap();
  return 0;
}
