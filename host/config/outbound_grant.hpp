// A permission to connect: "api.example.com:443", "*.example.com:443", "[2001:db8::1]:*", "*:25".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tenon/result.hpp"

namespace tenon::config {

class OutboundGrant {
 public:
  // Errors (Code::invalid) say what is wrong with the text.
  static Result<OutboundGrant> parse(std::string_view text);

  // `host` is a name or an address, an IPv6 one with or without brackets. Names are held against
  // names and addresses against addresses; nothing is resolved. Case and a dot at the end do not
  // count, nor does how an address is written. "*" covers all, "*.x" all names below x.
  bool covers(std::string_view host, std::uint16_t port) const;

  // Whether all that the other grants is granted.
  bool covers(const OutboundGrant& other) const;

  const std::string& text() const { return text_; }  // as written
  const std::string& host() const { return host_; }
  std::uint16_t port() const { return port_; }  // 0: any

 private:
  std::string text_;
  std::string host_;  // in its usual form; "*": any; "*.x": below x
  std::uint16_t port_ = 0;
};

}  // namespace tenon::config
