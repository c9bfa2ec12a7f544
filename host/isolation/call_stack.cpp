#include "host/isolation/call_stack.hpp"

namespace tenon::isolation {

namespace {
thread_local CallUnderWay* innermost = nullptr;
}  // namespace

const Port* find_handed(const Endpoint& endpoint, uint64_t id, Table table) {
  for (const CallUnderWay* call = innermost; call; call = call->outer)
    if (call->id == id && call->endpoint == &endpoint)
      return call->table == table ? &call->port : nullptr;
  return nullptr;
}

OnCallStack::OnCallStack(CallUnderWay& call) {
  call.outer = innermost;
  call.depth = innermost ? innermost->depth + 1 : 1;
  innermost = &call;
}

OnCallStack::~OnCallStack() {
  innermost = innermost->outer;
}

}  // namespace tenon::isolation
