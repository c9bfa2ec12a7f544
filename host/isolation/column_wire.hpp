// Column batches on the wire. Data and offsets stand at multiples of 8 in the frame, so that the
// decoded columns are views into it.
#pragma once

#include "host/isolation/function.hpp"
#include "tenon/columns.hpp"

namespace tenon::isolation {

void put(Writer& out, const tn_column& column);
void get(Reader& in, tn_column& column);
template <>
inline constexpr uint64_t least_bytes<tn_column> = 17;
void put(Writer& out, const tn_batch& batch);
// Both check all that a reader of the batch relies on (check_batch).
void get(Reader& in, tn_batch& batch);

using BatchSinkForm =
    Form<tn_batch_sink, offsetof(tn_batch_sink, write),
         TN_WIRE(Table::batch_sink, tn_batch_sink, write, write, Record<tn_batch>)>;

struct BatchSinkArgument {
  static constexpr size_t arity = 1;
  static void send(Outgoing& out, const tn_batch_sink* sink);
  static void take(Outgoing&, const tn_batch_sink*) {}
  class Slot {
   public:
    void take(Incoming& in);
    std::tuple<const tn_batch_sink*> arguments() { return {sink_.ctx ? &sink_ : nullptr}; }
    void give(Writer&) {}

   private:
    Remote remote_;
    tn_batch_sink sink_{};
  };
};

using PluginColumnForm = Form<tn_plugin_column, offsetof(tn_plugin_column, call),
                              TN_WIRE(Table::column, tn_plugin_column, call, call, CallArgument,
                                      Value<uint32_t>, Record<tn_batch>, BatchSinkArgument)>;

using HostColumnForm = Form<tn_host_column, offsetof(tn_host_column, call),
                            TN_WIRE(Table::host_column, tn_host_column, call, call, CallArgument,
                                    Value<tn_method>, Record<tn_batch>, BatchSinkArgument)>;

}  // namespace tenon::isolation
