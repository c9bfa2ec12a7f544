#include <cstring>

#include "host/plugins/generation.hpp"
#include "host/plugins/host_tables.hpp"
#include "host/store/migrations.hpp"

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;
constexpr auto kDeadline = 30s;

Result<store::Value> to_value(const tn_sql_value& raw) {
  switch (raw.type) {
    case TN_SQL_NULL:
      return store::Value(nullptr);
    case TN_SQL_INT:
      return store::Value(raw.integer);
    case TN_SQL_REAL:
      return store::Value(raw.real);
    case TN_SQL_TEXT:
      return store::Value(chars(raw.bytes));
    case TN_SQL_BYTES: {
      const auto* data = static_cast<const uint8_t*>(raw.bytes.data);
      return store::Value(store::Bytes(data, data + raw.bytes.size));
    }
    default:
      return Error{Code::invalid, "parameter type " + std::to_string(raw.type) + " is unknown"};
  }
}

Result<store::Params> to_params(const tn_sql_value* values, uint64_t count) {
  store::Params params;
  params.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    auto value = to_value(values[i]);
    if (!value.ok())
      return Error{Code::invalid, value.error().message, "$" + std::to_string(i + 1)};
    params.push_back(std::move(*value));
  }
  return params;
}

// Writes rows in the form of tenon/store.h.
class RowEncoder {
 public:
  void columns(const std::vector<std::string>& names) {
    number(static_cast<uint32_t>(names.size()));
    for (const auto& name : names) text(name);
  }
  void rows(const store::Rows& rows) {
    for (size_t row = 0; row < rows.size(); ++row)
      for (const auto& value : rows.row(row)) cell(value);
  }
  std::string take() { return std::exchange(out_, {}); }

