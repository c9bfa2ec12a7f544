// execute_many does what the same statement does for one row after the other, however it is sent.
#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <pqxx/pqxx>
#include <random>
#include <thread>

#include "host/store/store_fixture.hpp"

namespace tenon::store {
namespace {

using ::testing::HasSubstr;

constexpr const char* kColumns =
    "(id bigint PRIMARY KEY, i bigint, d double precision, t text NOT NULL, v varchar(5), b bytea,"
    " f boolean, CHECK (i <> 13))";

class ManyTest : public OnBothStores {
 protected:
  void SetUp() override {
    OnBothStores::SetUp();
    if (store_ != nullptr) scope_.emplace(make_scope());
  }
  void must(std::string_view sql) {
    auto result = scope_->execute(sql, {}, soon());
    EXPECT_TRUE(result.ok()) << sql << ": " << result.error().message;
  }
  Rows rows(std::string_view sql) {
    auto result = scope_->query(sql, {}, soon());
    EXPECT_TRUE(result.ok()) << sql << ": " << result.error().message;
    return result.ok() ? std::move(result).value() : Rows();
  }
  std::int64_t number(std::string_view sql) {
    Rows result = rows(sql);
    return result.empty() ? -1 : result.at(0, 0).int64() ? *result.at(0, 0).int64() : -1;
  }
  Result<std::int64_t> one_by_one(std::string_view sql, const std::vector<Params>& batch) {
    TN_TRY(Transaction transaction, scope_->begin(Mode::write, soon()));
    std::int64_t affected = 0;
    for (const Params& params : batch) {
      TN_TRY(std::int64_t changed, transaction.execute(sql, params));
      affected += changed;
    }
    TN_CHECK(transaction.commit());
    return affected;
  }
  bool on_postgres() const { return GetParam() == Dialect::postgres; }
  // How many commands wrote the rows of {items}: rows that went in at once have one.
  std::int64_t commands() {
    return number("SELECT count(DISTINCT CAST(cmin AS text)) AS n FROM {items}");
  }

  // How many rows were written by the command that wrote the row with this id.
  std::int64_t written_with(const Value& id) {
    auto result = scope_->query(
        "SELECT count(*) AS n FROM {items} a JOIN {items} b ON CAST(a.xmin AS text) ="
        " CAST(b.xmin AS text) AND CAST(a.cmin AS text) = CAST(b.cmin AS text) WHERE b.id = $1",
        {id}, soon());
    EXPECT_TRUE(result.ok()) << result.error().message;
    return result.ok() ? *result->int64(0, "n") : -1;
  }

  std::optional<Scope> scope_;
};

// Rows of {items}, most of them good.
class RandomRows {
 public:
  explicit RandomRows(unsigned seed) : random_(seed) {}

