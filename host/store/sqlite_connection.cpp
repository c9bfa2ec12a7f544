#include "host/store/sqlite_connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <thread>

#include "host/store/database_error.hpp"

namespace tenon::store {

namespace {

constexpr std::size_t kMaxCached = 256;
constexpr int kStepsPerDeadlineCheck = 1000;
constexpr int kPagesPerBackupStep = 256;

void bind(sqlite3_stmt* handle, int index, const Value& value) {
  if (const auto* number = value.int64()) {
    sqlite3_bind_int64(handle, index, *number);
  } else if (const auto* real = value.real()) {
    sqlite3_bind_double(handle, index, *real == 0 ? 0.0 : *real);
  } else if (const auto* text = value.text()) {
    sqlite3_bind_text64(handle, index, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
  } else if (const auto* bytes = value.bytes()) {
    // A null pointer would bind NULL and not the empty value.
    const void* data = bytes->empty() ? static_cast<const void*>("") : bytes->data();
    sqlite3_bind_blob64(handle, index, data, bytes->size(), SQLITE_STATIC);
  } else {
    sqlite3_bind_null(handle, index);
  }
}

Value column(sqlite3_stmt* handle, int index) {
  auto size = [&] { return static_cast<std::size_t>(sqlite3_column_bytes(handle, index)); };
  switch (sqlite3_column_type(handle, index)) {
    case SQLITE_INTEGER:
      return Value(static_cast<std::int64_t>(sqlite3_column_int64(handle, index)));
    case SQLITE_FLOAT:
      return Value(sqlite3_column_double(handle, index));
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle, index));
      return Value(std::string(text == nullptr ? "" : text, size()));
    }
    case SQLITE_BLOB: {
      const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle, index));
      return data == nullptr ? Value(Bytes{}) : Value(Bytes(data, data + size()));
    }
    default:
      return Value();
  }
}

Code code_of(int extended) {
  switch (extended & 0xff) {
    case SQLITE_CONSTRAINT:
      return extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY ||
                     extended == SQLITE_CONSTRAINT_ROWID
                 ? Code::conflict
                 : Code::invalid;
    case SQLITE_ERROR:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
      return Code::invalid;
    case SQLITE_AUTH:
    case SQLITE_READONLY:
      return Code::denied;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_FULL:
    case SQLITE_IOERR:
      return Code::unavailable;
    case SQLITE_INTERRUPT:
      return Code::timeout;
    case SQLITE_TOOBIG:
      return Code::too_large;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Code::data_loss;
    default:
      return Code::internal;
  }
}

}  // namespace

void SqliteConnection::CloseHandle::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}
void SqliteConnection::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

SqliteConnection::SqliteConnection(std::unique_ptr<sqlite3, CloseHandle> handle,
                                   std::chrono::milliseconds busy_wait)
    : handle_(std::move(handle)), busy_wait_(busy_wait) {}

SqliteConnection::~SqliteConnection() = default;

Error SqliteConnection::error(int code) const {
  if ((code & 0xff) == SQLITE_AUTH && !refused_.empty())
    return Error{Code::denied, refused_, "sql"};
  if ((code & 0xff) == SQLITE_INTERRUPT) {
    return Error{Code::timeout, "the deadline passed while the statement ran"};
  }
  if ((code & 0xff) == SQLITE_BUSY) {
    return Error{Code::unavailable, "another process holds the lock of the database"};
  }
  return database_error(code_of(code), "SQLite", sqlite3_errmsg(handle_.get()));
}

