#include "host/store/sqlite_store.hpp"
#include "host/store/store.hpp"

namespace tenon::store {

Result<std::unique_ptr<Store>> open_store(const StoreOptions& options) {
  return SqliteStore::open(options);
}

}  // namespace tenon::store
