// tn_host_store on the wire.
#pragma once

#include "host/isolation/sink_wire.hpp"
#include "tenon/store.h"

namespace tenon::isolation {

void put(Writer& out, const tn_sql_value& value);
void get(Reader& in, tn_sql_value& value);
template <>
inline constexpr uint64_t least_bytes<tn_sql_value> = 1;

void put(Writer& out, const tn_migration& step);
void get(Reader& in, tn_migration& step);
template <>
inline constexpr uint64_t least_bytes<tn_migration> = 16;

// `const tn_sql_value* params, uint64_t params_per_row, uint64_t row_count`.
struct SqlRows {
  static constexpr size_t arity = 3;
  static void send(Outgoing& out, const tn_sql_value* params, uint64_t per_row, uint64_t rows);
  static void take(Outgoing&, const tn_sql_value*, uint64_t, uint64_t) {}
  struct Slot {
    const tn_sql_value* params = nullptr;
    uint64_t per_row = 0;
    uint64_t rows = 0;
    void take(Incoming& in);
    std::tuple<const tn_sql_value*, uint64_t, uint64_t> arguments() {
      return {params, per_row, rows};
    }
    void give(Writer&) {}
  };
};

using StoreForm =
    Form<tn_host_store, offsetof(tn_host_store, migrate),
         TN_WIRE(Table::host_store, tn_host_store, migrate, migrate, CallArgument,
                 Items<tn_migration>),
         TN_WIRE(Table::host_store, tn_host_store, migrate, query, CallArgument, Value<tn_tx>,
                 Value<tn_str>, Items<tn_sql_value>, SinkArgument, Out<uint64_t>),
         TN_WIRE(Table::host_store, tn_host_store, migrate, execute_many, CallArgument,
                 Value<tn_tx>, Value<tn_str>, SqlRows),
         TN_WIRE(Table::host_store, tn_host_store, migrate, begin, CallArgument, Value<uint32_t>,
                 Out<tn_tx>),
         TN_WIRE(Table::host_store, tn_host_store, migrate, commit, CallArgument, Value<tn_tx>),
         TN_WIRE(Table::host_store, tn_host_store, migrate, rollback, CallArgument, Value<tn_tx>)>;

}  // namespace tenon::isolation
