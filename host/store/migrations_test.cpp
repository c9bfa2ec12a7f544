#include "host/store/migrations.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "host/store/store_fixture.hpp"

namespace tenon::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<Migration> two() {
  return {{1, "items",
           "CREATE TABLE {items} (id bigint PRIMARY KEY, n bigint); INSERT INTO {items}"
           " VALUES (1, 10);"},
          {2, "index", "", "CREATE INDEX {#items_n} ON {items} (n)",
           "CREATE INDEX {#items_n} ON {items} (n DESC)"}};
}

class MigrationsTest : public OnBothStores {};

TEST_P(MigrationsTest, EachIsAppliedOnceAndInOrder) {
  Scope scope = make_scope();

  auto first = migrate(scope, two(), soon());
  auto second = migrate(scope, two(), soon());

  ASSERT_TRUE(first.ok()) << first.error().path << first.error().message;
  EXPECT_THAT(first->applied, ElementsAre("items", "index"));
  EXPECT_EQ(first->version, 2);
  EXPECT_THAT(second->applied, IsEmpty());
  EXPECT_EQ(second->version, 2);
  EXPECT_EQ(scope.query("SELECT n FROM {items}", {}, soon())->size(), 1u);
}

TEST_P(MigrationsTest, NewOnesFollowTheOldOnes) {
  Scope scope = make_scope();
  auto list = two();
  ASSERT_TRUE(migrate(scope, list, soon()).ok());
  list.push_back({3, "more", "ALTER TABLE {items} ADD COLUMN m bigint"});

  EXPECT_THAT(migrate(scope, list, soon())->applied, ElementsAre("more"));
}

TEST_P(MigrationsTest, AFailedOneLeavesNothingAndNamesItself) {
  Scope scope = make_scope();
  auto list = two();
  list[1] = {2, "broken", "CREATE TABLE {half} (id bigint); INSERT INTO {nothing} VALUES (1)"};

  auto failed = migrate(scope, list, soon());

  EXPECT_THAT(failed.error().path, HasSubstr("migration 2 'broken'"));
  EXPECT_FALSE(scope.query("SELECT * FROM {half}", {}, soon()).ok());
  EXPECT_EQ(migrate(scope, two(), soon())->version, 2);
}

TEST_P(MigrationsTest, AChangedOneIsAnError) {
  Scope scope = make_scope();
  ASSERT_TRUE(migrate(scope, two(), soon()).ok());
  auto changed = two();
  changed[0].sql += " ";

  auto refused = migrate(scope, changed, soon());

  EXPECT_EQ(refused.error().code, Code::conflict);
  EXPECT_THAT(refused.error().path, HasSubstr("migration 1 'items'"));
}

TEST_P(MigrationsTest, ADatabaseNewerThanTheProgramIsAnError) {
  Scope scope = make_scope();
  ASSERT_TRUE(migrate(scope, two(), soon()).ok());

  auto refused = migrate(scope, {two()[0]}, soon());

  EXPECT_EQ(refused.error().code, Code::conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("migration 2 'index', this program knows 1"));
}

TEST_P(MigrationsTest, AGapOrAMissingScriptIsAnError) {
  Scope scope = make_scope();
  auto gap = two();
  gap[1].version = 3;
  auto none = two();
  none[1].sqlite.clear();
  none[1].postgres.clear();

  EXPECT_THAT(migrate(scope, gap, soon()).error().message,
              HasSubstr("version 3 stands where version 2"));
  EXPECT_THAT(migrate(scope, none, soon()).error().message, HasSubstr("no SQL for this database"));
  EXPECT_FALSE(scope.query("SELECT * FROM {items}", {}, soon()).ok());
}

TEST_P(MigrationsTest, SeveralStartersApplyEachOnce) {
  Scope scope = make_scope();
  std::vector<MigrationReport> reports(4);
  {
    std::vector<std::jthread> starters;
    for (auto& report : reports) {
      starters.emplace_back([&] {
        auto own = open_again();
        auto own_scope = own->scope(scope.name());
        auto done = migrate(*own_scope, two(), soon());
        ASSERT_TRUE(done.ok()) << done.error().message;
        report = *done;
      });
    }
  }
  std::size_t applied = 0;
  for (const auto& report : reports) {
    applied += report.applied.size();
    EXPECT_EQ(report.version, 2);
  }
  EXPECT_EQ(applied, 2u);
}

INSTANTIATE_TEST_SUITE_P(Drivers, MigrationsTest,
                         ::testing::Values(Dialect::sqlite, Dialect::postgres), dialect_name);

}  // namespace
}  // namespace tenon::store
