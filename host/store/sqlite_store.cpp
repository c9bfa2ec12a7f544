#include "host/store/sqlite_store.hpp"

#include <filesystem>

#include "host/store/sqlite_connection.hpp"

namespace tenon::store {

SqliteStore::SqliteStore(const StoreOptions& options)
    : PooledStore(options),
      writer_(1,
              [options] { return SqliteConnection::open(options, SqliteConnection::Use::writer); }),
      readers_(
          options.connections,
          [options] { return SqliteConnection::open(options, SqliteConnection::Use::reader); }),
      group_commit_(writer_) {}

Result<std::unique_ptr<Store>> SqliteStore::open(const StoreOptions& options) {
  if (options.path.empty() || options.connections == 0) {
    return Error{Code::invalid, "a SQLite store needs a path and at least one reader"};
  }
  std::unique_ptr<SqliteStore> store(new SqliteStore(options));
  // The writer goes first: it sets WAL mode, and an error is told now and not at the first call.
  TN_TRY(Lease lease, store->writer_.acquire(within(options.busy_wait)));
  lease.release();
  return std::unique_ptr<Store>(std::move(store));
}

Result<std::int64_t> SqliteStore::write(const StatementPtr& statement, const Params& params,
                                        Deadline deadline, RowSink* sink) {
  return group_commit_.run(*statement, params, deadline, sink);
}

Result<void> SqliteStore::backup(const std::string& file, Deadline deadline) {
  if (std::filesystem::exists(file)) {
    return Error{Code::conflict, "the backup file exists already; it is not overwritten", file};
  }
  auto source = SqliteConnection::open(options_, SqliteConnection::Use::reader);
  if (!source.ok()) return std::move(source).error();
  return static_cast<SqliteConnection&>(**source).backup_to(file, deadline);
}

}  // namespace tenon::store
