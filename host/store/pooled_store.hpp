// PooledStore: what the two stores share. Internal to the store.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "host/store/connection.hpp"
#include "host/store/connection_pool.hpp"
#include "host/store/transaction_state.hpp"

namespace tenon::store {

class PooledStore : public Store {
 public:
  explicit PooledStore(StoreOptions options);

  Dialect dialect() const final { return options_.dialect; }
  Result<Scope> scope(std::string_view ns) final;

 protected:
  virtual ConnectionPool& pool(Mode mode) = 0;
  virtual Result<void> make_namespace(const std::string& ns) = 0;
  // One statement that may write, in its own transaction.
  virtual Result<std::int64_t> write(const StatementPtr& statement, const Params& params,
                                     Deadline deadline, RowSink* sink);

  const StoreOptions options_;

 private:
  Result<Rows> query(const std::string& ns, std::string_view sql, const Params& params,
                     Deadline deadline) final;
  Result<std::int64_t> execute(const std::string& ns, std::string_view sql, const Params& params,
                               Deadline deadline) final;
  Result<void> stream(const std::string& ns, std::string_view sql, const Params& params,
                      std::size_t batch_rows, const BatchCallback& callback,
                      Deadline deadline) final;
  Result<Transaction> begin(const std::string& ns, Mode mode, Deadline deadline) final;

  Result<StatementPtr> prepare(const std::string& ns, std::string_view sql, const Params& params);
  Result<std::int64_t> read(const StatementPtr& statement, const Params& params, Deadline deadline,
                            RowSink* sink);

  StatementCatalog catalog_;
  TransactionReaper reaper_;
  std::mutex mutex_;  // guards what follows
  std::set<std::string> namespaces_;
};

}  // namespace tenon::store
