// What a scope promises, on both drivers.
#include "host/store/store.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "host/store/store_fixture.hpp"

namespace tenon::store {
namespace {

using ::testing::HasSubstr;

class StoreTest : public OnBothStores {
 protected:
  void SetUp() override {
    OnBothStores::SetUp();
    if (store_ == nullptr) return;
    scope_.emplace(make_scope());
    must(
        "CREATE TABLE {items} (id bigint PRIMARY KEY, name text, price double precision,"
        " photo bytea, sold boolean)");
  }

  std::int64_t must(std::string_view sql, const Params& params = {}) {
    auto result = scope_->execute(sql, params, soon());
    EXPECT_TRUE(result.ok()) << sql << ": " << result.error().message;
    return result.ok() ? *result : -1;
  }
  Rows rows(std::string_view sql, const Params& params = {}) {
    auto result = scope_->query(sql, params, soon());
    EXPECT_TRUE(result.ok()) << sql << ": " << result.error().message;
    return result.ok() ? std::move(result).value() : Rows();
  }
  Error refused(std::string_view sql, const Params& params = {}) {
    auto result = scope_->query(sql, params, soon());
    EXPECT_FALSE(result.ok()) << sql;
    return result.ok() ? Error{} : result.error();
  }
  std::int64_t count() { return *rows("SELECT count(*) AS n FROM {items}").int64(0, "n"); }

