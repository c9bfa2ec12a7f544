// Many threads, other processes, dead servers, and random operations against a plain oracle.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <optional>
#include <pqxx/pqxx>
#include <random>
#include <thread>

#include "host/store/store_fixture.hpp"

namespace tenon::store {
namespace {

using ::testing::HasSubstr;

class StoreThreadsTest : public OnBothStores {};

std::int64_t count(const Scope& scope) {
  auto rows = scope.query("SELECT count(*) AS n FROM {items}", {}, soon());
  EXPECT_TRUE(rows.ok()) << rows.error().message;
  return *rows->int64(0, "n");
}

TEST_P(StoreThreadsTest, EightThreadsWriteAndReadAndLoseNothing) {
  Scope scope = make_scope();
  ASSERT_TRUE(
      scope.execute("CREATE TABLE {items} (id bigint PRIMARY KEY, n bigint)", {}, soon()).ok());
  constexpr int kThreads = 8;
  constexpr int kEach = 60;
  std::atomic<int> conflicts = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          Params params{t * kEach + i, i};
          auto put = scope.execute("INSERT INTO {items} VALUES ($1, $2)", params, soon());
          EXPECT_TRUE(put.ok()) << put.error().message;
          // The second one fails alone, whatever else was committed with it.
          auto again = scope.execute("INSERT INTO {items} VALUES ($1, $2)", params, soon());
          if (!again.ok() && again.error().code == Code::conflict) ++conflicts;
          auto found = scope.query("SELECT n FROM {items} WHERE id = $1", {params[0]}, soon());
          EXPECT_EQ(*found->int64(0, "n"), i);
        }
      });
    }
  }
  EXPECT_EQ(count(scope), kThreads * kEach);
  EXPECT_EQ(conflicts, kThreads * kEach);
}

TEST_P(StoreThreadsTest, TransactionsOfManyThreadsDoNotMix) {
  Scope scope = make_scope();
  ASSERT_TRUE(
      scope.execute("CREATE TABLE {items} (id bigint PRIMARY KEY, n bigint)", {}, soon()).ok());
  ASSERT_TRUE(scope.execute("INSERT INTO {items} VALUES (1, 0)", {}, soon()).ok());
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 20; ++i) {
          auto transaction = scope.begin(Mode::write, soon());
          ASSERT_TRUE(transaction.ok()) << transaction.error().message;
          ASSERT_TRUE(transaction->execute("UPDATE {items} SET n = n + 1 WHERE id = 1").ok());
          if (t % 2 == 1) continue;
          ASSERT_TRUE(transaction->commit().ok());
        }
      });
    }
  }
  EXPECT_EQ(*scope.query("SELECT n FROM {items}", {}, soon())->int64(0, "n"), 80);
}

TEST_P(StoreThreadsTest, AStatementThatRunsIntoItsDeadlineHarmsNoOther) {
  Scope scope = make_scope();
  ASSERT_TRUE(
      scope.execute("CREATE TABLE {items} (id bigint PRIMARY KEY, n bigint)", {}, soon()).ok());
  std::atomic<bool> stop = false;
  std::jthread slow([&] {
    while (!stop) {
      auto result = scope.execute(
          "INSERT INTO {items} WITH RECURSIVE r(i) AS (SELECT 1000000 UNION ALL SELECT i + 1 FROM r"
          " WHERE i < 2000000000) SELECT i, 0 FROM r",
          {}, within(std::chrono::milliseconds(20)));
      EXPECT_EQ(result.error().code, Code::timeout) << result.error().message;
    }
  });
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 10; ++i) {
          auto put = scope.execute("INSERT INTO {items} VALUES ($1, 1)", {t * 10 + i}, soon());
          EXPECT_TRUE(put.ok()) << put.error().message;
        }
      });
    }
  }
  stop = true;
  slow.join();
  EXPECT_EQ(count(scope), 40);
}