Result<std::unique_ptr<Connection>> SqliteConnection::open(const StoreOptions& options, Use use) {
  sqlite3* raw = nullptr;
  int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  int code = sqlite3_open_v2(options.path.c_str(), &raw, flags, nullptr);
  std::unique_ptr<sqlite3, CloseHandle> handle(raw);
  if (code != SQLITE_OK) {
    return Error{Code::unavailable,
                 fmt::format("cannot open the database: {}", sqlite3_errstr(code)), options.path};
  }
  std::unique_ptr<SqliteConnection> connection(
      new SqliteConnection(std::move(handle), options.busy_wait));
  if (auto configured = connection->configure(options, use); !configured.ok()) {
    Error error = std::move(configured).error();
    error.path = options.path;
    return error;
  }
  return std::unique_ptr<Connection>(std::move(connection));
}

Result<void> SqliteConnection::configure(const StoreOptions& options, Use use) {
  sqlite3* db = handle_.get();
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  // "x" is a name on both databases, never the text 'x'.
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_busy_handler(db, busy, this);
  sqlite3_progress_handler(db, kStepsPerDeadlineCheck, progress, this);
  busy_until_ = std::chrono::steady_clock::now() + busy_wait_;
  if (use == Use::writer) TN_CHECK(own("PRAGMA journal_mode = WAL"));
  TN_CHECK(own(options.durability == Durability::full ? "PRAGMA synchronous = FULL"
                                                      : "PRAGMA synchronous = NORMAL"));
  TN_CHECK(own("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384"));
  if (use == Use::writer) TN_CHECK(own("PRAGMA wal_autocheckpoint = 4000"));
  if (use == Use::reader) TN_CHECK(own("PRAGMA query_only = ON"));
  sqlite3_set_authorizer(db, authorize, this);
  TN_TRY(begin_read_, compile("BEGIN"));
  TN_TRY(begin_write_, compile("BEGIN IMMEDIATE"));
  TN_TRY(commit_, compile("COMMIT"));
  TN_TRY(rollback_, compile("ROLLBACK"));
  return {};
}

Result<void> SqliteConnection::own(const char* sql) {
  int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code);
  return {};
}

Result<SqliteConnection::StatementHandle> SqliteConnection::compile(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  refused_.clear();
  int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                SQLITE_PREPARE_PERSISTENT, &raw, &tail);
  StatementHandle handle(raw);
  if (code != SQLITE_OK) return error(code);
  std::string_view rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
  if (handle == nullptr || rest.find_first_not_of(" \t\r\n\f;") != rest.npos) {
    return Error{Code::invalid, "one call runs one statement", "sql"};
  }
  return handle;
}

Result<sqlite3_stmt*> SqliteConnection::prepared(const Statement& statement) {
  if (auto found = cache_.find(statement.id); found != cache_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second);
    return recent_.front().handle.get();
  }
  TN_TRY(StatementHandle handle, compile(statement.text.sql));
  if (recent_.size() >= kMaxCached) {
    cache_.erase(recent_.back().id);
    recent_.pop_back();
  }
  recent_.push_front(Cached{statement.id, std::move(handle)});
  cache_.emplace(statement.id, recent_.begin());
  return recent_.front().handle.get();
}

Result<std::int64_t> SqliteConnection::run(const Statement& statement, const Params& params,
                                           Deadline deadline, RowSink* sink) {
  auto now = std::chrono::steady_clock::now();
  if (now >= deadline) return Error{Code::timeout, "the deadline passed before the statement ran"};
  deadline_ = deadline;
  busy_until_ = std::min(deadline, now + busy_wait_);
  // Set while it runs too: SQLite compiles again by itself after a change of the schema.
  current_ = &statement;
  refused_.clear();
  auto run = [&]() -> Result<std::int64_t> {
    TN_TRY(sqlite3_stmt * handle, prepared(statement));
    for (std::size_t i = 0; i < params.size(); ++i) {
      bind(handle, static_cast<int>(i + 1), params[i]);
    }
    auto done = step_all(handle, sink);
    sqlite3_reset(handle);
    sqlite3_clear_bindings(handle);
    if (!done.ok()) return std::move(done).error();
    return statement.text.kind == StatementKind::write ? sqlite3_changes64(handle_.get()) : 0;
  };
  auto result = run();
  current_ = nullptr;
  deadline_ = Deadline::max();
  return result;
}

