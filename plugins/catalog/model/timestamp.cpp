#include "catalog/model/timestamp.hpp"

#include <ctime>

namespace tenon::catalog {

std::string rfc3339(std::int64_t ns) {
  const std::time_t seconds = ns / 1'000'000'000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char out[32];
  return {out, std::strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

}  // namespace tenon::catalog
