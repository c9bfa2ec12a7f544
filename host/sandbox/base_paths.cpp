#include "host/sandbox/base_paths.hpp"

namespace tenon::sandbox {

namespace {

constexpr std::string_view kReadable[] = {
    // libraries, and how they are found
    "/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache",
    "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/ld.so.preload",
    // time zones, locales, character sets, translated messages
    "/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo", "/usr/share/locale",
    "/usr/share/i18n", "/etc/locale.alias",
    // random numbers
    "/dev/urandom", "/dev/random",
    // itself, and how large the machine is. /proc/self is this process's folder and no other.
    "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/loadavg", "/proc/uptime",
    "/proc/filesystems", "/proc/sys/vm", "/proc/sys/kernel/osrelease",
    "/proc/sys/kernel/cap_last_cap", "/sys/devices/system/cpu", "/sys/devices/system/node",
    "/sys/kernel/mm/transparent_hugepage",
    // public tables of the C library; libxml2 asks for its catalog, OpenSSL for its settings
    "/etc/ssl/openssl.cnf", "/etc/nsswitch.conf", "/etc/services", "/etc/protocols",
    "/etc/gai.conf", "/etc/host.conf", "/etc/hosts", "/etc/resolv.conf", "/etc/xml",
    "/usr/share/xml"};

constexpr std::string_view kReadableWithServers[] = {
    "/etc/ssl/certs", "/etc/pki/tls/certs", "/etc/pki/ca-trust", "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates"};

constexpr std::string_view kWritable[] = {"/dev/null", "/dev/zero", "/dev/full"};

}  // namespace

std::vector<std::string_view> readable_by_all(const Policy& policy) {
  std::vector<std::string_view> paths(std::begin(kReadable), std::end(kReadable));
  if (!policy.outbound.empty())
    paths.insert(paths.end(), std::begin(kReadableWithServers), std::end(kReadableWithServers));
  return paths;
}

std::span<const std::string_view> writable_by_all() {
  return kWritable;
}

}  // namespace tenon::sandbox
