#include "host/sandbox/policy.hpp"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <charconv>
#include <climits>
#include <memory>

#include "tenon/json.hpp"

namespace tenon::sandbox {

namespace {

constexpr size_t kMaxBytes = 4 << 20;
constexpr size_t kMaxEntries = 4096;

Error invalid(std::string message, std::string path) {
  return Error{Code::invalid, std::move(message), std::move(path)};
}

Result<void> check_paths(const std::vector<std::string>& paths, const std::string& member) {
  if (paths.size() > kMaxEntries)
    return invalid("expected at most " + std::to_string(kMaxEntries) + " paths, found " +
                       std::to_string(paths.size()),
                   member);
  for (size_t i = 0; i < paths.size(); ++i) {
    const auto at = member + "[" + std::to_string(i) + "]";
    if (paths[i].empty() || paths[i].front() != '/')
      return invalid("expected an absolute path, found \"" + paths[i] + "\"", at);
    if (paths[i].size() >= PATH_MAX || paths[i].find('\0') != std::string::npos)
      return invalid(
          "expected a path of less than " + std::to_string(PATH_MAX) + " bytes without NUL", at);
  }
  return {};
}

bool is_address(const std::string& text) {
  in6_addr bytes;
  return inet_pton(AF_INET, text.c_str(), &bytes) == 1 ||
         inet_pton(AF_INET6, text.c_str(), &bytes) == 1;
}

Result<void> check_outbound(const std::vector<Outbound>& outbound) {
  if (outbound.size() > kMaxEntries)
    return invalid("expected at most " + std::to_string(kMaxEntries) + " servers, found " +
                       std::to_string(outbound.size()),
                   "outbound");
  for (size_t i = 0; i < outbound.size(); ++i) {
    const auto at = "outbound[" + std::to_string(i) + "]";
    const auto& host = outbound[i].host;
    if (host.empty() || host.size() > 255 || host.find('\0') != std::string::npos)
      return invalid("expected a host name or address", at + ".host");
    if (outbound[i].port == 0) return invalid("expected a port of 1 or more", at + ".port");
    if (outbound[i].addresses.size() > kMaxEntries)
      return invalid("expected fewer addresses", at + ".addresses");
    for (const auto& address : outbound[i].addresses)
      if (address.find('\0') != std::string::npos || !is_address(address))
        return invalid("expected an IPv4 or IPv6 address, found \"" + address + "\"",
                       at + ".addresses");
  }
  return {};
}

}  // namespace

Result<void> check(const Policy& policy) {
  TN_CHECK(check_paths(policy.read, "read"));
  TN_CHECK(check_paths(policy.write, "write"));
  TN_CHECK(check_paths(policy.code, "code"));
  TN_CHECK(check_outbound(policy.outbound));
  for (size_t i = 0; i < policy.environment.size(); ++i) {
    const auto& name = policy.environment[i];
    if (name.empty() || name.find('=') != std::string::npos || name.find('\0') != std::string::npos)
      return invalid("expected the name of an environment variable",
                     "environment[" + std::to_string(i) + "]");
  }
  return {};
}

std::string encode(const Policy& policy) {
  return json::encode(policy);
}

Result<Policy> decode_policy(std::string_view bytes) {
  if (bytes.size() > kMaxBytes)
    return invalid("expected a policy of at most " + std::to_string(kMaxBytes) + " bytes", "");
  TN_TRY(Policy policy, json::decode<Policy>(bytes));
  TN_CHECK(check(policy));
  return policy;
}

Result<Outbound> resolve(std::string_view host_and_port) {
  const auto colon = host_and_port.rfind(':');
  std::string_view host = host_and_port.substr(0, colon);
  Outbound made;
  const std::string_view port =
      colon == std::string_view::npos ? std::string_view{} : host_and_port.substr(colon + 1);
  const auto read = std::from_chars(port.data(), port.data() + port.size(), made.port);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty() || port.empty() || read.ec != std::errc{} ||
      read.ptr != port.data() + port.size() || made.port == 0)
    return invalid("expected \"host:port\", found \"" + std::string(host_and_port) + "\"", "");
  made.host = host;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed = getaddrinfo(made.host.c_str(), nullptr, &hints, &found); failed != 0)
    return Error{Code::unavailable, made.host + " does not resolve: " + gai_strerror(failed), {}};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, freeaddrinfo);
  for (const auto* one = found; one != nullptr; one = one->ai_next) {
    char text[INET6_ADDRSTRLEN] = {};
    const void* address =
        one->ai_family == AF_INET
            ? static_cast<void*>(&reinterpret_cast<sockaddr_in*>(one->ai_addr)->sin_addr)
            : static_cast<void*>(&reinterpret_cast<sockaddr_in6*>(one->ai_addr)->sin6_addr);
    if (inet_ntop(one->ai_family, address, text, sizeof text) == nullptr) continue;
    if (std::ranges::find(made.addresses, text) == made.addresses.end())
      made.addresses.emplace_back(text);
  }
  return made;
}

}  // namespace tenon::sandbox
