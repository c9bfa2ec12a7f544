// Migrations: the numbered changes by which a namespace gets its tables, applied once and in order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/store/store.hpp"
#include "tenon/result.hpp"

namespace tenon::store {

// A script of statements separated by ';'. `sql` serves both databases, else each has its own.
struct Migration {
  std::int64_t version = 0;  // 1, 2, 3 ... without a gap
  std::string name;
  std::string sql = {};
  std::string sqlite = {};
  std::string postgres = {};
};

struct MigrationReport {
  std::int64_t version = 0;          // of the namespace now
  std::vector<std::string> applied;  // names, in order
};

// Brings the namespace of `scope` to the last version. Each migration is one transaction, recorded
// in a table of the host. Several hosts may do it at the same time. Errors: invalid (the list has a
// gap, or a migration has no SQL for this database), conflict (an applied migration was changed, or
// the database is newer than the list), and those of the SQL with the migration in the path.
Result<MigrationReport> migrate(const Scope& scope, const std::vector<Migration>& migrations,
                                Deadline deadline);

}  // namespace tenon::store