Result<void> SqliteConnection::step_all(sqlite3_stmt* handle, RowSink* sink) {
  bool first = true;
  while (true) {
    int code = sqlite3_step(handle);
    int width = sqlite3_column_count(handle);
    if (sink != nullptr && std::exchange(first, false) && width > 0 &&
        (code == SQLITE_ROW || code == SQLITE_DONE)) {
      std::vector<std::string> names;
      for (int i = 0; i < width; ++i) names.emplace_back(sqlite3_column_name(handle, i));
      sink->columns(std::move(names));
    }
    if (code == SQLITE_DONE) return sink == nullptr ? Result<void>() : sink->end();
    if (code != SQLITE_ROW) return error(code);
    if (sink == nullptr) continue;
    for (int i = 0; i < width; ++i) sink->push(column(handle, i));
    TN_CHECK(sink->row_done());
  }
}

Result<void> SqliteConnection::begin(Mode mode, Deadline deadline) {
  busy_until_ = std::min(deadline, std::chrono::steady_clock::now() + busy_wait_);
  sqlite3_stmt* handle = mode == Mode::write ? begin_write_.get() : begin_read_.get();
  int code = sqlite3_step(handle);
  sqlite3_reset(handle);
  if (code != SQLITE_DONE) return error(code);
  return {};
}

Result<void> SqliteConnection::commit(Deadline deadline) {
  busy_until_ = std::min(deadline, std::chrono::steady_clock::now() + busy_wait_);
  int code = sqlite3_step(commit_.get());
  sqlite3_reset(commit_.get());
  if (code == SQLITE_DONE) return {};
  Error failure = error(code);
  rollback();
  return failure;
}

void SqliteConnection::rollback() {
  if (!in_transaction()) return;
  sqlite3_step(rollback_.get());
  sqlite3_reset(rollback_.get());
}

bool SqliteConnection::in_transaction() const {
  return sqlite3_get_autocommit(handle_.get()) == 0;
}

Result<void> SqliteConnection::backup_to(const std::string& file, Deadline deadline) {
  sqlite3* raw = nullptr;
  int code =
      sqlite3_open_v2(file.c_str(), &raw,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<sqlite3, CloseHandle> target(raw);
  auto failed = [&](int why) {
    return Error{Code::unavailable, fmt::format("the backup failed: {}", sqlite3_errstr(why)),
                 file};
  };
  if (code != SQLITE_OK) return failed(code);
  sqlite3_backup* backup = sqlite3_backup_init(target.get(), "main", handle_.get(), "main");
  if (backup == nullptr) return failed(sqlite3_errcode(target.get()));
  do {
    code = sqlite3_backup_step(backup, kPagesPerBackupStep);
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      code = SQLITE_OK;
    }
  } while (code == SQLITE_OK && std::chrono::steady_clock::now() < deadline);
  int finished = sqlite3_backup_finish(backup);
  if (code == SQLITE_OK) return Error{Code::timeout, "the deadline passed during the backup", file};
  if (code != SQLITE_DONE || finished != SQLITE_OK)
    return failed(code == SQLITE_DONE ? finished : code);
  return {};
}

int SqliteConnection::progress(void* self) {
  const auto& connection = *static_cast<const SqliteConnection*>(self);
  if (connection.deadline_ == Deadline::max()) return 0;
  return std::chrono::steady_clock::now() >= connection.deadline_ ? 1 : 0;
}

int SqliteConnection::busy(void* self, int attempts) {
  const auto& connection = *static_cast<const SqliteConnection*>(self);
  if (std::chrono::steady_clock::now() >= connection.busy_until_) return 0;
  std::this_thread::sleep_for(std::chrono::milliseconds(std::min(1 + attempts, 20)));
  return 1;
}

}  // namespace tenon::store
