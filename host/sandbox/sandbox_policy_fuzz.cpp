// Any bytes as a policy or a report: refused, or as checked as a policy must be, and the same again
// after a round.
#include <cstdlib>

#include "host/sandbox/policy.hpp"
#include "host/sandbox/report.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tenon::sandbox;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)decode_report(bytes);
  const auto policy = decode_policy(bytes);
  if (!policy.ok()) return 0;
  if (!check(*policy).ok()) std::abort();
  const auto text = encode(*policy);
  const auto again = decode_policy(text);
  if (!again.ok() || encode(*again) != text) std::abort();
  return 0;
}
