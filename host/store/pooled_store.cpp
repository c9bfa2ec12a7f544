#include "host/store/pooled_store.hpp"

namespace tenon::store {

PooledStore::PooledStore(StoreOptions options)
    : options_(std::move(options)), catalog_(options_.dialect) {}

Result<Scope> PooledStore::scope(std::string_view ns) {
  TN_CHECK(check_namespace(ns));
  std::string name(ns);
  {
    std::lock_guard lock(mutex_);
    if (namespaces_.contains(name)) return Scope(*this, name);
  }
  TN_CHECK(make_namespace(name));
  std::lock_guard lock(mutex_);
  namespaces_.insert(name);
  return Scope(*this, name);
}

Result<StatementPtr> PooledStore::prepare(const std::string& ns, std::string_view sql,
                                          const Params& params) {
  TN_TRY(StatementPtr statement, catalog_.get(ns, sql));
  TN_CHECK(check_params(*statement, params));
  return statement;
}

Result<std::int64_t> PooledStore::write(const StatementPtr& statement, const Params& params,
                                        Deadline deadline, RowSink* sink) {
  TN_TRY(Lease lease, pool(Mode::write).acquire(deadline));
  return lease->run(*statement, params, deadline, sink);
}

Result<std::int64_t> PooledStore::read(const StatementPtr& statement, const Params& params,
                                       Deadline deadline, RowSink* sink) {
  TN_TRY(Lease lease, pool(Mode::read).acquire(deadline));
  return lease->run(*statement, params, deadline, sink);
}

Result<Rows> PooledStore::query(const std::string& ns, std::string_view sql, const Params& params,
                                Deadline deadline) {
  TN_TRY(StatementPtr statement, prepare(ns, sql, params));
  RowSink sink = RowSink::collect(options_.max_result_bytes);
  if (statement->text.kind != StatementKind::read) {
    TN_CHECK(write(statement, params, deadline, &sink));
    return sink.take();
  }
  auto result = read(statement, params, deadline, &sink);
  if (!result.ok() && result.error().code == Code::unavailable) {
    // The server may have been restarted; a pure read may be asked twice.
    sink = RowSink::collect(options_.max_result_bytes);
    result = read(statement, params, deadline, &sink);
  }
  if (!result.ok()) return std::move(result).error();
  return sink.take();
}

Result<std::int64_t> PooledStore::execute(const std::string& ns, std::string_view sql,
                                          const Params& params, Deadline deadline) {
  TN_TRY(StatementPtr statement, prepare(ns, sql, params));
  if (statement->text.kind == StatementKind::read) {
    return read(statement, params, deadline, nullptr);
  }
  return write(statement, params, deadline, nullptr);
}

namespace {

Result<void> check_stream(const Statement& statement, std::size_t batch_rows) {
  if (statement.text.kind != StatementKind::read) {
    return Error{Code::invalid, "only a query that does not write can be streamed"};
  }
  if (batch_rows == 0) return Error{Code::invalid, "a batch must have at least one row"};
  return {};
}

}  // namespace

Result<void> PooledStore::stream(const std::string& ns, std::string_view sql, const Params& params,
                                 std::size_t batch_rows, const BatchCallback& callback,
                                 Deadline deadline) {
  TN_TRY(StatementPtr statement, prepare(ns, sql, params));
  TN_CHECK(check_stream(*statement, batch_rows));
  TN_TRY(Transaction transaction, begin(ns, Mode::read, deadline));
  TN_CHECK(transaction.stream(sql, params, batch_rows, callback));
  return transaction.commit();
}

Result<Transaction> PooledStore::begin(const std::string& ns, Mode mode, Deadline deadline) {
  TN_TRY(Lease lease, pool(mode).acquire(deadline));
  TN_CHECK(lease->begin(mode, deadline));
  auto state = std::make_shared<TransactionState>(std::move(lease), catalog_, reaper_, ns, deadline,
                                                  options_.max_result_bytes);
  state->start_watch();
  return Transaction(std::move(state));
}

Transaction::Transaction(std::shared_ptr<TransactionState> state) : state_(std::move(state)) {}

Transaction& Transaction::operator=(Transaction&& other) noexcept {
  if (this != &other) {
    rollback();
    state_ = std::move(other.state_);
  }
  return *this;
}

Transaction::~Transaction() {
  rollback();
}

Result<Rows> Transaction::query(std::string_view sql, const Params& params) {
  RowSink sink = state_->collector();
  TN_CHECK(state_->run(state_->ns(), sql, params, &sink));
  return sink.take();
}

Result<std::int64_t> Transaction::execute(std::string_view sql, const Params& params) {
  return state_->run(state_->ns(), sql, params, nullptr);
}

Result<std::int64_t> Transaction::execute_many(std::string_view sql,
                                               const std::vector<Params>& rows) {
  return state_->run_many(sql, rows);
}

Result<void> Transaction::stream(std::string_view sql, const Params& params, std::size_t batch_rows,
                                 const BatchCallback& callback) {
  if (batch_rows == 0) return Error{Code::invalid, "a batch must have at least one row"};
  RowSink sink = RowSink::stream(batch_rows, callback);
  TN_CHECK(state_->run(state_->ns(), sql, params, &sink));
  return {};
}

Result<void> Transaction::commit() {
  return state_->commit();
}

void Transaction::rollback() {
  if (state_ != nullptr) state_->rollback();
}

Result<Rows> Scope::query(std::string_view sql, const Params& params, Deadline deadline) const {
  return store_->query(namespace_, sql, params, deadline);
}

Result<std::int64_t> Scope::execute(std::string_view sql, const Params& params,
                                    Deadline deadline) const {
  return store_->execute(namespace_, sql, params, deadline);
}

Result<std::int64_t> Scope::execute_many(std::string_view sql, const std::vector<Params>& rows,
                                         Deadline deadline) const {
  TN_TRY(Transaction transaction, begin(Mode::write, deadline));
  TN_TRY(std::int64_t affected, transaction.execute_many(sql, rows));
  TN_CHECK(transaction.commit());
  return affected;
}

Result<void> Scope::stream(std::string_view sql, const Params& params, std::size_t batch_rows,
                           const BatchCallback& callback, Deadline deadline) const {
  return store_->stream(namespace_, sql, params, batch_rows, callback, deadline);
}

Result<Transaction> Scope::begin(Mode mode, Deadline deadline) const {
  return store_->begin(namespace_, mode, deadline);
}

}  // namespace tenon::store
