// SqliteConnection: one sqlite3 handle with its prepared statements and its guard. Internal.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "host/store/connection.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace tenon::store {

class SqliteConnection final : public Connection {
 public:
  enum class Use { reader, writer };

  static Result<std::unique_ptr<Connection>> open(const StoreOptions& options, Use use);
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;
  ~SqliteConnection() override;

  Result<std::int64_t> run(const Statement& statement, const Params& params, Deadline deadline,
                           RowSink* sink) override;
  Result<void> begin(Mode mode, Deadline deadline) override;
  Result<void> commit(Deadline deadline) override;
  void rollback() override;
  bool in_transaction() const override;
  Result<void> lock_migrations(Deadline) override { return {}; }  // begin(write) did it
  bool usable() override { return true; }

  Result<void> backup_to(const std::string& file, Deadline deadline);

 private:
  struct CloseHandle {
    void operator()(sqlite3* handle) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  using StatementHandle = std::unique_ptr<sqlite3_stmt, Finalize>;
  struct Cached {
    std::uint64_t id;
    StatementHandle handle;
  };

  SqliteConnection(std::unique_ptr<sqlite3, CloseHandle> handle,
                   std::chrono::milliseconds busy_wait);
  Result<void> configure(const StoreOptions& options, Use use);
  Result<void> own(const char* sql);  // the store's own SQL, without the guard
  Result<StatementHandle> compile(std::string_view sql);
  Result<sqlite3_stmt*> prepared(const Statement& statement);
  Result<void> step_all(sqlite3_stmt* handle, RowSink* sink);
  Error error(int code) const;

  static int authorize(void* self, int action, const char* first, const char* second,
                       const char* database, const char* trigger);
  bool may_use_table(const char* name) const;
  bool is_own(std::string_view name) const;
  const char* refuse(int action, const char* first, const char* second);
  static int progress(void* self);
  static int busy(void* self, int attempts);

  std::unique_ptr<sqlite3, CloseHandle> handle_;
  const std::chrono::milliseconds busy_wait_;
  // Last used first; finalized before the handle closes because it is declared after it.
  std::list<Cached> recent_;
  std::unordered_map<std::uint64_t, std::list<Cached>::iterator> cache_;
  StatementHandle begin_read_, begin_write_, commit_, rollback_;
  const Statement* current_ = nullptr;  // none: the store's own SQL
  Deadline deadline_ = Deadline::max();
  Deadline busy_until_{};
  std::string refused_;  // why the guard refused the last statement
};

}  // namespace tenon::store
