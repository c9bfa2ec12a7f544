// PostgresConnection: one connection through libpqxx with its prepared statements. Internal.
#pragma once

#include <list>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <unordered_map>

#include "host/store/connection.hpp"

namespace tenon::store {

class PostgresCopy;

class PostgresConnection final : public Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(const StoreOptions& options);
  ~PostgresConnection() override;

  Result<std::int64_t> run(const Statement& statement, const Params& params, Deadline deadline,
                           RowSink* sink) override;
  // Plain inserts go in parts, each at once. When a part fails, its rows are run one after the
  // other: which error is told is decided there, and tables that need it are served there.
  Result<std::int64_t> run_many(const Statement& statement, std::span<const Params> rows,
                                Deadline deadline) override;
  Result<void> begin(Mode mode, Deadline deadline) override;
  Result<void> commit(Deadline deadline) override;
  void rollback() override;
  bool in_transaction() const override { return in_transaction_; }
  Result<void> lock_migrations(Deadline deadline) override;
  bool usable() override;

  Result<void> make_schema(const std::string& ns);

 private:
  class Notices;

  PostgresConnection(const StoreOptions& options, const std::string& conninfo);
  // Runs `work`, and makes an Error of what libpqxx throws.
  template <class Work>
  auto guarded(Work&& work) -> decltype(work());
  void set_timeout(Deadline deadline);
  const std::string& prepared(const Statement& statement);
  void forget_prepared(std::uint64_t id);
  Result<std::int64_t> run_prepared(const Statement& statement, const Params& params,
                                    RowSink* sink);
  Result<std::int64_t> run_cursor(const Statement& statement, const Params& params, RowSink& sink);
  // None, with nothing changed: the rows are to be run one after the other.
  Result<std::optional<std::int64_t>> run_at_once(const Statement& statement,
                                                  std::span<const Params> rows, Deadline deadline);
  Result<std::int64_t> insert_at_once(PostgresCopy& copy, const Statement& statement,
                                      std::span<const Params> rows, Deadline deadline);
  void exec(const std::string& sql) { work_->exec(sql); }

  pqxx::connection connection_;
  std::unique_ptr<Notices> notices_;
  // Transactions are begun by this class: a pqxx::nontransaction adds no statements of its own.
  std::unique_ptr<pqxx::nontransaction> work_;
  struct Cached {
    std::uint64_t id;
    std::string name;
  };
  std::list<Cached> recent_;  // last used first
  std::unordered_map<std::uint64_t, std::list<Cached>::iterator> cache_;
  std::uint64_t next_name_ = 1;
  std::int64_t timeout_ms_ = -1;  // as the server has it
  bool in_transaction_ = false;
  bool broken_ = false;
};

}  // namespace tenon::store
