// SqliteStore: one file in WAL mode, one writer, several readers. Internal to the store.
#pragma once

#include "host/store/group_commit.hpp"
#include "host/store/pooled_store.hpp"

namespace tenon::store {

class SqliteStore final : public PooledStore {
 public:
  static Result<std::unique_ptr<Store>> open(const StoreOptions& options);

  Result<void> backup(const std::string& file, Deadline deadline) override;

 private:
  explicit SqliteStore(const StoreOptions& options);

  ConnectionPool& pool(Mode mode) override { return mode == Mode::write ? writer_ : readers_; }
  Result<void> make_namespace(const std::string&) override { return {}; }  // a prefix only
  Result<std::int64_t> write(const StatementPtr& statement, const Params& params, Deadline deadline,
                             RowSink* sink) override;

  ConnectionPool writer_;
  ConnectionPool readers_;
  GroupCommit group_commit_;
};

}  // namespace tenon::store