  std::vector<Params> batch(std::size_t size, std::int64_t keys, unsigned one_fault_in) {
    std::vector<Params> rows;
    for (std::size_t i = 0; i < size; ++i) {
      const bool fault = one_fault_in != 0 && random_() % one_fault_in == 0;
      Params row;
      row.emplace_back(static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(keys)));
      for (auto make : {&RandomRows::integer, &RandomRows::real, &RandomRows::text,
                        &RandomRows::short_text, &RandomRows::bytes, &RandomRows::boolean}) {
        const bool null = make != &RandomRows::text && random_() % 8 == 0;
        if (null) {
          row.emplace_back();
        } else {
          row.push_back((this->*make)());
        }
      }
      if (fault) spoil(row);
      rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  Value integer() {
    constexpr std::array<std::int64_t, 4> kExtremes = {
        0, -1, std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()};
    if (random_() % 4 == 0) return Value(kExtremes[random_() % 4]);
    return Value(static_cast<std::int64_t>(random_()) + 14);
  }
  Value real() {
    constexpr std::array<double, 6> kExtremes = {
        0.0, -0.0, std::numeric_limits<double>::max(), std::numeric_limits<double>::denorm_min(),
        0.1, 1e15};
    if (random_() % 4 == 0) return Value(kExtremes[random_() % 6]);
    return Value(
        std::ldexp(static_cast<double>(random_()) - 2e9, static_cast<int>(random_() % 200) - 100));
  }
  Value text() {
    constexpr std::array<std::string_view, 24> kPieces = {
        "a",        "\\",  "\\\\", "\\N",   "\\.", "\t",   "\n",     "\r",
        "\r\n",     "\\n", "'",    "\"",    "$1",  "\b\f", "\v\x7f", "\x01",
        "\xC3\xA9", ",",   "NULL", "\\x41", " ",   "{t}",  "--",     "\xF0\x9F\x98\x80"};
    std::string text;
    for (unsigned i = random_() % 9; i > 0; --i) text += kPieces[random_() % 24];
    return Value(text);
  }
  Value short_text() { return Value(std::string(random_() % 6, 'x')); }
  Value bytes() {
    Bytes bytes(random_() % 3 == 0 ? 256 : random_() % 20);
    std::uint8_t next = 0;
    for (auto& byte : bytes) byte = bytes.size() == 256 ? next++ : std::uint8_t(random_());
    return Value(bytes);
  }
  Value boolean() { return Value(random_() % 2 == 0); }
  void spoil(Params& row) {
    switch (random_() % 4) {
      case 0:
        row[1] = Value(13);
        break;
      case 1:
        row[3] = Value();
        break;
      case 2:
        row[1] = Value("no number");
        break;
      default:
        row[4] = Value("longer than five");
    }
  }

  std::mt19937 random_;
};

TEST_P(ManyTest, RandomBatchesEndAsOneRowAfterTheOther) {
  must(std::string("CREATE TABLE {items} ") + kColumns);
  must(std::string("CREATE TABLE {others} ") + kColumns);
  const std::string head = " (id, i, d, t, \"v\", B, f) VALUES ($1, $2, $3, $4, $5, $6, $7)";
  const std::string tails[] = {
      "", " ON CONFLICT (id) DO NOTHING",
      " ON CONFLICT (id) DO UPDATE SET i = excluded.i, t = excluded.t WHERE excluded.f",
      " ON CONFLICT (id) DO UPDATE SET v = 'more'"};
  int committed = 0;
  std::map<Code, int> refused;
  for (unsigned round = 0; round < 120 && !HasFailure(); ++round) {
    RandomRows random(round);
    const std::string& tail = tails[round % 4];
    // Some batches conflict, some hold what a column refuses, some both.
    auto batch =
        random.batch(5 + round % 60, round % 3 == 0 ? 500 : 1'000'000'000, round % 7 < 3 ? 60 : 0);

    auto at_once = scope_->execute_many("INSERT INTO {items}" + head + tail, batch, soon());
    auto loop = one_by_one("INSERT INTO {others}" + head + tail, batch);

    ASSERT_EQ(at_once.ok(), loop.ok()) << (loop.ok() ? at_once : loop).error().message;
    if (loop.ok()) {
      EXPECT_EQ(*at_once, *loop);
      ++committed;
      // What went in at once must not have had to be repeated row by row.
      if (on_postgres() && tail.empty() && batch.size() >= 10) {
        EXPECT_EQ(written_with(batch[0][0]), *loop) << round;
      }
    } else {
      EXPECT_EQ(at_once.error().code, loop.error().code) << at_once.error().message;
      ++refused[loop.error().code];
    }
    Rows mine = rows("SELECT * FROM {items} ORDER BY id");
    Rows others = rows("SELECT * FROM {others} ORDER BY id");
    ASSERT_EQ(mine.size(), others.size());
    for (std::size_t i = 0; i < mine.size(); ++i) {
      for (std::size_t c = 0; c < mine.width(); ++c) ASSERT_EQ(mine.at(i, c), others.at(i, c));
    }
  }
  EXPECT_GT(committed, 40);
  EXPECT_GT(refused[Code::conflict], 5);
  EXPECT_GT(refused[Code::invalid], 2);
}

TEST_P(ManyTest, EmptyTextsOfOneColumnAreRows) {
  must("CREATE TABLE {items} (t text)");
  std::vector<Params> batch(20, Params{""});
  batch[10][0] = Value();

  EXPECT_EQ(scope_->execute_many("INSERT INTO {items} (t) VALUES ($1)", batch, soon()).value(), 20);

  EXPECT_EQ(number("SELECT count(*) AS n FROM {items} WHERE t = ''"), 19);
  EXPECT_EQ(number("SELECT count(*) AS n FROM {items} WHERE t IS NULL"), 1);
}

std::vector<Params> numbered(std::int64_t first, std::int64_t count) {
  std::vector<Params> batch;
  for (std::int64_t i = 0; i < count; ++i) batch.push_back({first + i, "name"});
  return batch;
}

constexpr const char* kInsert = "INSERT INTO {items} (id, name) VALUES ($1, $2)";

TEST_P(ManyTest, AConflictLateInALargeBatchLeavesNothing) {
  must("CREATE TABLE {items} (id bigint PRIMARY KEY, name text)");
  auto batch = numbered(0, 20'000);

  ASSERT_EQ(scope_->execute_many(kInsert, batch, soon()).value(), 20'000);
  for (auto& row : batch) row[0] = Value(*row[0].int64() + 20'000);
  batch[19'000][0] = Value(1);
  EXPECT_EQ(scope_->execute_many(kInsert, batch, soon()).error().code, Code::conflict);

  EXPECT_EQ(number("SELECT count(*) AS n FROM {items}"), 20'000);
}

TEST_P(ManyTest, TheFirstRowThatIsWrongDecidesTheError) {
  must("CREATE TABLE {items} (id bigint PRIMARY KEY, name text NOT NULL)");
  auto batch = numbered(0, 40);
  batch[20][0] = Value(1);
  batch[30][1] = Value();
  EXPECT_EQ(scope_->execute_many(kInsert, batch, soon()).error().code, Code::conflict);

  batch = numbered(0, 40);
  batch[20][1] = Value();
  batch[30][0] = Value(1);
  EXPECT_EQ(scope_->execute_many(kInsert, batch, soon()).error().code, Code::invalid);

  EXPECT_EQ(number("SELECT count(*) AS n FROM {items}"), 0);
}

TEST_P(ManyTest, InsideATransactionItIsPartOfIt) {
  must("CREATE TABLE {items} (id bigint PRIMARY KEY, name text)");
  {
    auto transaction = scope_->begin(Mode::write, soon());
    ASSERT_TRUE(transaction->execute(kInsert, {1'000, "first"}).ok());
    ASSERT_EQ(transaction->execute_many(kInsert, numbered(0, 100)).value(), 100);
    EXPECT_EQ(transaction->query("SELECT count(*) AS n FROM {items}")->int64(0, "n").value(), 101);
    transaction->rollback();
  }
  EXPECT_EQ(number("SELECT count(*) AS n FROM {items}"), 0);
  {
    auto transaction = scope_->begin(Mode::write, soon());
    ASSERT_TRUE(transaction->execute(kInsert, {50, "first"}).ok());
    EXPECT_EQ(transaction->execute_many(kInsert, numbered(0, 100)).error().code, Code::conflict);
    EXPECT_THAT(transaction->query("SELECT 1 AS one").error().message,
                HasSubstr("can only be rolled back"));
    EXPECT_FALSE(transaction->commit().ok());
  }
  EXPECT_EQ(number("SELECT count(*) AS n FROM {items}"), 0);
  {
    auto transaction = scope_->begin(Mode::write, soon());
    ASSERT_EQ(transaction->execute_many(kInsert, numbered(0, 100)).value(), 100);
    ASSERT_TRUE(transaction->execute(kInsert, {1'000, "last"}).ok());
    ASSERT_TRUE(transaction->commit().ok());
  }
  EXPECT_EQ(number("SELECT count(*) AS n FROM {items}"), 101);
}

TEST_P(ManyTest, AReadTransactionRefusesIt) {
  must("CREATE TABLE {items} (id bigint PRIMARY KEY, name text)");
  auto reader = scope_->begin(Mode::read, soon());

  EXPECT_EQ(reader->execute_many(kInsert, numbered(0, 100)).error().code, Code::denied);
}

TEST_P(ManyTest, ABatchThatWaitsForAnotherTransactionEndsAtItsDeadline) {
  must("CREATE TABLE {items} (id bigint PRIMARY KEY, name text)");
  auto other = scope_->begin(Mode::write, soon());
  ASSERT_TRUE(other->execute(kInsert, {50, "held"}).ok());

  for (const char* tail : {"", " ON CONFLICT (id) DO NOTHING"}) {
    auto late = scope_->execute_many(std::string(kInsert) + tail, numbered(0, 100),
                                     within(std::chrono::milliseconds(200)));
    EXPECT_EQ(late.error().code, Code::timeout) << late.error().message;
  }

  other->rollback();
  EXPECT_EQ(number("SELECT count(*) AS n FROM {items}"), 0);
  EXPECT_EQ(scope_->execute_many(kInsert, numbered(0, 100), soon()).value(), 100);
}

INSTANTIATE_TEST_SUITE_P(Drivers, ManyTest, ::testing::Values(Dialect::sqlite, Dialect::postgres),
                         dialect_name);

// What only PostgreSQL has: two ways to run a batch, and tables that need the slower one.
class PostgresManyTest : public ManyTest {};

TEST_P(PostgresManyTest, PlainInsertsGoInAtOnceAndSmallBatchesDoNot) {
  must("CREATE TABLE {items} (id bigint PRIMARY KEY, name text)");
  const struct {
    const char* sql;
    std::int64_t rows;
    std::int64_t commands;
  } cases[] = {
      {kInsert, 100, 1},
      {kInsert, 5, 5},
      {"insert into {items} /* all */ (\"id\", NAME) values ($1,$2);", 100, 1},
      {"INSERT INTO {items} (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING", 100, 1},
      {"INSERT INTO {items} (id, name) VALUES ($1, lower($2))", 20, 20},
      {"INSERT INTO {items} (id, name) VALUES ($1, $2) RETURNING id", 20, 20},
  };
  for (const auto& row : cases) {
    must("DELETE FROM {items}");
    EXPECT_EQ(scope_->execute_many(row.sql, numbered(0, row.rows), soon()).value(), row.rows);
    EXPECT_EQ(commands(), row.commands) << row.sql;
  }
}

TEST_P(PostgresManyTest, TablesWhereARowSeesThoseBeforeItAreFilledRowByRow) {
  const struct {
    const char* create;
    const char* extra;
    bool ok;
  } cases[] = {
      {"CREATE TABLE {items} (id bigint PRIMARY KEY, name bigint REFERENCES {items} (id))", "",
       false},
      {"CREATE TABLE {items} (id bigint GENERATED ALWAYS AS IDENTITY, name bigint)", "", false},
      {"CREATE TABLE {items} (id bigint, name bigint GENERATED ALWAYS AS (id + 1) STORED)", "",
       false},
      {"CREATE TABLE {items} (id bigint, name bigint, words tsvector, said text)",
       "CREATE TRIGGER index_words BEFORE INSERT ON {items} FOR EACH ROW EXECUTE FUNCTION"
       " tsvector_update_trigger(words, 'pg_catalog.english', said)",
       true},
      {"CREATE TABLE {items} (id bigint, name bigint) PARTITION BY RANGE (id)",
       "CREATE TABLE {part} PARTITION OF {items} DEFAULT", true},
  };
  // Each row refers to the one behind it.
  std::vector<Params> batch;
  for (int i = 0; i < 20; ++i) batch.push_back({i, i < 19 ? Value(i + 1) : Value()});
  for (const auto& row : cases) {
    must(row.create);
    if (*row.extra != 0) must(row.extra);

    auto done = scope_->execute_many(kInsert, batch, soon());

    EXPECT_EQ(done.ok(), row.ok) << row.create;
    if (done.ok()) {
      EXPECT_EQ(commands(), 20) << row.create;
    } else {
      EXPECT_EQ(done.error().code, Code::invalid);
      EXPECT_EQ(number("SELECT count(*) AS n FROM {items}"), 0);
    }
    must("DROP TABLE {items}");
  }
}

TEST_P(PostgresManyTest, AnIdentityThatIsNotWrittenAndAnotherTableDoNotMatter) {
  must("CREATE TABLE {kinds} (id bigint PRIMARY KEY)");
  must("INSERT INTO {kinds} VALUES (1)");
  must(
      "CREATE TABLE {items} (n bigint GENERATED ALWAYS AS IDENTITY, id bigint REFERENCES {kinds},"
      " name text)");
  std::vector<Params> batch(20, Params{1, "name"});

  EXPECT_EQ(scope_->execute_many(kInsert, batch, soon()).value(), 20);
  EXPECT_EQ(commands(), 1);

  batch[7][0] = Value(2);
  EXPECT_EQ(scope_->execute_many(kInsert, batch, soon()).error().code, Code::invalid);
  EXPECT_EQ(number("SELECT count(*) AS n FROM {items}"), 20);
}

TEST_P(PostgresManyTest, AViewIsFilledRowByRow) {
  must("CREATE TABLE {items} (id bigint, name text)");
  must("CREATE VIEW {seen} AS SELECT id, name FROM {items}");

  auto done = scope_->execute_many("INSERT INTO {seen} (id, name) VALUES ($1, $2)", numbered(0, 20),
                                   soon());

  EXPECT_EQ(done.value(), 20);
  EXPECT_EQ(commands(), 20);
}

TEST_P(PostgresManyTest, AKeyTwiceInABatchIsUpdatedByItsLaterRow) {
  must("CREATE TABLE {items} (id bigint PRIMARY KEY, name text)");
  std::vector<Params> batch;
  for (int i = 0; i < 30; ++i) batch.push_back({i % 10, "name " + std::to_string(i)});

  auto done = scope_->execute_many(
      std::string(kInsert) + " ON CONFLICT (id) DO UPDATE SET name = excluded.name", batch, soon());

  EXPECT_EQ(done.value(), 30);
  EXPECT_EQ(*rows("SELECT name FROM {items} WHERE id = 3").text(0, "name"), "name 23");
}

TEST_P(PostgresManyTest, AConnectionThatEndsInABatchIsUnavailableAndLeavesNothing) {
  must("CREATE TABLE {items} (id bigint PRIMARY KEY, name text)");
  auto other = scope_->begin(Mode::write, soon());
  ASSERT_TRUE(other->execute(kInsert, {50, "held"}).ok());
  std::jthread killer([&] {
    pqxx::connection connection(options().url);
    pqxx::nontransaction work(connection);
    const std::string kill =
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE wait_event_type ="
        " 'Lock' AND query LIKE 'COPY%' AND application_name = " +
        work.quote(options().application_name);
    for (int i = 0; i < 2'000 && work.exec(kill).empty(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });

  auto lost = scope_->execute_many(kInsert, numbered(0, 100), soon());

  EXPECT_EQ(lost.error().code, Code::unavailable) << lost.error().message;
  other->rollback();
  EXPECT_EQ(number("SELECT count(*) AS n FROM {items}"), 0);
  EXPECT_EQ(scope_->execute_many(kInsert, numbered(0, 100), soon()).value(), 100);
}

INSTANTIATE_TEST_SUITE_P(Drivers, PostgresManyTest, ::testing::Values(Dialect::postgres),
                         dialect_name);

}  // namespace
}  // namespace tenon::store
