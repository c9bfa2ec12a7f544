#include "host/store/sql_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenon::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string sqlite(std::string_view sql) {
  auto text = translate_sql(sql, Dialect::sqlite, "ns");
  return text.ok() ? text->sql : text.error().path + ": " + text.error().message;
}
std::string postgres(std::string_view sql) {
  auto text = translate_sql(sql, Dialect::postgres, "ns");
  return text.ok() ? text->sql : text.error().path + ": " + text.error().message;
}

TEST(SqlTextTest, NamesInBracesBecomeThoseOfTheDatabase) {
  const struct {
    const char* sql;
    const char* sqlite;
    const char* postgres;
  } rows[] = {
      {"SELECT {t}.a FROM {t}", R"(SELECT "ns__t".a FROM "ns__t")",
       R"(SELECT "ns"."t".a FROM "ns"."t")"},
      {"CREATE INDEX {#i} ON {t} (a)", R"(CREATE INDEX "ns__i" ON "ns__t" (a))",
       R"(CREATE INDEX "i" ON "ns"."t" (a))"},
      {"DROP INDEX {i}", R"(DROP INDEX "ns__i")", R"(DROP INDEX "ns"."i")"},
      {"SELECT '{t}', \"{t}\" /* {t} */ -- {t}\n FROM {t}",
       "SELECT '{t}', \"{t}\" /* {t} */ -- {t}\n FROM \"ns__t\"",
       "SELECT '{t}', \"{t}\" /* {t} */ -- {t}\n FROM \"ns\".\"t\""},
      {"SELECT 'it''s {t}' FROM {t};", R"(SELECT 'it''s {t}' FROM "ns__t")",
       R"(SELECT 'it''s {t}' FROM "ns"."t")"},
      {"SELECT $2, $1", "SELECT ?2, ?1", "SELECT $2, $1"},
      {"SELECT '$1', $1", "SELECT '$1', ?1", "SELECT '$1', $1"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(sqlite(row.sql), row.sqlite);
    EXPECT_EQ(postgres(row.sql), row.postgres);
  }
}

TEST(SqlTextTest, WhatTheDatabasesReadDifferentlyIsRefusedWithItsPlace) {
  const struct {
    const char* sql;
    const char* error;
  } rows[] = {
      {"SELECT ?", "sql:1:8: '?'"},
      {"SELECT :x", "sql:1:8: ':'"},
      {"SELECT @x", "sql:1:8: '@name'"},
      {"SELECT\n $x", "sql:2:2: '$'"},
      {"SELECT $0", "'$' begins a parameter"},
      {"SELECT $01", "'$' begins a parameter"},
      {"SELECT $1a", "'$' begins a parameter"},
      {"SELECT $1000", "'$' begins a parameter"},
      {"SELECT $$a$$", "'$' begins a parameter"},
      {"SELECT $1, $3", "the parameter $2 is missing"},
      {"SELECT 1::text", "CAST"},
      {"SELECT E'\\''", "prefixed literals"},
      {"SELECT x'00'", "prefixed literals"},
      {"SELECT U&'a'", "prefixed literals"},
      {"SELECT `a`", "'`'"},
      {"SELECT 'a", "sql:1:8: a ' that is not closed"},
      {"SELECT \"a", "a \" that is not closed"},
      {"SELECT /* a", "a comment that does not end"},
      {"SELECT /* /* */ 1", "inside a comment"},
      {"SELECT 1 -- a\rFROM x", "carriage return"},
      {"SELECT {T}", "{name}"},
      {"SELECT {}", "{name}"},
      {"SELECT {a", "{name}"},
      {"SELECT {a b}", "{name}"},
      {"", "the SQL is empty"},
      {"-- nothing", "the SQL is empty"},
      {"SELECT 1; SELECT 2", "a second statement"},
      {"SELECT 1;;", "a second statement"},
      {"SELECT a__b FROM {t}", "contains '__'"},
      {"SELECT 1e--'\n FROM o.t --'", "a schema before its name"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(sqlite(row.sql), HasSubstr(row.error)) << row.sql;
    EXPECT_THAT(postgres(row.sql), HasSubstr(row.error)) << row.sql;
  }
  EXPECT_THAT(sqlite(std::string_view("SELECT \0", 8)), HasSubstr("NUL"));
  EXPECT_THAT(sqlite("SELECT [a]"), HasSubstr("'['"));
  EXPECT_EQ(postgres("SELECT ARRAY[1]"), "SELECT ARRAY[1]");
}

TEST(SqlTextTest, ATableWithASchemaIsFoundWhereverATableMayStand) {
  const char* refused[] = {
      "SELECT * FROM o.t",
      "SELECT * FROM {a}, o.t",
      "SELECT * FROM ({a} JOIN o.t ON 1 = 1)",
      "SELECT * FROM {a} LEFT JOIN LATERAL o.t ON true",
      "SELECT (SELECT max(x) FROM o.t)",
      "SELECT count((SELECT 1 FROM \"o\" . \"t\"))",
      "SELECT 1 WHERE EXISTS (SELECT 1 FROM ONLY o.t)",
      "SELECT 1 UNION SELECT x FROM o.t",
      "WITH c AS (SELECT * FROM o.t) SELECT * FROM c",
      "INSERT INTO o.t VALUES (1)",
      "UPDATE o.t SET a = 1",
      "UPDATE {a} SET x = 1 FROM o.t",
      "DELETE FROM {a} USING o.t",
      "DROP TABLE IF EXISTS o.t",
      "CREATE TABLE {a} (id bigint REFERENCES o.t (id))",
      "CREATE INDEX {#i} ON o.t (id)",
      "CREATE UNIQUE INDEX {#i} ON o.t (id)",
      "TABLE o.t",
  };
  for (const char* sql : refused) {
    EXPECT_EQ(translate_sql(sql, Dialect::postgres, "ns").error().code, Code::denied) << sql;
  }
  const char* allowed[] = {
      "SELECT a.x, b.y FROM {a} a, {b} b WHERE a.x = b.y ORDER BY a.x, b.y",
      "SELECT a.x FROM {a} a JOIN {b} b ON a.x = b.x, {c} WHERE a.y IN (1, 2)",
      "SELECT substring(a.name FROM a.start), trim(both FROM a.name) FROM {a} a",
      "SELECT extract(year FROM a.made) FROM {a} a GROUP BY a.made, a.x",
      "SELECT 1 FROM {a} a WHERE a.x IS DISTINCT FROM a.y",
      "UPDATE {a} AS a SET x = b.y FROM {b} b WHERE a.id = b.id RETURNING a.id, b.id",
      "INSERT INTO {a} AS e (x) VALUES ($1) ON CONFLICT (x) DO UPDATE SET x = e.x + excluded.x",
      "SELECT 1.5, a.x FROM {a} a",
  };
  for (const char* sql : allowed) {
    auto text = translate_sql(sql, Dialect::postgres, "ns");
    EXPECT_TRUE(text.ok()) << sql << ": " << text.error().message;
  }
}

TEST(SqlTextTest, AStatementKnowsWhetherItWrites) {
  auto kind = [](std::string_view sql) { return translate_sql(sql, Dialect::sqlite, "ns")->kind; };
  EXPECT_EQ(kind("SELECT 1"), StatementKind::read);
  EXPECT_EQ(kind("WITH a AS (SELECT 1) SELECT * FROM a"), StatementKind::read);
  EXPECT_EQ(kind("WITH a AS (SELECT 1 AS x) INSERT INTO {t} SELECT x FROM a"),
            StatementKind::write);
  EXPECT_EQ(kind("explain analyze delete FROM {t}"), StatementKind::write);
  EXPECT_EQ(kind("UPDATE {t} SET a = 'SELECT'"), StatementKind::write);
  EXPECT_EQ(kind("DROP TABLE {t}"), StatementKind::schema);
}

TEST(SqlTextTest, APlainInsertIsKnownByItsTokens) {
  const struct {
    const char* sql;
    const char* columns;  // none: it is another statement
    const char* values = "($1, $2)";
    bool on_conflict = false;
  } rows[] = {
      {"INSERT INTO {t} (a, b) VALUES ($1, $2)", "a|b"},
      {"insert into {t}(a,\"B c\")values($1, $2);", "a|\"B c\""},
      {"INSERT /* x */ INTO {t} (a) -- y\n VALUES (/* z */$1)", "a", "(/* z */$1)"},
      {"INSERT INTO {t} (a, b) VALUES ($1, $2) ON CONFLICT DO NOTHING", "a|b", "($1, $2)", true},
      {"INSERT INTO {t} (a, b) VALUES ($1, $2) ON CONFLICT (a) DO UPDATE SET b = {t}.b + 1", "a|b",
       "($1, $2)", true},
      {"INSERT INTO {t} VALUES ($1, $2)", nullptr},
      {"INSERT INTO {t} (a, b) VALUES ($2, $1)", nullptr},
      {"INSERT INTO {t} (a, b) VALUES ($1, $1)", nullptr},
      {"INSERT INTO {t} (a, b) VALUES ($1)", nullptr},
      {"INSERT INTO {t} (a) VALUES ($1, $2)", nullptr},
      {"INSERT INTO {t} (a, b) VALUES ($1, 2)", nullptr},
      {"INSERT INTO {t} (a) VALUES ($1 + 1)", nullptr},
      {"INSERT INTO {t} (a) VALUES (CAST($1 AS text))", nullptr},
      {"INSERT INTO {t} (a) VALUES (-$1)", nullptr},
      {"INSERT INTO {t} (a) VALUES ($1), ($2)", nullptr},
      {"INSERT INTO {t} (a[1]) VALUES ($1)", nullptr},
      {"INSERT INTO {t} (a.b) VALUES ($1)", nullptr},
      {"INSERT INTO {t} (a,) VALUES ($1,)", nullptr},
      {"INSERT INTO {t} () VALUES ()", nullptr},
      {"INSERT INTO {t} AS x (a) VALUES ($1)", nullptr},
      {"INSERT INTO {#t} (a) VALUES ($1)", nullptr},
      {"INSERT INTO t (a) VALUES ($1)", nullptr},
      {"INSERT INTO {t} (a) OVERRIDING SYSTEM VALUE VALUES ($1)", nullptr},
      {"INSERT INTO {t} (a) VALUES ($1) RETURNING a", nullptr},
      {"INSERT INTO {t} (a) VALUES ($1) ON CONFLICT DO NOTHING RETURNING a", nullptr},
      {"INSERT INTO {t} (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = $1", nullptr},
      {"INSERT INTO {t} (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = (select 1)", nullptr},
      {"INSERT INTO {t} (a) SELECT $1", nullptr},
      {"INSERT INTO {t} (a) VALUES", nullptr},
      {"INSERT INTO {t} (a) VALUES ($1", nullptr},
      {"WITH x AS (SELECT 1) INSERT INTO {t} (a) VALUES ($1)", nullptr},
      {"UPDATE {t} SET a = $1", nullptr},
  };
  for (const auto& row : rows) {
    auto text = translate_sql(row.sql, Dialect::postgres, "ns");
    ASSERT_TRUE(text.ok()) << row.sql << ": " << text.error().message;
    const auto& insert = text->plain_insert;
    ASSERT_EQ(insert.has_value(), row.columns != nullptr) << row.sql;
    if (!insert) continue;
    std::string columns;
    for (const auto& column : insert->columns) columns += (columns.empty() ? "" : "|") + column;
    EXPECT_EQ(insert->table, "t");
    EXPECT_EQ(columns, row.columns);
    EXPECT_EQ(text->sql.substr(insert->values_begin, insert->values_end - insert->values_begin),
              row.values);
    EXPECT_EQ(insert->has_conflict_clause, row.on_conflict) << row.sql;
  }
}

TEST(SqlTextTest, AScriptIsCutAtItsSemicolons) {
  auto parts = split_script(
      "CREATE TABLE {a} (t text DEFAULT ';'); -- ;\n\n;INSERT INTO {a} /*;*/ VALUES (1)",
      Dialect::sqlite);
  EXPECT_THAT(*parts, ElementsAre("CREATE TABLE {a} (t text DEFAULT ';')",
                                  "INSERT INTO {a} /*;*/ VALUES (1)"));
  EXPECT_TRUE(split_script(" ; -- nothing", Dialect::sqlite)->empty());
  EXPECT_FALSE(split_script("SELECT 'a", Dialect::sqlite).ok());
}

TEST(SqlTextTest, TheBodyOfATriggerIsOneStatement) {
  std::string trigger =
      "CREATE TRIGGER {#tr} AFTER INSERT ON {a} BEGIN UPDATE {a} SET n = CASE n WHEN 1 THEN 2 END;"
      " DELETE FROM {b}; END";
  std::string script = trigger + "; SELECT 1";
  auto parts = split_script(script, Dialect::sqlite);

  EXPECT_THAT(*parts, ElementsAre(trigger, "SELECT 1"));
  EXPECT_TRUE(translate_sql(trigger, Dialect::sqlite, "ns").ok());
  EXPECT_THAT(sqlite(trigger + "; DROP TABLE {a}"), HasSubstr("a second statement"));
}

}  // namespace
}  // namespace tenon::store
