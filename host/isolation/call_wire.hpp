// tn_call on the wire. The deadline goes as the absolute time and as the time that remained, for
// sides that do not share a clock; cancellation follows as a frame of its own.
#pragma once

#include "host/isolation/wire.hpp"
#include "tenon/call.h"

namespace tenon::isolation {

int64_t monotonic_now_ns();

// Writes all but `cancelled` and `error`. `call` may be null. Fields beyond its struct_size are
// empty.
void put_call(Writer& out, const tn_call* call);

struct ArrivedCall {
  bool present = false;
  bool wants_error = false;
  bool cancellable = false;
  tn_call raw = {};
};
ArrivedCall get_call(Reader& in, bool shared_clock);

// The call with the fields that it does not have left empty.
tn_call whole_call(const tn_call& call);

}  // namespace tenon::isolation
