// Values, rows and migrations in the form of tenon/store.h, in which they cross to plugins.
#pragma once

#include <string>
#include <vector>

#include "host/store/migrations.hpp"
#include "host/store/rows.hpp"
#include "tenon/store.h"

namespace tenon::store {

// Errors name the parameter: "$2".
Result<Params> params_of(const tn_sql_value* values, std::uint64_t count);
// `rows` lists of `per_row` parameters each.
Result<std::vector<Params>> param_rows_of(const tn_sql_value* values, std::uint64_t per_row,
                                          std::uint64_t rows);
std::vector<Migration> migrations_of(const tn_migration* steps, std::uint64_t count);
std::string encode_rows(const Rows& rows);

}  // namespace tenon::store
