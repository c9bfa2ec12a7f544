// Points in time as text.
#pragma once

#include <cstdint>
#include <string>

namespace tenon::catalog {

// RFC 3339 in UTC, whole seconds. `ns` counts from the epoch.
std::string rfc3339(std::int64_t ns);

}  // namespace tenon::catalog
