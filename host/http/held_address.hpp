// An address and a port that are kept free for a server which is yet to start.
#pragma once

#include <cstdint>
#include <string>

#include "host/base/descriptor.hpp"
#include "tenon/result.hpp"

namespace tenon::http {

// Code::unavailable says why a server could not listen there, and what to do. As long as it lives,
// others are refused the port unless they share it as the server does (SO_REUSEADDR); the server
// binds beside it.
Result<Descriptor> hold_address(const std::string& address, std::uint16_t port);

// What an errno of bind() or listen() means to whoever chose the address.
Error cannot_listen(const std::string& address, std::uint16_t port, int reason);

}  // namespace tenon::http
