#include "host/store/migrations.hpp"

#include <fmt/format.h>

#include "host/store/transaction_state.hpp"

namespace tenon::store {

namespace {

constexpr std::string_view kHostNamespace = "tenon";

// FNV-1a: tells an edited migration from an unchanged one; it need not resist an attacker.
std::string checksum(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("{:016x}", hash);
}

const std::string& script_of(const Migration& migration, Dialect dialect) {
  const std::string& own = dialect == Dialect::sqlite ? migration.sqlite : migration.postgres;
  return own.empty() ? migration.sql : own;
}

std::string path_of(const Scope& scope, const Migration& migration) {
  return fmt::format("{}: migration {} '{}'", scope.name(), migration.version, migration.name);
}

Result<void> check_list(const Scope& scope, const std::vector<Migration>& migrations) {
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    const Migration& migration = migrations[i];
    auto expected = static_cast<std::int64_t>(i + 1);
    if (migration.version != expected) {
      return Error{Code::invalid,
                   fmt::format("version {} stands where version {} is expected", migration.version,
                               expected),
                   path_of(scope, migration)};
    }
    if (script_of(migration, scope.store().dialect()).empty()) {
      return Error{Code::invalid, "it has no SQL for this database", path_of(scope, migration)};
    }
  }
  return {};
}

}  // namespace

// Works inside one transaction of the scope and also writes the host's record of it.
class Migrator {
 public:
  static Result<void> lock(Transaction& transaction) {
    return transaction.state_->lock_migrations();
  }

  static Result<Migrator> begin(const Scope& scope, Deadline deadline) {
    TN_TRY(Transaction transaction, scope.begin(Mode::write, deadline));
    TN_CHECK(lock(transaction));
    return Migrator(scope, std::move(transaction));
  }

  // The migrations that are recorded, compared with the list; the result is their number.
  Result<std::size_t> check_applied(const std::vector<Migration>& migrations) {
    TN_TRY(Rows rows, host_query("SELECT version, name, checksum FROM {migrations}"
                                 " WHERE namespace = $1 ORDER BY version",
                                 {scope_.name()}));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      TN_TRY(std::int64_t version, rows.int64(i, "version"));
      TN_TRY(std::string name, rows.text(i, "name"));
      TN_TRY(std::string recorded, rows.text(i, "checksum"));
      if (version != static_cast<std::int64_t>(i + 1)) {
        return Error{Code::data_loss, fmt::format("the record of version {} is missing", i + 1),
                     scope_.name()};
      }
      if (i >= migrations.size()) {
        return Error{Code::conflict,
                     fmt::format("the database has migration {} '{}', this program knows {}: it "
                                 "is older than the database",
                                 version, name, migrations.size()),
                     scope_.name()};
      }
      if (checksum(script_of(migrations[i], scope_.store().dialect())) != recorded) {
        return Error{Code::conflict,
                     "it was changed after it was applied; add a new migration instead",
                     path_of(scope_, migrations[i])};
      }
    }
    return rows.size();
  }

  Result<void> apply(const Migration& migration) {
    Dialect dialect = scope_.store().dialect();
    const std::string& script = script_of(migration, dialect);
    TN_TRY(auto statements, split_script(script, dialect));
    for (std::string_view sql : statements) TN_CHECK(transaction_.execute(sql));
    TN_CHECK(
        host_query("INSERT INTO {migrations} (namespace, version, name, checksum)"
                   " VALUES ($1, $2, $3, $4)",
                   {scope_.name(), migration.version, migration.name, checksum(script)}));
    return transaction_.commit();
  }

 private:
  Migrator(const Scope& scope, Transaction transaction)
      : scope_(scope), transaction_(std::move(transaction)) {}

  Result<Rows> host_query(std::string_view sql, const Params& params) {
    RowSink sink = transaction_.state_->collector();
    TN_CHECK(transaction_.state_->run(kHostNamespace, sql, params, &sink));
    return sink.take();
  }

  const Scope& scope_;
  Transaction transaction_;
};

Result<MigrationReport> migrate(const Scope& scope, const std::vector<Migration>& migrations,
                                Deadline deadline) {
  TN_CHECK(check_list(scope, migrations));
  TN_TRY(Scope host, scope.store().scope(kHostNamespace));
  {
    TN_TRY(Transaction transaction, host.begin(Mode::write, deadline));
    // The lock first: PostgreSQL's IF NOT EXISTS alone fails when two create it at once.
    TN_CHECK(Migrator::lock(transaction));
    TN_CHECK(
        transaction.execute("CREATE TABLE IF NOT EXISTS {migrations} (namespace text NOT NULL,"
                            " version bigint NOT NULL, name text NOT NULL,"
                            " checksum text NOT NULL, PRIMARY KEY (namespace, version))"));
    TN_CHECK(transaction.commit());
  }
  MigrationReport report;
  while (true) {
    // Asked again each time: another host may have applied some meanwhile.
    TN_TRY(Migrator migrator, Migrator::begin(scope, deadline));
    TN_TRY(std::size_t applied, migrator.check_applied(migrations));
    report.version = static_cast<std::int64_t>(applied);
    if (applied == migrations.size()) return report;
    const Migration& next = migrations[applied];
    if (auto done = migrator.apply(next); !done.ok()) {
      Error error = std::move(done).error();
      error.path = error.path.empty() ? path_of(scope, next)
                                      : fmt::format("{}: {}", path_of(scope, next), error.path);
      return error;
    }
    report.applied.push_back(next.name);
  }
}

}  // namespace tenon::store
