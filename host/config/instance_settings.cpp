#include "host/config/instance_settings.hpp"

#include <algorithm>

namespace tenon::config {

std::chrono::milliseconds Supervision::backoff_after(unsigned crash) const {
  if (crash <= 1) return first_backoff;
  std::chrono::milliseconds wait = second_backoff;
  for (unsigned i = 2; i < crash && wait < max_backoff; ++i) wait *= 2;
  return std::min(wait, max_backoff);
}

}  // namespace tenon::config
