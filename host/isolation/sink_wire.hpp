// tn_sink on the wire. Chunks add up, so the callee's side gathers them at the start of the reply:
// what fits rides home with it, the rest goes ahead in calls of its own.
#pragma once

#include "host/isolation/function.hpp"

namespace tenon::isolation {

using SinkForm = Form<tn_sink, offsetof(tn_sink, write),
                      TN_WIRE(Table::sink, tn_sink, write, write, Value<tn_bytes>)>;

struct SinkArgument {
  static constexpr size_t arity = 1;
  static void send(Outgoing& out, const tn_sink* sink);
  static void ahead(Outgoing& out) { out.output = out.reply().bytes(); }
  static void take(Outgoing& out, const tn_sink* sink);
  class Slot {
   public:
    void take(Incoming& in);
    std::tuple<const tn_sink*> arguments() { return {present_ ? &sink_ : nullptr}; }
    void give(Writer&) {}

   private:
    static tn_status TN_ABI write(void* self, tn_bytes chunk) noexcept;
    tn_status add(tn_bytes chunk);

    bool present_ = false;
    Remote remote_;
    tn_sink sink_{sizeof(tn_sink), 0, this, &Slot::write};
    Writer* reply_ = nullptr;
    size_t size_at_ = 0;
    tn_status failed_ = TN_OK;
  };
};

}  // namespace tenon::isolation
