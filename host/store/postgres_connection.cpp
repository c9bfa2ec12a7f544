#include "host/store/postgres_connection.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>

#include "host/store/database_error.hpp"
#include "host/store/postgres_copy.hpp"
#include "host/store/postgres_params.hpp"
#include "host/store/postgres_values.hpp"

namespace tenon::store {

namespace {

constexpr std::size_t kMaxPrepared = 256;
constexpr std::int64_t kMaxTimeoutMs = 24LL * 3600 * 1000;
constexpr std::size_t kMinRowsAtOnce = 10;             // fewer are faster one by one
constexpr std::size_t kMaxRowsAtOnce = 16'384;         // each part is a subtransaction
constexpr std::int64_t kMigrationLock = 0x74656e6f6e;  // "tenon"

Code code_of(std::string_view state) {
  auto is = [&](std::string_view prefix) { return state.starts_with(prefix); };
  if (state == "23505" || is("40")) return Code::conflict;
  if (state == "57014" || state == "25P03" || state == "55P03") return Code::timeout;
  if (is("08") || is("57P") || is("53")) return Code::unavailable;
  if (state == "25006" || state == "42501") return Code::denied;
  if (state == "54000") return Code::too_large;
  if (is("22") || is("23") || is("42") || is("0A") || is("2B") || is("26")) return Code::invalid;
  if (state == "XX001" || state == "XX002") return Code::data_loss;
  return Code::internal;
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

std::int64_t remaining_ms(Deadline deadline) {
  auto now = std::chrono::steady_clock::now();
  if (deadline <= now) return 0;
  if (deadline - now > std::chrono::milliseconds(kMaxTimeoutMs)) return kMaxTimeoutMs;
  return std::chrono::ceil<std::chrono::milliseconds>(deadline - now).count();
}

// Rounded up by at most an eighth, so that calls with the same deadline share one setting.
std::int64_t rounded_up(std::int64_t ms) {
  std::int64_t step = 1;
  while (step * 16 <= ms) step *= 2;
  return (ms + step - 1) / step * step;
}

// `conninfo` with defaults that a caller may override in the URL.
std::string conninfo_of(const StoreOptions& options) {
  std::string url = options.url;
  bool is_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
  auto add = [&](std::string_view key, std::string_view value) {
    if (url.find(fmt::format("{}=", key)) != url.npos) return;
    if (is_url) {
      url += fmt::format("{}{}={}", url.find('?') == url.npos ? '?' : '&', key, value);
    } else {
      url += fmt::format(" {}='{}'", key, value);
    }
  };
  add("application_name", options.application_name);
  add("connect_timeout", "5");
  add("tcp_user_timeout", "10000");
  add("client_encoding", "UTF8");
  return url;
}

}  // namespace

class PostgresConnection::Notices final : public pqxx::errorhandler {
 public:
  Notices(pqxx::connection_base& connection, std::function<void(std::string_view)> sink)
      : pqxx::errorhandler(connection), sink_(std::move(sink)) {}
  bool operator()(const char* message) noexcept override {
    try {
      if (sink_) sink_(trimmed(message));
    } catch (...) {
      // A notice that cannot be logged is no reason to fail the statement.
    }
    return false;
  }