TEST_P(StoreThreadsTest, WaitingForAConnectionEndsAtTheDeadline) {
  Scope scope = make_scope();
  ASSERT_TRUE(
      scope.execute("CREATE TABLE {items} (id bigint PRIMARY KEY, n bigint)", {}, soon()).ok());
  std::vector<Transaction> held;
  for (std::size_t i = 0; i < (GetParam() == Dialect::sqlite ? 1 : options().connections); ++i) {
    auto transaction = scope.begin(Mode::write, soon());
    ASSERT_TRUE(transaction.ok());
    held.push_back(std::move(*transaction));
  }

  auto refused = scope.begin(Mode::write, within(std::chrono::milliseconds(50)));
  auto single =
      scope.execute("INSERT INTO {items} VALUES (1, 1)", {}, within(std::chrono::milliseconds(50)));

  EXPECT_EQ(refused.error().code, Code::timeout);
  EXPECT_EQ(single.error().code, Code::timeout);
  held.clear();
  EXPECT_TRUE(scope.execute("INSERT INTO {items} VALUES (1, 1)", {}, soon()).ok());
}

TEST_P(StoreThreadsTest, WhoGivesUpWaitingTakesNoOtherWithIt) {
  Scope scope = make_scope();
  ASSERT_TRUE(
      scope.execute("CREATE TABLE {items} (id bigint PRIMARY KEY, n bigint)", {}, soon()).ok());
  ASSERT_TRUE(scope.execute("INSERT INTO {items} VALUES (0, 0)", {}, soon()).ok());
  auto held = scope.begin(Mode::write, soon());
  ASSERT_TRUE(held.ok());
  ASSERT_TRUE(held->execute("UPDATE {items} SET n = 1 WHERE id = 0").ok());
  std::atomic<int> in_time = 0;
  std::atomic<int> too_late = 0;
  {
    // Whoever comes first leads those behind; half of them give up while they wait.
    std::vector<std::jthread> threads;
    for (int t = 1; t <= 16; ++t) {
      threads.emplace_back([&, t] {
        auto deadline = t % 2 == 0 ? soon() : within(std::chrono::milliseconds(10 * t));
        auto done = scope.execute("UPDATE {items} SET n = n + 1 WHERE id = 0", {}, deadline);
        ++(done.ok() ? in_time : too_late);
        if (!done.ok()) {
          EXPECT_EQ(done.error().code, Code::timeout) << done.error().message;
        }
      });
    }
    for (int i = 0; i < 2'000 && too_late < 8; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    held->rollback();
  }
  EXPECT_EQ(in_time, 8);
  EXPECT_EQ(too_late, 8);
  EXPECT_EQ(*scope.query("SELECT n FROM {items}", {}, soon())->int64(0, "n"), 8);
}

// Applies random operations to the store and to a std::map, which must agree after each.
class Oracle {
 public:
  explicit Oracle(Scope scope) : scope_(std::move(scope)) {
    auto made = scope_.execute(
        "CREATE TABLE {items} (id bigint PRIMARY KEY, t text, b bytea, d double precision)", {},
        soon());
    EXPECT_TRUE(made.ok()) << made.error().message;
  }

  void step() {
    switch (random_() % 8) {
      case 0:
        begin();
        break;
      case 1:
        end();
        break;
      case 2:
      case 3:
        insert();
        break;
      case 4:
        update();
        break;
      case 5:
        remove();
        break;
      default:
        compare();
    }
  }

  void finish() {
    if (transaction_) end();
    compare();
  }

 private:
  using Row = std::vector<Value>;

  Result<std::int64_t> execute(std::string_view sql, const Params& params) {
    return transaction_ ? transaction_->execute(sql, params) : scope_.execute(sql, params, soon());
  }
  Value random_text() {
    constexpr std::string_view kPieces[] = {"a",   "'",  "\"",       "\\", "\n",
                                            "{x}", "$1", "\xC3\xA9", "--"};
    if (random_() % 6 == 0) return Value();
    std::string text;
    for (unsigned i = random_() % 6; i > 0; --i) text += kPieces[random_() % 9];
    return Value(text);
  }
  Value random_bytes() {
    if (random_() % 6 == 0) return Value();
    Bytes bytes(random_() % 20);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
    return Value(bytes);
  }
  Value random_real() {
    return Value(
        std::ldexp(static_cast<double>(random_()) - 2e9, static_cast<int>(random_() % 200) - 100));
  }

  static void expect_refused(bool ok) { EXPECT_FALSE(ok); }
  void begin() {
    if (transaction_) return;
    auto begun = scope_.begin(Mode::write, soon());
    ASSERT_TRUE(begun.ok()) << begun.error().message;
    transaction_.emplace(std::move(*begun));
    saved_ = rows_;
  }
  void end() {
    if (!transaction_) return;
    if (random_() % 2 == 0) {
      EXPECT_EQ(transaction_->commit().ok(), !failed_);
      if (failed_) rows_ = saved_;
    } else {
      transaction_->rollback();
      rows_ = saved_;
    }
    transaction_.reset();
    failed_ = false;
  }
  void insert() {
    Value id(static_cast<std::int64_t>(random_() % 30));
    Row row{random_text(), random_bytes(), random_real()};
    auto done = execute("INSERT INTO {items} (d, b, t, id) VALUES ($3, $2, $1, $4)",
                        {row[0], row[1], row[2], id});
    if (failed_) {
      EXPECT_FALSE(done.ok());
    } else if (rows_.contains(*id.int64())) {
      EXPECT_EQ(done.error().code, Code::conflict);
      failed_ = transaction_.has_value();
    } else {
      EXPECT_TRUE(done.ok()) << done.error().message;
      rows_[*id.int64()] = row;
    }
  }
  void update() {
    std::int64_t least = random_() % 30;
    Value text = random_text();
    auto done = execute("UPDATE {items} SET t = $1 WHERE id >= $2", {text, least});
    if (failed_) return expect_refused(done.ok());
    std::int64_t changed = 0;
    for (auto at = rows_.lower_bound(least); at != rows_.end(); ++at, ++changed)
      at->second[0] = text;
    EXPECT_EQ(*done, changed);
  }
  void remove() {
    std::int64_t id = random_() % 30;
    auto done = execute("DELETE FROM {items} WHERE id = $1", {id});
    if (failed_) return expect_refused(done.ok());
    EXPECT_EQ(*done, static_cast<std::int64_t>(rows_.erase(id)));
  }
  void compare() {
    constexpr const char* kAll = "SELECT id, t, b, d FROM {items} ORDER BY id";
    auto found = transaction_ ? transaction_->query(kAll) : scope_.query(kAll, {}, soon());
    if (failed_) return expect_refused(found.ok());
    ASSERT_TRUE(found.ok()) << found.error().message;
    ASSERT_EQ(found->size(), rows_.size());
    std::size_t i = 0;
    for (const auto& [id, row] : rows_) {
      EXPECT_EQ(found->at(i, 0), Value(id));
      for (std::size_t c = 0; c < row.size(); ++c) EXPECT_EQ(found->at(i, c + 1), row[c]);
      ++i;
    }
  }

  Scope scope_;
  std::mt19937 random_{7};
  std::map<std::int64_t, Row> rows_;
  std::map<std::int64_t, Row> saved_;
  std::optional<Transaction> transaction_;
  bool failed_ = false;
};

TEST_P(StoreThreadsTest, RandomOperationsAgreeWithAMap) {
  Oracle oracle(make_scope());

  for (int i = 0; i < 1500 && !HasFailure(); ++i) oracle.step();

  oracle.finish();
}

INSTANTIATE_TEST_SUITE_P(Drivers, StoreThreadsTest,
                         ::testing::Values(Dialect::sqlite, Dialect::postgres), dialect_name);

class SqliteStoreTest : public StoreFixture {
 protected:
  void SetUp() override {
    StoreOptions options;
    options.busy_wait = std::chrono::milliseconds(50);
    start(Dialect::sqlite, options);
  }
};

TEST_F(SqliteStoreTest, AnotherProcessWithTheLockMakesItUnavailable) {
  Scope scope = make_scope();
  ASSERT_TRUE(scope.execute("CREATE TABLE {items} (id bigint)", {}, soon()).ok());
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(options().path.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);

  auto refused = scope.execute("INSERT INTO {items} VALUES (1)", {}, soon());

  EXPECT_EQ(refused.error().code, Code::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("another process"));
  EXPECT_EQ(count(scope), 0);
  sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  EXPECT_TRUE(scope.execute("INSERT INTO {items} VALUES (1)", {}, soon()).ok());
}

TEST_F(SqliteStoreTest, ABackupIsACopyThatOpens) {
  Scope scope = make_scope();
  ASSERT_TRUE(scope.execute("CREATE TABLE {items} (id bigint)", {}, soon()).ok());
  ASSERT_TRUE(scope.execute("INSERT INTO {items} VALUES (1)", {}, soon()).ok());
  std::string copy = folder() + "/copy.db";

  ASSERT_TRUE(store().backup(copy, soon()).ok());

  EXPECT_EQ(store().backup(copy, soon()).error().code, Code::conflict);
  options_.path = copy;
  store_ = open_again();
  EXPECT_EQ(count(make_scope()), 1);
}

TEST_F(SqliteStoreTest, AFileThatIsNoDatabaseIsAnError) {
  StoreOptions none;
  none.path = folder() + "/none/store.db";
  EXPECT_EQ(open_store(none).error().code, Code::unavailable);
  EXPECT_EQ(open_store(none).error().path, none.path);
}

class PostgresStoreTest : public StoreFixture {
 protected:
  void SetUp() override {
    start(Dialect::postgres);
    if (store_ == nullptr) return;
    scope_.emplace(make_scope());
    ASSERT_TRUE(scope_->execute("CREATE TABLE {items} (id bigint)", {}, soon()).ok());
  }
  void kill_backends() {
    pqxx::connection connection(options().url);
    pqxx::nontransaction work(connection);
    auto killed = work.exec(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE application_name = " +
        work.quote(options().application_name));
    ASSERT_FALSE(killed.empty());
  }
  std::optional<Scope> scope_;
};

TEST_F(PostgresStoreTest, AfterItsConnectionsWereEndedTheNextCallWorks) {
  for (int round = 0; round < 3; ++round) {
    kill_backends();
    auto put = scope_->execute("INSERT INTO {items} VALUES (1)", {}, soon());
    EXPECT_TRUE(put.ok()) << put.error().message;
    kill_backends();
    EXPECT_EQ(count(*scope_), round + 1);
  }
}

TEST_F(PostgresStoreTest, ATransactionWhoseConnectionEndedIsUnavailableAndTheNextOneWorks) {
  auto transaction = scope_->begin(Mode::write, soon());
  ASSERT_TRUE(transaction->execute("INSERT INTO {items} VALUES (1)").ok());
  kill_backends();

  EXPECT_EQ(transaction->execute("INSERT INTO {items} VALUES (2)").error().code, Code::unavailable);
  EXPECT_FALSE(transaction->commit().ok());

  EXPECT_EQ(count(*scope_), 0);
  EXPECT_TRUE(scope_->execute("INSERT INTO {items} VALUES (3)", {}, soon()).ok());
}

TEST_F(PostgresStoreTest, AServerThatIsNotThereIsUnavailable) {
  StoreOptions none;
  none.dialect = Dialect::postgres;
  none.url = "postgresql:///postgres?host=" + folder();

  EXPECT_EQ(open_store(none).error().code, Code::unavailable);
}

TEST_F(PostgresStoreTest, NoticesGoToTheirReader) {
  std::vector<std::string> notices;
  options_.on_notice = [&](std::string_view notice) { notices.emplace_back(notice); };
  store_ = open_again();
  Scope scope = make_scope();

  ASSERT_TRUE(scope.execute("CREATE TABLE IF NOT EXISTS {items} (id bigint)", {}, soon()).ok());

  ASSERT_EQ(notices.size(), 1u);
  EXPECT_THAT(notices[0], HasSubstr("already exists"));
}

TEST_F(PostgresStoreTest, ABackupNamesItsOwnTool) {
  EXPECT_EQ(store().backup(folder() + "/copy", soon()).error().code, Code::unsupported);
}

}  // namespace
}  // namespace tenon::store
