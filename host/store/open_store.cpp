#include "host/store/postgres_store.hpp"
#include "host/store/sqlite_store.hpp"
#include "host/store/store.hpp"

namespace tenon::store {

Result<std::unique_ptr<Store>> open_store(const StoreOptions& options) {
  return options.dialect == Dialect::sqlite ? SqliteStore::open(options)
                                            : PostgresStore::open(options);
}

}  // namespace tenon::store
