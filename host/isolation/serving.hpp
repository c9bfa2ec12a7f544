// The functions that can be called from the other side, by op.
#pragma once

#include "host/isolation/endpoint.hpp"

namespace tenon::isolation {

// Decodes the inputs, calls the function of the port's table and encodes the outputs. An error: the
// function was not called.
using Serve = Result<void> (*)(Incoming& incoming, const Port& port);

// Null: no such function, or one that belongs to no object.
const Serve* find_serving(uint16_t op);

}  // namespace tenon::isolation