  std::optional<Scope> scope_;
};

TEST_P(StoreTest, ValuesComeBackAsTheyWereStored) {
  must(
      "CREATE TABLE {cells} (id bigint PRIMARY KEY, i bigint, d double precision, t text, b "
      "bytea)");
  const Value integers[] = {0, -1, std::numeric_limits<std::int64_t>::max(),
                            std::numeric_limits<std::int64_t>::min(), nullptr};
  const Value reals[] = {0.0, 0.1, -1.5e300, std::numeric_limits<double>::denorm_min(), 1e15};
  const Value texts[] = {"", "a'b\"c\\d", "zwei\nZeilen", "\xF0\x9F\x98\x80", nullptr};
  const Value blobs[] = {Bytes{}, Bytes{0}, Bytes{0xff, 0, '\\', 'x'}, Bytes(1000, 7), nullptr};

  for (int i = 0; i < 5; ++i) {
    must("INSERT INTO {cells} VALUES ($1, $2, $3, $4, $5)",
         {i, integers[i], reals[i], texts[i], blobs[i]});
  }

  Rows stored = rows("SELECT i, d, t, b FROM {cells} ORDER BY id");
  ASSERT_EQ(stored.size(), 5u);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(stored.at(i, 0), integers[i]) << i;
    EXPECT_EQ(stored.at(i, 1), reals[i]) << i;
    EXPECT_EQ(stored.at(i, 2), texts[i]) << i;
    EXPECT_EQ(stored.at(i, 3), blobs[i]) << i;
  }
}

TEST_P(StoreTest, ABoolIsZeroOrOneAndMinusZeroIsZero) {
  must("INSERT INTO {items} (id, sold, price) VALUES ($1, $2, $3)", {1, true, -0.0});

  Rows stored = rows("SELECT sold, price FROM {items}");

  EXPECT_EQ(stored.at(0, 0), Value(1));
  EXPECT_TRUE(*stored.boolean(0, "sold"));
  EXPECT_FALSE(std::signbit(*stored.real(0, "price")));
}

TEST_P(StoreTest, ParametersAreNumberedByTheirDigitsAndNotByAppearance) {
  Rows result = rows("SELECT CAST($2 AS text) AS b, CAST($1 AS text) AS a, CAST($2 AS text) AS c",
                     {"first", "second"});

  EXPECT_EQ(*result.text(0, "a"), "first");
  EXPECT_EQ(*result.text(0, "b"), "second");
  EXPECT_EQ(*result.text(0, "c"), "second");
}

TEST_P(StoreTest, WhatCannotBeStoredOnBothIsRefused) {
  const std::string sql = "INSERT INTO {items} (id, name, price) VALUES (1, $1, $2)";
  EXPECT_THAT(refused(sql, {std::string("a\0b", 3), 1.0}).message, HasSubstr("NUL"));
  EXPECT_THAT(refused(sql, {"\xC3(", 1.0}).message, HasSubstr("UTF-8 at byte 0"));
  EXPECT_THAT(refused(sql, {"a", std::nan("")}).message, HasSubstr("NaN"));
  EXPECT_THAT(refused(sql, {"a", std::numeric_limits<double>::infinity()}).message,
              HasSubstr("infinity"));
  EXPECT_THAT(refused(sql, {"a"}).message, HasSubstr("1 parameters were given, the SQL has 2"));
  EXPECT_EQ(count(), 0);
}

TEST_P(StoreTest, ChangedRowsAreCounted) {
  EXPECT_EQ(must("INSERT INTO {items} (id) VALUES (1), (2), (3)"), 3);
  EXPECT_EQ(must("UPDATE {items} SET name = 'x' WHERE id > 1"), 2);
  EXPECT_EQ(must("SELECT id FROM {items}"), 0);
  EXPECT_EQ(must("CREATE INDEX {#items_by_name} ON {items} (name)"), 0);
  EXPECT_EQ(must("INSERT INTO {items} (id) VALUES (1) ON CONFLICT (id) DO NOTHING"), 0);
  EXPECT_EQ(must("DELETE FROM {items}"), 3);
  EXPECT_EQ(must("DROP INDEX {items_by_name}"), 0);
}

TEST_P(StoreTest, AResultWithoutRowsHasItsColumns) {
  Rows result = rows("SELECT id, name FROM {items}");

  EXPECT_TRUE(result.empty());
  EXPECT_EQ(result.columns(), (std::vector<std::string>{"id", "name"}));
  EXPECT_THAT(result.text(0, "nome").error().message, HasSubstr("its columns are id, name"));
  EXPECT_THAT(result.text(0, "name").error().message, HasSubstr("row 0 of a result of 0"));
}

TEST_P(StoreTest, ReturningGivesTheRowsThatWereWritten) {
  Rows result =
      rows("INSERT INTO {items} (id, name) VALUES ($1, $2) RETURNING id, name", {7, "pen"});

  EXPECT_EQ(*result.int64(0, "id"), 7);
  EXPECT_EQ(*result.text(0, "name"), "pen");
  EXPECT_EQ(count(), 1);
}

TEST_P(StoreTest, AConstraintNamesItsKind) {
  must("INSERT INTO {items} (id) VALUES (1)");
  must(
      "CREATE TABLE {parts} (item bigint NOT NULL REFERENCES {items} (id), size bigint CHECK (size "
      "> 0))");

  EXPECT_EQ(refused("INSERT INTO {items} (id) VALUES (1)").code, Code::conflict);
  EXPECT_EQ(refused("INSERT INTO {parts} VALUES (2, 1)").code, Code::invalid);
  EXPECT_EQ(refused("INSERT INTO {parts} VALUES (1, 0)").code, Code::invalid);
  EXPECT_EQ(refused("INSERT INTO {parts} VALUES (NULL, 1)").code, Code::invalid);
  EXPECT_EQ(refused("SELECT nothing FROM {items}").code, Code::invalid);
  EXPECT_EQ(refused("SELECT 1 FROM {no_such_table}").code, Code::invalid);
}

TEST_P(StoreTest, ATransactionIsSeenByOthersOnceCommitted) {
  auto transaction = scope_->begin(Mode::write, soon());
  ASSERT_TRUE(transaction.ok()) << transaction.error().message;
  ASSERT_TRUE(transaction->execute("INSERT INTO {items} (id) VALUES ($1)", {1}).ok());
  EXPECT_EQ(count(), 0);

  ASSERT_TRUE(transaction->commit().ok());

  EXPECT_EQ(count(), 1);
  auto after = transaction->execute("INSERT INTO {items} (id) VALUES (2)");
  EXPECT_THAT(after.error().message, HasSubstr("committed already"));
}

TEST_P(StoreTest, ATransactionThatIsNotCommittedLeavesNothing) {
  {
    auto transaction = scope_->begin(Mode::write, soon());
    ASSERT_TRUE(transaction->execute("INSERT INTO {items} (id) VALUES (1)").ok());
  }
  auto transaction = scope_->begin(Mode::write, soon());
  ASSERT_TRUE(transaction->execute("INSERT INTO {items} (id) VALUES (2)").ok());
  transaction->rollback();

  EXPECT_EQ(count(), 0);
  EXPECT_THAT(transaction->commit().error().message, HasSubstr("rolled back already"));
}

TEST_P(StoreTest, AfterAFailedStatementATransactionCanOnlyBeRolledBack) {
  auto transaction = scope_->begin(Mode::write, soon());
  ASSERT_TRUE(transaction->execute("INSERT INTO {items} (id) VALUES (1)").ok());
  EXPECT_EQ(transaction->execute("INSERT INTO {items} (id) VALUES (1)").error().code,
            Code::conflict);

  EXPECT_THAT(transaction->query("SELECT 1 AS one").error().message,
              HasSubstr("can only be rolled back"));
  EXPECT_FALSE(transaction->commit().ok());

  EXPECT_EQ(count(), 0);
}

TEST_P(StoreTest, AReadTransactionSeesOneStateAndRefusesToWrite) {
  auto reader = scope_->begin(Mode::read, soon());
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(*reader->query("SELECT count(*) AS n FROM {items}")->int64(0, "n"), 0);
  must("INSERT INTO {items} (id) VALUES (1)");

  EXPECT_EQ(*reader->query("SELECT count(*) AS n FROM {items}")->int64(0, "n"), 0);
  EXPECT_EQ(reader->execute("DELETE FROM {items}").error().code, Code::denied);
}

TEST_P(StoreTest, ATransactionPastItsDeadlineIsRolledBackEvenWhenItsOwnerDoesNothing) {
  auto held = scope_->begin(Mode::write, within(std::chrono::milliseconds(200)));
  ASSERT_TRUE(held.ok());
  ASSERT_TRUE(held->execute("INSERT INTO {items} (id) VALUES (1)").ok());

  // The same key: this one waits for the transaction above on both databases.
  EXPECT_EQ(must("INSERT INTO {items} (id, name) VALUES (1, 'later')"), 1);

  EXPECT_EQ(held->execute("INSERT INTO {items} (id) VALUES (3)").error().code, Code::timeout);
  EXPECT_EQ(count(), 1);
}

TEST_P(StoreTest, AQueryEndsAtItsDeadline) {
  auto endless = scope_->query(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000)"
      " SELECT count(*) AS n FROM n",
      {}, within(std::chrono::milliseconds(100)));

