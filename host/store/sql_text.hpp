// The SQL that plugins write, made into the SQL that one database runs. The rules, for both:
//
//   {products}   a table (view, sequence) of the namespace: "ns"."products" or "ns__products";
//                also an index in DROP INDEX
//   {#by_name}   a name that PostgreSQL takes without its schema, as in CREATE INDEX and RENAME TO
//   $1 .. $n     parameters; every number from 1 to n occurs. `?`, `:x` and `@x` are refused
//   CAST(x AS t) and not `x::t`
//   'text'       without prefix: E'', X'' and the like are refused, as are `x`, [x] (SQLite) and $$
//
// One statement, which begins with SELECT, VALUES, WITH, EXPLAIN, INSERT, UPDATE, DELETE, CREATE,
// ALTER or DROP. Refused because they leave the namespace: tables with a schema before their name,
// names that begin with sqlite_ or pg_ or contain `__`, and functions that read files or settings.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::store {

enum class Dialect { sqlite, postgres };

enum class StatementKind { read, write, schema };

// INSERT INTO {table} (columns) VALUES ($1, .., $n) [ON CONFLICT ..], where every row of parameters
// is one row of the table: many may be inserted at once.
struct PlainInsert {
  std::string table;                 // without its namespace
  std::vector<std::string> columns;  // as written
  std::size_t values_begin = 0;      // of "($1, .., $n)" in the translated SQL
  std::size_t values_end = 0;
  bool has_conflict_clause = false;
};

struct SqlText {
  std::string sql;
  std::size_t parameter_count = 0;
  StatementKind kind = StatementKind::read;
  std::optional<PlainInsert> plain_insert = {};
};

// A namespace is 1 to 40 of a-z, 0-9 and '_', begins with a letter, does not end with '_' and has
// no '__'; names that belong to a database (public, pg_.., sqlite..) are refused.
Result<void> check_namespace(std::string_view ns);

// Errors: invalid (with line:column in the path) or denied; `ns` must have passed check_namespace.
Result<SqlText> translate_sql(std::string_view sql, Dialect dialect, std::string_view ns);

// The statements of a script separated by ';', without the separators; empty ones are left out.
Result<std::vector<std::string_view>> split_script(std::string_view script, Dialect dialect);

}  // namespace tenon::store
