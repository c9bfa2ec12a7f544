#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>
#include <stdexcept>

#include "host/store/sqlite_store.hpp"
#include "host/store/store.hpp"
#include "host/store/table_form.hpp"
#include "tenon/testing/store.hpp"
#include "tenon/views.hpp"

namespace tenon::testing {
namespace {

// Real time: a statement that hangs must not hang the test.
store::Deadline soon() {
  return store::within(std::chrono::seconds(30));
}

// A file, because the host's store reads and writes through several connections.
class SqliteFake final : public StoreFake {
 public:
  SqliteFake() : folder_(make_folder()) {
    store::StoreOptions options;
    options.path = folder_ / "test.sqlite";
    options.durability = store::Durability::normal;
    auto opened = store::SqliteStore::open(options);
    if (!opened.ok()) throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
    auto scope = store_->scope("test");
    if (!scope.ok()) throw std::runtime_error(scope.error().message);
    scope_.emplace(std::move(*scope));
  }
  ~SqliteFake() override {
    transactions_.clear();
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  const tn_host_store& table() const override {
    static const tn_host_store table{sizeof table, 0,     migrate, query,
                                     execute_many, begin, commit,  rollback};
    return table;
  }
  void* ctx() override { return this; }

  void end_call(uint64_t call_id) override {
    const std::lock_guard lock(mutex_);
    std::erase_if(transactions_, [&](const auto& one) { return one.second.call_id == call_id; });
  }

 private:
  struct Open {
    uint64_t call_id;
    std::shared_ptr<store::Transaction> transaction;
  };

  static std::filesystem::path make_folder() {
    std::string path = std::filesystem::temp_directory_path() / "tenon-test-store.XXXXXX";
    if (!mkdtemp(path.data())) throw std::runtime_error("cannot make a folder like " + path);
    return path;
  }
  static SqliteFake& of(void* ctx) { return *static_cast<SqliteFake*>(ctx); }

  Result<std::shared_ptr<store::Transaction>> find(tn_tx tx) {
    const std::lock_guard lock(mutex_);
    const auto found = transactions_.find(tx);
    if (found == transactions_.end())
      return Error{Code::invalid, "there is no open transaction " + std::to_string(tx)};
    return found->second.transaction;
  }
  Result<std::shared_ptr<store::Transaction>> take(tn_tx tx) {
    TN_TRY(auto transaction, find(tx));
    const std::lock_guard lock(mutex_);
    transactions_.erase(tx);
    return transaction;
  }

  Result<store::Rows> read(tn_tx tx, std::string_view sql, const store::Params& params) {
    if (tx == 0) return scope_->query(sql, params, soon());
    TN_TRY(const auto transaction, find(tx));
    return transaction->query(sql, params);
  }
  Result<int64_t> change(tn_tx tx, std::string_view sql, const store::Params& params) {
    if (tx == 0) return scope_->execute(sql, params, soon());
    TN_TRY(const auto transaction, find(tx));
    return transaction->execute(sql, params);
  }

  static tn_status TN_ABI migrate(void* ctx, const tn_call* call, const tn_migration* steps,
                                  uint64_t count) noexcept {
    return guarded(call, [&]() -> Result<void> {
      TN_CHECK(store::migrate(*of(ctx).scope_, store::migrations_of(steps, count), soon()));
      return {};
    });
  }
  static tn_status TN_ABI query(void* ctx, const tn_call* call, tn_tx tx, tn_str sql,
                                const tn_sql_value* values, uint64_t count, const tn_sink* rows,
                                uint64_t* affected) noexcept {
    return guarded(call, [&]() -> Result<void> {
      if (!rows) return Error{Code::invalid, "a statement needs somewhere to put its rows"};
      TN_TRY(const auto params, store::params_of(values, count));
      store::Rows found;
      if (affected) {
        TN_TRY(const int64_t changed, of(ctx).change(tx, view(sql), params));
        *affected = static_cast<uint64_t>(changed);
      } else {
        TN_TRY(found, of(ctx).read(tx, view(sql), params));
      }
      const tn_status status = rows->write(rows->ctx, bytes(store::encode_rows(found)));
      if (status != TN_OK) return Error{static_cast<Code>(status), "the rows were not taken"};
      return {};
    });
  }
  static tn_status TN_ABI execute_many(void* ctx, const tn_call* call, tn_tx tx, tn_str sql,
                                       const tn_sql_value* values, uint64_t per_row,
                                       uint64_t row_count) noexcept {
    return guarded(call, [&]() -> Result<void> {
      TN_TRY(const auto rows, store::param_rows_of(values, per_row, row_count));
      if (tx == 0) {
        TN_CHECK(of(ctx).scope_->execute_many(view(sql), rows, soon()));
        return {};
      }
      TN_TRY(const auto transaction, of(ctx).find(tx));
      TN_CHECK(transaction->execute_many(view(sql), rows));
      return {};
    });
  }
  static tn_status TN_ABI begin(void* ctx, const tn_call* call, uint32_t mode, tn_tx* tx) noexcept {
    return guarded(call, [&]() -> Result<void> {
      if (mode != TN_TX_READ && mode != TN_TX_WRITE)
        return Error{Code::invalid, "transaction mode " + std::to_string(mode) + " is unknown"};
      SqliteFake& self = of(ctx);
      const auto way = mode == TN_TX_WRITE ? store::Mode::write : store::Mode::read;
      TN_TRY(auto made, self.scope_->begin(way, soon()));
      const std::lock_guard lock(self.mutex_);
      *tx = self.next_tx_++;
      self.transactions_[*tx] = {Call(call).raw().call_id,
                                 std::make_shared<store::Transaction>(std::move(made))};
      return {};
    });
  }
  static tn_status TN_ABI commit(void* ctx, const tn_call* call, tn_tx tx) noexcept {
    return guarded(call, [&]() -> Result<void> {
      TN_TRY(const auto transaction, of(ctx).take(tx));
      return transaction->commit();
    });
  }
  static tn_status TN_ABI rollback(void* ctx, const tn_call* call, tn_tx tx) noexcept {
    return guarded(call, [&]() -> Result<void> {
      TN_TRY(const auto transaction, of(ctx).take(tx));
      transaction->rollback();
      return {};
    });
  }

  const std::filesystem::path folder_;
  std::unique_ptr<store::Store> store_;
  std::optional<store::Scope> scope_;
  std::mutex mutex_;
  std::map<tn_tx, Open> transactions_;  // guarded by mutex_
  tn_tx next_tx_ = 1;                   // likewise
};

}  // namespace

std::unique_ptr<StoreFake> sqlite_store() {
  return std::make_unique<SqliteFake>();
}

}  // namespace tenon::testing
