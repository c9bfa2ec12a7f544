// "127.0.0.1:8080" or "localhost:8080". A port alone is refused: listening on all addresses is
// written 0.0.0.0:8080, so that nobody does it unawares.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tenon/result.hpp"

namespace tenon::config {

struct ListenAddress {
  std::string address;
  std::uint16_t port = 0;
};

// Errors say what is expected and nothing of what was found.
Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace tenon::config