 private:
  const std::function<void(std::string_view)> sink_;
};

PostgresConnection::PostgresConnection(const StoreOptions& options, const std::string& conninfo)
    : connection_(conninfo),
      notices_(std::make_unique<Notices>(connection_, options.on_notice)),
      work_(std::make_unique<pqxx::nontransaction>(connection_)) {}

PostgresConnection::~PostgresConnection() {
  work_.reset();
  notices_.reset();
}

template <class Work>
auto PostgresConnection::guarded(Work&& work) -> decltype(work()) {
  auto lost = [&](std::string why) {
    broken_ = true;
    return database_error(Code::unavailable, "PostgreSQL",
                          "the connection is lost: " + trimmed(std::move(why)));
  };
  try {
    return work();
  } catch (const pqxx::broken_connection& error) {
    return lost(error.what());
  } catch (const pqxx::sql_error& error) {
    if (!connection_.is_open() || error.sqlstate().starts_with("57P")) return lost(error.what());
    return database_error(code_of(error.sqlstate()), "PostgreSQL",
                          fmt::format("{} ({})", trimmed(error.what()), error.sqlstate()));
  } catch (const std::exception& error) {
    // Whatever this is, the state of the connection is not known any more.
    broken_ = true;
    return database_error(connection_.is_open() ? Code::internal : Code::unavailable, "PostgreSQL",
                          trimmed(error.what()));
  }
}

Result<std::unique_ptr<Connection>> PostgresConnection::open(const StoreOptions& options) {
  std::unique_ptr<PostgresConnection> connection;
  try {
    connection.reset(new PostgresConnection(options, conninfo_of(options)));
  } catch (const std::exception& error) {
    return Error{Code::unavailable,
                 fmt::format("cannot connect to PostgreSQL: {}", trimmed(error.what()))};
  }
  auto configured = connection->guarded([&]() -> Result<void> {
    // Nothing is found without its schema, and so not outside the namespace.
    connection->exec(
        "SET search_path = ''; SET standard_conforming_strings = on; SET bytea_output = 'hex';"
        "SET extra_float_digits = 1; SET default_transaction_isolation = 'read committed';"
        "SET client_min_messages = notice; SET TimeZone = 'UTC'; SET DateStyle = 'ISO'");
    return {};
  });
  if (!configured.ok()) return std::move(configured).error();
  return std::unique_ptr<Connection>(std::move(connection));
}

bool PostgresConnection::usable() {
  if (broken_ || !connection_.is_open()) return false;
  // An idle connection has nothing to say: what can be read is a notice, or its end.
  pollfd socket{connection_.sock(), POLLIN, 0};
  if (::poll(&socket, 1, 0) > 0) {
    try {
      connection_.get_notifs();
    } catch (const std::exception&) {
      broken_ = true;
    }
    // A server that ends the connection says why before it closes, which libpq reads as a notice.
    if (::poll(&socket, 1, 0) > 0) broken_ = true;
  }
  return !broken_ && connection_.is_open();
}

void PostgresConnection::set_timeout(Deadline deadline) {
  std::int64_t wanted = rounded_up(remaining_ms(deadline));
  if (wanted == timeout_ms_) return;
  exec(fmt::format("SET statement_timeout = {}", wanted));
  timeout_ms_ = wanted;
}

const std::string& PostgresConnection::prepared(const Statement& statement) {
  if (auto found = cache_.find(statement.id); found != cache_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second);
    return recent_.front().name;
  }
  if (recent_.size() >= kMaxPrepared) forget_prepared(recent_.back().id);
  std::string name = fmt::format("s{}", next_name_++);
  connection_.prepare(name, statement.text.sql);
  recent_.push_front(Cached{statement.id, std::move(name)});
  cache_.emplace(statement.id, recent_.begin());
  return recent_.front().name;
}

void PostgresConnection::forget_prepared(std::uint64_t id) {
  auto found = cache_.find(id);
  if (found == cache_.end()) return;
  std::string name = found->second->name;
  recent_.erase(found->second);
  cache_.erase(found);
  connection_.unprepare(name);
}

namespace {

Result<void> pass_rows(const pqxx::result& result, RowSink& sink) {
  std::vector<unsigned> types;
  for (pqxx::row::size_type i = 0; i < result.columns(); ++i)
    types.push_back(result.column_type(i));
  for (const auto& row : result) {
    for (pqxx::row::size_type i = 0; i < result.columns(); ++i) {
      if (row[i].is_null()) {
        sink.push(Value());
        continue;
      }
      TN_TRY(Value value, from_postgres(types[i], {row[i].c_str(), row[i].size()}));
      sink.push(std::move(value));
    }
    TN_CHECK(sink.row_done());
  }
  return {};
}

void pass_columns(const pqxx::result& result, RowSink& sink) {
  std::vector<std::string> names;
  for (pqxx::row::size_type i = 0; i < result.columns(); ++i)
    names.emplace_back(result.column_name(i));
  sink.columns(std::move(names));
}

}  // namespace

Result<std::int64_t> PostgresConnection::run_prepared(const Statement& statement,
                                                      const Params& params, RowSink* sink) {
  pqxx::result result =
      work_->exec_prepared(prepared(statement), PostgresParams({&params, 1}).dynamic());
  if (sink != nullptr) {
    pass_columns(result, *sink);
    TN_CHECK(pass_rows(result, *sink));
    TN_CHECK(sink->end());
  }
  if (statement.text.kind != StatementKind::write) return std::int64_t{0};
  return static_cast<std::int64_t>(result.affected_rows());
}

Result<std::int64_t> PostgresConnection::run_cursor(const Statement& statement,
                                                    const Params& params, RowSink& sink) {
  work_->exec_params("DECLARE tenon_stream NO SCROLL CURSOR FOR " + statement.text.sql,
                     PostgresParams({&params, 1}).dynamic());
  const std::string fetch = fmt::format("FETCH FORWARD {} FROM tenon_stream", sink.batch_rows());
  auto pump = [&]() -> Result<std::int64_t> {
    for (bool first = true;; first = false) {
      pqxx::result batch = work_->exec(fetch);
      if (first) pass_columns(batch, sink);
      if (batch.empty()) break;
      TN_CHECK(pass_rows(batch, sink));
    }
    TN_CHECK(sink.end());
    return std::int64_t{0};
  };
  auto result = pump();
  exec("CLOSE tenon_stream");
  return result;
}

Result<std::int64_t> PostgresConnection::run(const Statement& statement, const Params& params,
                                             Deadline deadline, RowSink* sink) {
  if (remaining_ms(deadline) == 0) {
    return Error{Code::timeout, "the deadline passed before the statement ran"};
  }
  auto run = [&] {
    return guarded([&]() -> Result<std::int64_t> {
      set_timeout(deadline);
      if (sink != nullptr && sink->streaming()) return run_cursor(statement, params, *sink);
      return run_prepared(statement, params, sink);
    });
  };
  auto result = run();
  if (result.ok() || broken_) return result;
  // A statement whose preparation failed, or whose plan is out of date, is prepared anew next time.
  if (result.error().code == Code::invalid && !in_transaction_) {
    bool stale = result.error().message.find("cached plan") != std::string::npos;
    auto forgotten = guarded([&]() -> Result<void> {
      forget_prepared(statement.id);
      return {};
    });
    if (forgotten.ok() && stale) return run();
  }
  return result;
}

Result<std::int64_t> PostgresConnection::insert_at_once(PostgresCopy& copy,
                                                        const Statement& statement,
                                                        std::span<const Params> rows,
                                                        Deadline deadline) {
  if (!statement.text.plain_insert->has_conflict_clause) {
    TN_CHECK(copy.copy(rows, deadline));
    return static_cast<std::int64_t>(rows.size());
  }
  std::int64_t changed = 0;
  while (!rows.empty()) {
    if (remaining_ms(deadline) == 0) return Error{Code::timeout, "the deadline passed"};
    set_timeout(deadline);
    auto part = rows.first(std::min(copy.rows_of_an_insert(), rows.size()));
    changed += copy.insert(statement.text.sql, part);
    rows = rows.subspan(part.size());
  }
  return changed;
}

Result<std::optional<std::int64_t>> PostgresConnection::run_at_once(const Statement& statement,
                                                                    std::span<const Params> rows,
                                                                    Deadline deadline) {
  if (remaining_ms(deadline) == 0) return Error{Code::timeout, "the deadline passed"};
  auto result = guarded([&]() -> Result<std::optional<std::int64_t>> {
    set_timeout(deadline);
    exec("SAVEPOINT tenon_rows");
    PostgresCopy copy(*work_, statement.ns, *statement.text.plain_insert);
    std::optional<std::int64_t> changed;
    if (copy.lock_and_check()) {
      TN_TRY(changed, insert_at_once(copy, statement, rows, deadline));
    }
    exec("RELEASE SAVEPOINT tenon_rows");
    return changed;
  });
  if (result.ok() || broken_ || result.error().code == Code::timeout) return result;
  return guarded([&]() -> Result<std::optional<std::int64_t>> {
    // A SET behind the savepoint is undone with it.
    timeout_ms_ = -1;
    exec("ROLLBACK TO SAVEPOINT tenon_rows; RELEASE SAVEPOINT tenon_rows");
    return std::optional<std::int64_t>();
  });
}

Result<std::int64_t> PostgresConnection::run_many(const Statement& statement,
                                                  std::span<const Params> rows, Deadline deadline) {
  std::int64_t affected = 0;
  bool at_once = in_transaction_ && statement.text.plain_insert && rows.size() >= kMinRowsAtOnce;
  while (at_once && !rows.empty()) {
    auto part = rows.first(std::min(kMaxRowsAtOnce, rows.size()));
    TN_TRY(auto changed, run_at_once(statement, part, deadline));
    at_once = changed.has_value();
    if (!at_once) break;
    affected += *changed;
    rows = rows.subspan(part.size());
  }
  TN_TRY(std::int64_t changed, Connection::run_many(statement, rows, deadline));
  return affected + changed;
}

Result<void> PostgresConnection::begin(Mode mode, Deadline deadline) {
  std::int64_t left = remaining_ms(deadline);
  if (left == 0) return Error{Code::timeout, "the deadline passed before the transaction began"};
  return guarded([&]() -> Result<void> {
    set_timeout(deadline);
    exec(mode == Mode::write ? "BEGIN READ WRITE"
                             : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    in_transaction_ = true;
    return {};
  });
}

Result<void> PostgresConnection::commit(Deadline deadline) {
  auto result = guarded([&]() -> Result<void> {
    set_timeout(deadline);
    exec("COMMIT");
    return {};
  });
  if (result.ok()) {
    in_transaction_ = false;
  } else {
    rollback();
  }
  return result;
}

void PostgresConnection::rollback() {
  if (!in_transaction_) return;
  in_transaction_ = false;
  if (broken_) return;
  auto result = guarded([&]() -> Result<void> {
    exec("ROLLBACK");
    // A SET inside the transaction is undone with it.
    timeout_ms_ = -1;
    return {};
  });
  if (!result.ok()) broken_ = true;
}

Result<void> PostgresConnection::lock_migrations(Deadline deadline) {
  return guarded([&]() -> Result<void> {
    set_timeout(deadline);
    exec(fmt::format("SELECT pg_advisory_xact_lock({})", kMigrationLock));
    return {};
  });
}

Result<void> PostgresConnection::make_schema(const std::string& ns) {
  return guarded([&]() -> Result<void> {
    auto found = work_->exec("SELECT 1 FROM pg_namespace WHERE nspname = " + work_->quote(ns));
    if (!found.empty()) return {};
    // IF NOT EXISTS alone fails when two create it at the same moment.
    exec(fmt::format(
        "BEGIN; SELECT pg_advisory_xact_lock({}); CREATE SCHEMA IF NOT EXISTS {}; COMMIT",
        kMigrationLock, work_->quote_name(ns)));
    return {};
  });
}

}  // namespace tenon::store
