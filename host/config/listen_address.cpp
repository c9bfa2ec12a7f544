#include "host/config/listen_address.hpp"

#include <arpa/inet.h>

#include <charconv>

namespace tenon::config {

namespace {

Error expected(std::string what) {
  return {Code::invalid, "expected " + std::move(what)};
}

bool is_ipv4(const std::string& text) {
  in_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1;
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  if (text.find('\0') != std::string_view::npos || text.find(',') != std::string_view::npos)
    return expected("one address:port such as 127.0.0.1:8080");
  std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return expected("an address and a port such as 127.0.0.1:8080");
  std::string address(text.substr(0, colon));
  std::string_view port = text.substr(colon + 1);

  if (!port.empty() && (port.back() == 's' || port.back() == 'r'))
    return expected(
        "a port without a letter behind it: the host speaks plain HTTP, TLS ends in a proxy in "
        "front of it (nginx or Caddy)");
  if (address == "localhost") address = "127.0.0.1";
  if (!is_ipv4(address))
    return expected("an IPv4 address (or localhost) and a port such as 127.0.0.1:8080");
  ListenAddress out{address, 0};
  auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (port.empty() || code != std::errc() || end != port.data() + port.size())
    return expected("a port from 0 to 65535");
  return out;
}

}  // namespace tenon::config
