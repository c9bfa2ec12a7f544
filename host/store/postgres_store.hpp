// PostgresStore: a pool of connections to one server. Internal to the store.
#pragma once

#include "host/store/pooled_store.hpp"

namespace tenon::store {

class PostgresStore final : public PooledStore {
 public:
  static Result<std::unique_ptr<Store>> open(const StoreOptions& options);

  Result<void> backup(const std::string& file, Deadline deadline) override;

 private:
  explicit PostgresStore(const StoreOptions& options);

  ConnectionPool& pool(Mode) override { return pool_; }
  Result<void> make_namespace(const std::string& ns) override;

  ConnectionPool pool_;
};

}  // namespace tenon::store
