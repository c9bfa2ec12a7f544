#include "host/http/held_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace tenon::http {
namespace {

constexpr const char* kAnyFree = "--listen 127.0.0.1:0 takes any free one";

std::string explain(const std::string& address, int reason) {
  switch (reason) {
    case EADDRINUSE:
      return fmt::format("another process listens there; stop it, or choose another port: {}",
                         kAnyFree);
    case EACCES:
      return fmt::format(
          "ports below 1024 need rights that this user does not have; choose a higher one, with a "
          "proxy in front of it: {}",
          kAnyFree);
    case EADDRNOTAVAIL:
      return fmt::format(
          "{} is no address of this machine; take 127.0.0.1, or 0.0.0.0 for all that it has",
          address);
    default:
      return std::generic_category().message(reason);
  }
}

}  // namespace

Error cannot_listen(const std::string& address, std::uint16_t port, int reason) {
  return {Code::unavailable,
          fmt::format("cannot listen on {}:{}: {}", address, port, explain(address, reason))};
}

Result<Descriptor> hold_address(const std::string& address, std::uint16_t port) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(port);
  if (inet_pton(AF_INET, address.c_str(), &place.sin_addr) != 1)
    return cannot_listen(address, port, EADDRNOTAVAIL);
  Descriptor held(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // As the server does it: what it could not bind cannot be bound here, and the other way round.
  const int on = 1;
  if (!held || setsockopt(held.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      bind(held.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0)
    return cannot_listen(address, port, errno);
  return held;
}

}  // namespace tenon::http
