// What the child of a verification writes, which a plugin may have written in its place.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "host/verify/child_run.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto line = tenon::verify::parse_line({reinterpret_cast<const char*>(data), size});
  if (!line.ok()) return 0;
  tenon::verify::Report report("input", 1);
  report.note(line->detail);
  report.failed("life.start", line->detail);
  (void)tenon::verify::to_junit({report});
  return 0;
}
