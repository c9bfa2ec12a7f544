// The host's store: one database, SQLite or PostgreSQL, behind one interface. The SQL rules are in
// sql_text.hpp. Values: int64, double (finite; -0.0 becomes 0.0), text (UTF-8 without NUL), bytes,
// null. Portable column types: bigint, double precision, text, bytea, boolean (as 0 and 1).
//
// All of it may be used from many threads. Errors: invalid (the SQL or a value), denied (outside
// the namespace), conflict (a unique key exists; a serialization failure), timeout (the deadline),
// unavailable (no connection, or another process holds the database), too_large, internal.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/store/rows.hpp"
#include "host/store/sql_text.hpp"
#include "host/store/value.hpp"
#include "tenon/result.hpp"

namespace tenon::store {

using Deadline = std::chrono::steady_clock::time_point;
inline Deadline within(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

enum class Mode { read, write };

class TransactionState;
class Store;

// Belongs to one call. Rolled back unless committed, at the latest when its deadline passes. After
// a statement failed, every further one and commit() fail too: on both databases only rollback is
// left.
class Transaction {
 public:
  explicit Transaction(std::shared_ptr<TransactionState> state);
  Transaction(Transaction&&) noexcept = default;
  Transaction& operator=(Transaction&& other) noexcept;
  ~Transaction();

  Result<Rows> query(std::string_view sql, const Params& params = {});
  // The number of rows inserted, changed or deleted; 0 for other statements.
  Result<std::int64_t> execute(std::string_view sql, const Params& params = {});
  Result<std::int64_t> execute_many(std::string_view sql, const std::vector<Params>& rows);
  Result<void> stream(std::string_view sql, const Params& params, std::size_t batch_rows,
                      const BatchCallback& callback);
  Result<void> commit();
  void rollback();

 private:
  friend class Migrator;
  std::shared_ptr<TransactionState> state_;
};

// A namespace's view of the store. Cheap to copy; must not outlive the store.
class Scope {
 public:
  Scope(Store& store, std::string ns) : store_(&store), namespace_(std::move(ns)) {}

  const std::string& name() const { return namespace_; }
  Store& store() const { return *store_; }

  Result<Rows> query(std::string_view sql, const Params& params, Deadline deadline) const;
  Result<std::int64_t> execute(std::string_view sql, const Params& params, Deadline deadline) const;
  // Runs one statement for each row of parameters in one transaction: all or nothing.
  Result<std::int64_t> execute_many(std::string_view sql, const std::vector<Params>& rows,
                                    Deadline deadline) const;
  // A query of any size: `callback` gets at most `batch_rows` rows at a time, and must not use the
  // store itself.
  Result<void> stream(std::string_view sql, const Params& params, std::size_t batch_rows,
                      const BatchCallback& callback, Deadline deadline) const;
  Result<Transaction> begin(Mode mode, Deadline deadline) const;

 private:
  Store* store_;
  std::string namespace_;
};

enum class Durability { normal, full };  // full: a commit survives a loss of power

struct StoreOptions {
  Dialect dialect = Dialect::sqlite;
  std::string path;                                 // SQLite: the file
  Durability durability = Durability::full;         // SQLite
  std::string url;                                  // PostgreSQL: a connection URL or string
  std::string application_name = "tenon";           // PostgreSQL
  std::size_t connections = 4;                      // SQLite: readers; PostgreSQL: all
  std::chrono::milliseconds busy_wait{5000};        // SQLite: for a lock of another process
  std::size_t max_result_bytes = 64u << 20;         // of query(); stream() has no limit
  std::function<void(std::string_view)> on_notice;  // PostgreSQL; called from any thread
};

class Store {
 public:
  virtual ~Store() = default;
  virtual Dialect dialect() const = 0;

  // Makes the namespace when it does not exist. `tenon` and `tenon_..` are for the host.
  virtual Result<Scope> scope(std::string_view ns) = 0;
  // A consistent copy of the running database in a new file (SQLite; unsupported on PostgreSQL).
  virtual Result<void> backup(const std::string& file, Deadline deadline) = 0;

 private:
  friend class Scope;
  virtual Result<Rows> query(const std::string& ns, std::string_view sql, const Params& params,
                             Deadline deadline) = 0;
  virtual Result<std::int64_t> execute(const std::string& ns, std::string_view sql,
                                       const Params& params, Deadline deadline) = 0;
  virtual Result<void> stream(const std::string& ns, std::string_view sql, const Params& params,
                              std::size_t batch_rows, const BatchCallback& callback,
                              Deadline deadline) = 0;
  virtual Result<Transaction> begin(const std::string& ns, Mode mode, Deadline deadline) = 0;
};

// Errors: unavailable when the database cannot be reached or opened.
Result<std::unique_ptr<Store>> open_store(const StoreOptions& options);

}  // namespace tenon::store
