// The calls to the other side that this thread is in the middle of. What the other side calls back
// in the course of one (its sink, its exchange) is found here: the C interface has them used on
// the calling thread alone.
#pragma once

#include "host/isolation/table.hpp"

namespace tenon::isolation {

class Endpoint;

struct CallUnderWay {
  const Endpoint* endpoint = nullptr;
  uint64_t id = 0;
  Table table = Table::entry;  // of the object that the call hands along; entry: none
  Port port = {};
  CallUnderWay* outer = nullptr;
  size_t depth = 0;  // with this one, once it is on the stack
};

// A plugin decides how deep its calls and the host's answers nest, on a stack of the host.
constexpr size_t kMaxDepth = 48;

// Null: the thread makes no such call, or it handed no such object along.
const Port* find_handed(const Endpoint& endpoint, uint64_t id, Table table);

// On top of the calling thread's stack for as long as it lives.
class OnCallStack {
 public:
  explicit OnCallStack(CallUnderWay& call);
  ~OnCallStack();
  OnCallStack(const OnCallStack&) = delete;
  OnCallStack& operator=(const OnCallStack&) = delete;
};

constexpr bool belongs_to_call(Table table) {
  return table == Table::sink || table == Table::batch_sink || table == Table::exchange;
}

}  // namespace tenon::isolation
