// The guard of SqliteConnection: while a scope's statement is compiled, SQLite asks here for each
// table, index and function it uses.
#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <string_view>

#include "host/store/sqlite_connection.hpp"

namespace tenon::store {

namespace {

std::string_view view(const char* text) {
  return text == nullptr ? std::string_view() : text;
}

}  // namespace

bool SqliteConnection::is_own(std::string_view name) const {
  const std::string& ns = current_->ns;
  return name.size() > ns.size() + 2 && name.starts_with(ns) && name.substr(ns.size(), 2) == "__";
}

bool SqliteConnection::may_use_table(const char* name) const {
  std::string_view table = view(name);
  if (is_own(table) || table == "json_each" || table == "json_tree") return true;
  // CREATE, ALTER and DROP change the catalogue through SQLite itself; a scope's own SQL cannot
  // name a table that begins with sqlite_ (sql_text.hpp).
  return current_->text.kind == StatementKind::schema && table.starts_with("sqlite_");
}

// Why the action is refused, or nullptr.
const char* SqliteConnection::refuse(int action, const char* first, const char* second) {
  constexpr const char* kOutside = "it is not a table of this namespace";
  auto own = [&](const char* name) { return is_own(view(name)) ? nullptr : kOutside; };
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return nullptr;
    case SQLITE_READ:
      // Without a column also for the name of a WITH, which is no table and has no prefix.
      if (view(second).empty() && view(first).find("__") == std::string_view::npos &&
          !view(first).starts_with("sqlite_") && !view(first).starts_with("pragma_")) {
        return nullptr;
      }
      [[fallthrough]];
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
      return may_use_table(first) ? nullptr : kOutside;
    case SQLITE_CREATE_TABLE:
    case SQLITE_DROP_TABLE:
    case SQLITE_CREATE_VIEW:
    case SQLITE_DROP_VIEW:
      return own(first);
    case SQLITE_CREATE_INDEX:
    case SQLITE_DROP_INDEX:
    case SQLITE_CREATE_TRIGGER:
    case SQLITE_DROP_TRIGGER: {
      const bool automatic = view(first).starts_with("sqlite_autoindex_");
      return automatic ? own(second) : (own(first) != nullptr ? own(first) : own(second));
    }
    case SQLITE_ALTER_TABLE:
      return own(second);
    case SQLITE_REINDEX:
    case SQLITE_ANALYZE:
      return may_use_table(first) ? nullptr : kOutside;
    case SQLITE_CREATE_VTABLE:
    case SQLITE_DROP_VTABLE:
      return view(second) == "fts5" ? own(first) : "of virtual tables only fts5 is allowed";
    case SQLITE_FUNCTION:
      return view(second) == "load_extension" ? "it loads code" : nullptr;
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
      return "ATTACH, DETACH and VACUUM are for the store alone";
    case SQLITE_PRAGMA:
      return "PRAGMA is for the store alone";
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
      return "transactions are begun with begin()";
    default:
      return "a scope may not do this";
  }
}

int SqliteConnection::authorize(void* self, int action, const char* first, const char* second,
                                const char*, const char*) {
  auto& connection = *static_cast<SqliteConnection*>(self);
  if (connection.current_ == nullptr) return SQLITE_OK;
  const char* reason = connection.refuse(action, first, second);
  if (reason == nullptr) return SQLITE_OK;
  std::string_view name =
      action == SQLITE_FUNCTION || action == SQLITE_ALTER_TABLE ? view(second) : view(first);
  connection.refused_ = fmt::format("'{}' is refused in the namespace '{}': {}", name,
                                    connection.current_->ns, reason);
  return SQLITE_DENY;
}

}  // namespace tenon::store
