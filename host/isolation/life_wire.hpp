// tn_plugin and tn_entry on the wire. Functions of an instance go the common way; create, init,
// deinit and query belong to no object and have frames of their own.
#pragma once

#include "host/isolation/function.hpp"
#include "tenon/entry.h"

namespace tenon::isolation {

constexpr uint16_t kOpInit = op_of(Table::entry, 0);
constexpr uint16_t kOpDeinit = op_of(Table::entry, 1);
constexpr uint16_t kOpQuery = op_of(Table::entry, 2);
constexpr uint16_t kOpCreate = op_of(Table::life, 0);

// An op without a generic server: it holds its place in the struct.
template <size_t kOffset_, uint16_t kOp_>
struct Unbound {
  static constexpr size_t kOffset = kOffset_;
  static constexpr uint16_t kOp = kOp_;
  static constexpr void (*proxy)() = nullptr;
  static constexpr Serve serve = nullptr;
};

// Ends an object, so that it cannot be served while the object is kept callable.
struct Destroy : TN_WIRE(Table::life, tn_plugin, create, destroy, CallArgument) {
  static constexpr Serve serve = nullptr;
};

// A plugin without a probe can always serve. The proxy cannot be NULL as its function is, so that
// is said here.
struct Probe : TN_WIRE(Table::life, tn_plugin, create, probe, CallArgument) {
  static Result<void> serve_or_agree(Incoming& in, const Port& port) {
    const auto* life = static_cast<const tn_plugin*>(port.table);
    if (TN_HAS(life, probe) && life->probe) return Function::serve(in, port);
    CallArgument::Slot call;
    call.take(in);
    TN_CHECK(in.body.finish());
    put(in.reply, tn_status{TN_OK});
    call.give(in.reply);
    return {};
  }
  static constexpr Serve serve = serve_or_agree;
};

using LifeForm =
    Form<tn_plugin, offsetof(tn_plugin, create), Unbound<offsetof(tn_plugin, create), kOpCreate>,
         TN_WIRE(Table::life, tn_plugin, create, start, CallArgument), Probe,
         TN_WIRE(Table::life, tn_plugin, create, stop, CallArgument), Destroy>;

constexpr size_t kEntryFirst = offsetof(tn_entry, init);
using EntryForm = Form<tn_entry, kEntryFirst, Unbound<offsetof(tn_entry, init), kOpInit>,
                       Unbound<offsetof(tn_entry, deinit), kOpDeinit>,
                       Unbound<offsetof(tn_entry, query), kOpQuery>>;

}  // namespace tenon::isolation