  ASSERT_FALSE(endless.ok());
  EXPECT_EQ(endless.error().code, Code::timeout) << endless.error().message;
  EXPECT_EQ(count(), 0);
}

TEST_P(StoreTest, ManyRowsGoInTogetherOrNotAtAll) {
  std::vector<Params> good;
  for (int i = 0; i < 1000; ++i) good.push_back({i, "name"});
  std::vector<Params> bad = good;
  for (auto& row : bad) row[0] = Value(*row[0].int64() + 5000);
  bad.back()[0] = Value(5000);
  const char* sql = "INSERT INTO {items} (id, name) VALUES ($1, $2)";

  EXPECT_EQ(scope_->execute_many(sql, good, soon()).value(), 1000);
  EXPECT_EQ(scope_->execute_many(sql, bad, soon()).error().code, Code::conflict);

  EXPECT_EQ(count(), 1000);
}

TEST_P(StoreTest, AStreamGivesEveryRowInBatches) {
  std::vector<Params> many;
  for (int i = 0; i < 2500; ++i) many.push_back({i});
  ASSERT_TRUE(scope_->execute_many("INSERT INTO {items} (id) VALUES ($1)", many, soon()).ok());
  std::vector<std::size_t> sizes;
  std::int64_t next = 0;

  auto streamed = scope_->stream(
      "SELECT id FROM {items} WHERE id >= $1 ORDER BY id", {0}, 1000,
      [&](const Rows& batch) -> Result<void> {
        sizes.push_back(batch.size());
        for (std::size_t i = 0; i < batch.size(); ++i) EXPECT_EQ(*batch.int64(i, "id"), next++);
        return {};
      },
      soon());

  ASSERT_TRUE(streamed.ok()) << streamed.error().message;
  EXPECT_EQ(sizes, (std::vector<std::size_t>{1000, 1000, 500}));
}

TEST_P(StoreTest, AStreamEndsWithTheErrorOfItsReader) {
  must("INSERT INTO {items} (id) VALUES (1), (2), (3)");

  auto streamed = scope_->stream(
      "SELECT id FROM {items}", {}, 1,
      [](const Rows&) -> Result<void> {
        return Error{Code::cancelled, "enough"};
      },
      soon());

  EXPECT_EQ(streamed.error().code, Code::cancelled);
  EXPECT_EQ(count(), 3);
}

TEST_P(StoreTest, AChangedTableIsReadAnewByPreparedStatements) {
  must("INSERT INTO {items} (id) VALUES (1)");
  EXPECT_EQ(rows("SELECT * FROM {items}").width(), 5u);

  must("ALTER TABLE {items} ADD COLUMN extra text");

  EXPECT_EQ(rows("SELECT * FROM {items}").width(), 6u);
}

