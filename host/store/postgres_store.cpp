#include "host/store/postgres_store.hpp"

#include "host/store/postgres_connection.hpp"

namespace tenon::store {

namespace {
constexpr std::chrono::seconds kSetupTime{10};
}

PostgresStore::PostgresStore(const StoreOptions& options)
    : PooledStore(options),
      pool_(options.connections, [options] { return PostgresConnection::open(options); }) {}

Result<std::unique_ptr<Store>> PostgresStore::open(const StoreOptions& options) {
  if (options.url.empty() || options.connections == 0) {
    return Error{Code::invalid, "a PostgreSQL store needs a URL and at least one connection"};
  }
  std::unique_ptr<PostgresStore> store(new PostgresStore(options));
  TN_TRY(Lease lease, store->pool_.acquire(within(kSetupTime)));
  lease.release();
  return std::unique_ptr<Store>(std::move(store));
}

Result<void> PostgresStore::make_namespace(const std::string& ns) {
  TN_TRY(Lease lease, pool_.acquire(within(kSetupTime)));
  return static_cast<PostgresConnection&>(*lease).make_schema(ns);
}

Result<void> PostgresStore::backup(const std::string&, Deadline) {
  return Error{Code::unsupported, "PostgreSQL is backed up with its own pg_dump"};
}

}  // namespace tenon::store