 private:
  template <class T>
  void number(T value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  void text(std::string_view data) {
    number(static_cast<uint32_t>(data.size()));
    out_.append(data);
  }
  void cell(const store::Value& value) {
    if (value.is_null()) {
      number<uint8_t>(TN_SQL_NULL);
    } else if (const auto* integer = value.int64()) {
      number<uint8_t>(TN_SQL_INT);
      number(*integer);
    } else if (const auto* real = value.real()) {
      number<uint8_t>(TN_SQL_REAL);
      number(*real);
    } else if (const auto* words = value.text()) {
      number<uint8_t>(TN_SQL_TEXT);
      text(*words);
    } else if (const auto* data = value.bytes()) {
      number<uint8_t>(TN_SQL_BYTES);
      text({reinterpret_cast<const char*>(data->data()), data->size()});
    }
  }
  std::string out_;
};

tn_status TN_ABI migrate(void* ctx, const tn_call* call, const tn_migration* steps,
                         uint64_t count) noexcept {
  return guarded(call, [&]() -> Result<void> {
    TN_TRY(const auto scope, context_of(ctx).scope());
    std::vector<store::Migration> migrations;
    for (uint64_t i = 0; i < count; ++i) {
      store::Migration& migration = migrations.emplace_back();
      migration.version = steps[i].version;
      migration.name = view(steps[i].name);
      const bool shared = steps[i].postgres.size == 0;
      (shared ? migration.sql : migration.sqlite) = view(steps[i].sqlite);
      migration.postgres = view(steps[i].postgres);
    }
    TN_TRY(const auto report, store::migrate(scope, migrations, deadline_of(call, kDeadline)));
    for (const auto& name : report.applied)
      context_of(ctx).log(TN_LOG_INFO, "applied the migration " + name);
    return {};
  });
}

Result<std::shared_ptr<store::Transaction>> find(InstanceContext& context, tn_tx tx) {
  return context.services().transactions.find(context.generation().owner(), tx);
}

// A statement that reads goes out as it is read; one that writes says how many rows it changed.
Result<void> run(InstanceContext& context, const tn_call* call, tn_tx tx, std::string_view sql,
                 const store::Params& params, const tn_sink* output, uint64_t* affected) {
  if (affected && !output)
    return Error{Code::invalid, "a statement needs somewhere to put its rows"};
  RowEncoder encoder;
  store::Rows rows;
  if (tx != 0) {
    TN_TRY(const auto transaction, find(context, tx));
    if (affected) {
      TN_TRY(const auto changed, transaction->execute(sql, params));
      *affected = static_cast<uint64_t>(changed);
    } else {
      TN_TRY(rows, transaction->query(sql, params));
    }
  } else {
    TN_TRY(const auto scope, context.scope());
    const auto deadline = deadline_of(call, kDeadline);
    if (affected) {
      TN_TRY(const auto changed, scope.execute(sql, params, deadline));
      *affected = static_cast<uint64_t>(changed);
    } else {
      TN_TRY(rows, scope.query(sql, params, deadline));
    }
  }
  encoder.columns(rows.columns());
  encoder.rows(rows);
  return put(output, encoder.take());
}

tn_status TN_ABI query(void* ctx, const tn_call* call, tn_tx tx, tn_str sql,
                       const tn_sql_value* values, uint64_t count, const tn_sink* output,
                       uint64_t* affected) noexcept {
  return guarded(call, [&]() -> Result<void> {
    TN_TRY(const auto params, to_params(values, count));
    return run(context_of(ctx), call, tx, view(sql), params, output, affected);
  });
}

tn_status TN_ABI execute_many(void* ctx, const tn_call* call, tn_tx tx, tn_str sql,
                              const tn_sql_value* values, uint64_t per_row,
                              uint64_t row_count) noexcept {
  return guarded(call, [&]() -> Result<void> {
    std::vector<store::Params> rows;
    rows.reserve(row_count);
    for (uint64_t row = 0; row < row_count; ++row) {
      TN_TRY(auto params, to_params(values + row * per_row, per_row));
      rows.push_back(std::move(params));
    }
    if (tx != 0) {
      TN_TRY(const auto transaction, find(context_of(ctx), tx));
      TN_CHECK(transaction->execute_many(view(sql), rows));
      return {};
    }
    TN_TRY(const auto scope, context_of(ctx).scope());
    TN_CHECK(scope.execute_many(view(sql), rows, deadline_of(call, kDeadline)));
    return {};
  });
}

tn_status TN_ABI begin(void* ctx, const tn_call* call, uint32_t mode, tn_tx* tx) noexcept {
  return guarded(call, [&]() -> Result<void> {
    if (mode != TN_TX_READ && mode != TN_TX_WRITE)
      return Error{Code::invalid, "transaction mode " + std::to_string(mode) + " is unknown"};
    TN_TRY(const auto scope, context_of(ctx).scope());
    TN_TRY(auto transaction,
           scope.begin(mode == TN_TX_WRITE ? store::Mode::write : store::Mode::read,
                       deadline_of(call, kDeadline)));
    InstanceContext& context = context_of(ctx);
    *tx = context.services().transactions.add(context.generation().owner(),
                                              Call(call).raw().call_id, std::move(transaction));
    return {};
  });
}

tn_status TN_ABI commit(void* ctx, const tn_call* call, tn_tx tx) noexcept {
  return guarded(call, [&]() -> Result<void> {
    TN_TRY(const auto transaction, find(context_of(ctx), tx));
    context_of(ctx).services().transactions.remove(context_of(ctx).generation().owner(), tx);
    return transaction->commit();
  });
}

tn_status TN_ABI rollback(void* ctx, const tn_call* call, tn_tx tx) noexcept {
  return guarded(call, [&]() -> Result<void> {
    TN_TRY(const auto transaction, find(context_of(ctx), tx));
    context_of(ctx).services().transactions.remove(context_of(ctx).generation().owner(), tx);
    transaction->rollback();
    return {};
  });
}

}  // namespace

const tn_host_store* store_table() {
  static constexpr tn_host_store table{sizeof(tn_host_store), 0,     migrate, query,
                                       execute_many,          begin, commit,  rollback};
  return &table;
}

}  // namespace tenon::plugins
