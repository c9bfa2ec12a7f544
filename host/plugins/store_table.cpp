#include "host/plugins/generation.hpp"
#include "host/plugins/host_tables.hpp"
#include "host/store/database_error.hpp"
#include "host/store/migrations.hpp"
#include "host/store/table_form.hpp"

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;
constexpr auto kDeadline = 30s;

tn_status TN_ABI migrate(void* ctx, const tn_call* call, const tn_migration* steps,
                         uint64_t count) noexcept {
  return guarded(call, [&]() -> Result<void> {
    TN_TRY(const auto scope, context_of(ctx).scope());
    TN_TRY(const auto report,
           store::migrate(scope, store::migrations_of(steps, count), deadline_of(call, kDeadline)));
    for (const auto& name : report.applied)
      context_of(ctx).log(TN_LOG_INFO, "applied the migration " + name);
    return {};
  });
}

// What the database says of a statement goes to the log. The plugin hears the code and the host's
// words, because it may tell its clients.
template <class Body>
tn_status guarded_statement(void* ctx, const tn_call* call, Body body) {
  return guarded(call, [&]() -> Result<void> {
    Result<void> done = body();
    if (done.ok()) return done;
    const auto neutral = store::without_words(done.error());
    if (!neutral) return done;
    // A key that exists is daily life; all else is a mistake of the plugin or a trouble of the
    // store.
    context_of(ctx).log(neutral->code == Code::conflict ? TN_LOG_INFO : TN_LOG_WARN,
                        "the store refused a statement: " + done.error().message);
    return *neutral;
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
  return put(output, store::encode_rows(rows));
}

tn_status TN_ABI query(void* ctx, const tn_call* call, tn_tx tx, tn_str sql,
                       const tn_sql_value* values, uint64_t count, const tn_sink* output,
                       uint64_t* affected) noexcept {
  return guarded_statement(ctx, call, [&]() -> Result<void> {
    TN_TRY(const auto params, store::params_of(values, count));
    return run(context_of(ctx), call, tx, view(sql), params, output, affected);
  });
}

tn_status TN_ABI execute_many(void* ctx, const tn_call* call, tn_tx tx, tn_str sql,
                              const tn_sql_value* values, uint64_t per_row,
                              uint64_t row_count) noexcept {
  return guarded_statement(ctx, call, [&]() -> Result<void> {
    TN_TRY(const auto rows, store::param_rows_of(values, per_row, row_count));
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
  return guarded_statement(ctx, call, [&]() -> Result<void> {
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
  return guarded_statement(ctx, call, [&]() -> Result<void> {
    TN_TRY(const auto transaction, find(context_of(ctx), tx));
    context_of(ctx).services().transactions.remove(context_of(ctx).generation().owner(), tx);
    return transaction->commit();
  });
}

tn_status TN_ABI rollback(void* ctx, const tn_call* call, tn_tx tx) noexcept {
  return guarded_statement(ctx, call, [&]() -> Result<void> {
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