TEST_P(StoreTest, NamespacesDoNotSeeEachOther) {
  Scope other = make_scope("other");
  ASSERT_TRUE(other.execute("CREATE TABLE {items} (id bigint)", {}, soon()).ok());
  ASSERT_TRUE(other.execute("INSERT INTO {items} (id) VALUES (99)", {}, soon()).ok());

  EXPECT_EQ(count(), 0);
  for (const std::string& table :
       {other.name() + "__items", other.name() + ".items", "\"" + other.name() + "__items\"",
        "\"" + other.name() + "\".\"items\""}) {
    for (const std::string& sql :
         {"SELECT count(*) FROM " + table, "SELECT id FROM {items}, " + table,
          "SELECT 1 FROM {items} WHERE EXISTS (SELECT 1 FROM " + table + ")",
          "INSERT INTO " + table + " VALUES (1)", "UPDATE " + table + " SET id = 1",
          "DELETE FROM " + table, "DROP TABLE " + table,
          "ALTER TABLE " + table + " ADD COLUMN x text",
          "CREATE INDEX {#mine} ON " + table + " (id)", "CREATE VIEW {v} AS SELECT * FROM " + table,
          "WITH c AS (SELECT * FROM " + table + ") SELECT count(*) FROM c",
          "CREATE TABLE " + table + "2 (id bigint)"}) {
      EXPECT_EQ(refused(sql).code, Code::denied) << sql;
    }
  }
  EXPECT_EQ(*other.query("SELECT id FROM {items}", {}, soon())->int64(0, "id"), 99);
}

TEST_P(StoreTest, WhatReachesOutsideTheNamespaceIsRefusedBeforeItRuns) {
  const char* statements[] = {"PRAGMA journal_mode = DELETE",
                              "ATTACH 'x.db' AS x",
                              "DETACH x",
                              "VACUUM",
                              "VACUUM INTO 'x'",
                              "BEGIN",
                              "COMMIT",
                              "ROLLBACK",
                              "SAVEPOINT a",
                              "SET search_path = public",
                              "COPY {items} TO '/x'",
                              "DO 'x'",
                              "GRANT ALL ON {items} TO PUBLIC",
                              "CREATE SCHEMA x",
                              "DROP SCHEMA public",
                              "LISTEN x",
                              "CREATE ROLE x",
                              "SELECT * FROM sqlite_master",
                              "SELECT * FROM pg_catalog.pg_class",
                              "SELECT * FROM pg_class",
                              "SELECT * FROM information_schema.tables",
                              "SELECT load_extension('x')",
                              "SELECT pg_read_file('/etc/passwd')",
                              "SELECT set_config('search_path', 'x', false)",
                              "SELECT * FROM pragma_table_info('x')",
                              "CREATE TEMP TABLE x (id bigint)",
                              "EXPLAIN DROP TABLE {items}"};
  for (const char* sql : statements) EXPECT_EQ(refused(sql).code, Code::denied) << sql;
  EXPECT_THAT(refused("PRAGMA x").message, HasSubstr("it may begin with SELECT"));
}

TEST_P(StoreTest, ATableWithoutBracesIsNotFoundOrRefused) {
  EXPECT_FALSE(scope_->query("SELECT * FROM items", {}, soon()).ok());
  EXPECT_FALSE(scope_->execute("CREATE TABLE items (id bigint)", {}, soon()).ok());
}

TEST_P(StoreTest, ASecondStatementIsRefused) {
  EXPECT_EQ(refused("SELECT 1; SELECT 2").code, Code::invalid);
  EXPECT_EQ(rows("SELECT 1 AS one; -- the end\n").size(), 1u);
}

TEST_P(StoreTest, NamesOfNamespacesAreChecked) {
  for (const char* name : {"", "Shop", "1a", "a__b", "a_", "a b", "public", "pg_x", "sqlite_x",
                           "a\"b", "information_schema", "main", "temp"}) {
    EXPECT_EQ(store().scope(name).error().code, Code::invalid) << name;
  }
}

TEST_P(StoreTest, AResultLargerThanItsLimitIsAnErrorThatNamesTheStream) {
  store_.reset();
  options_.max_result_bytes = 10'000;
  store_ = open_again();
  Scope small = make_scope();
  Params row{Value(std::string(9'000, 'x'))};

  EXPECT_TRUE(small.query("SELECT CAST($1 AS text) AS a", row, soon()).ok());
  row[0] = Value(std::string(11'000, 'x'));
  auto large = small.query("SELECT CAST($1 AS text) AS a", row, soon());

  EXPECT_EQ(large.error().code, Code::too_large);
  EXPECT_THAT(large.error().message, HasSubstr("stream"));
}

TEST_P(StoreTest, DataIsThereAfterOpeningAgain) {
  must("INSERT INTO {items} (id, name) VALUES (1, 'kept')");
  store_.reset();

  store_ = open_again();

  EXPECT_EQ(*make_scope().query("SELECT name FROM {items}", {}, soon())->text(0, "name"), "kept");
}

INSTANTIATE_TEST_SUITE_P(Drivers, StoreTest, ::testing::Values(Dialect::sqlite, Dialect::postgres),
                         dialect_name);

}  // namespace
}  // namespace tenon::store
