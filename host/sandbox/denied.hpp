// A refused action of a worker, in words.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace tenon::sandbox {

struct Denied {
  std::string permission;  // "write", "read", "outbound", "threads"; empty: none allows it
  std::string detail;      // what was tried: "open /etc/passwd for writing"
  std::string yaml_path;   // below the instance: "permissions.write"; empty: none allows it
  std::string yaml_value;  // what to add there: "[\"/etc/passwd\"]"
  std::string syscall;
  uint64_t count = 1;  // how often since it was last told, this time included
};

BOOST_DESCRIBE_STRUCT(Denied, (), (permission, detail, yaml_path, yaml_value, syscall, count))

// "greeter may not open /etc/x for writing: permission write is missing; add to
// plugins.greeter.permissions: write: ["/etc/x"]"
std::string describe(const Denied& denied, std::string_view instance);

// Makers. `value` is quoted as a YAML string in a list.
Denied missing_permission(std::string_view permission, std::string detail, std::string_view value);
Denied over_limit(std::string_view limit, std::string detail, uint64_t value);
Denied never_allowed(std::string detail);

}  // namespace tenon::sandbox
