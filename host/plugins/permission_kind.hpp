// The kinds of permissions of an instance, as configuration and manifests name them.
#pragma once

#include <cstdint>
#include <string_view>

namespace tenon::plugins {

enum class PermissionKind : std::uint8_t {
  store,
  routes,
  interfaces,
  outbound,
  read,
  write,
  environment
};

constexpr std::string_view permission_name(PermissionKind kind) {
  constexpr std::string_view names[] = {"store", "routes", "interfaces", "outbound",
                                        "read",  "write",  "environment"};
  return names[static_cast<std::uint8_t>(kind)];
}

}  // namespace tenon::plugins
