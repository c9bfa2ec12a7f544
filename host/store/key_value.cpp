#include "host/store/key_value.hpp"

#include <fmt/format.h>

#include "host/store/key_rules.hpp"
#include "host/store/migrations.hpp"

namespace tenon::store {

namespace {

constexpr std::string_view kHostNamespace = "tenon_kv";

std::vector<Migration> migrations() {
  auto table = [](std::string_view key_type) {
    return fmt::format(
        "CREATE TABLE {{entries}} (namespace text NOT NULL, key {} NOT NULL, value bytea NOT NULL,"
        " version bigint NOT NULL, PRIMARY KEY (namespace, key))",
        key_type);
  };
  Migration entries{1, "entries"};
  entries.sqlite = table("text");
  // Keys are ordered by their bytes, as SQLite does, and not by the rules of a language.
  entries.postgres = table("text COLLATE \"C\"");
  return {entries};
}

// A new entry continues after every version that a deleted one of the same key may have had.
std::int64_t first_version() {
  auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

Result<KeyValue::Entry> entry_of(const Rows& rows, std::size_t row) {
  KeyValue::Entry entry;
  TN_TRY(entry.key, rows.text(row, "key"));
  TN_TRY(entry.value, rows.bytes(row, "value"));
  TN_TRY(entry.version, rows.int64(row, "version"));
  return entry;
}

}  // namespace

Result<KeyValue> KeyValue::open(Store& store, std::string_view ns, Deadline deadline) {
  TN_CHECK(check_namespace(ns));
  TN_TRY(Scope host, store.scope(kHostNamespace));
  TN_CHECK(migrate(host, migrations(), deadline));
  return KeyValue(host, std::string(ns));
}

Result<std::int64_t> KeyValue::put(std::string_view key, const Bytes& value,
                                   Deadline deadline) const {
  TN_CHECK(check_key(key));
  TN_TRY(Rows rows,
         host_.query("INSERT INTO {entries} AS e (namespace, key, value, version)"
                     " VALUES ($1, $2, $3, $4) ON CONFLICT (namespace, key) DO UPDATE"
                     " SET value = excluded.value, version = e.version + 1 RETURNING version",
                     {namespace_, key, value, first_version()}, deadline));
  return rows.int64(0, "version");
}

Result<std::int64_t> KeyValue::compare_and_set(std::string_view key, std::int64_t expected,
                                               const Bytes& value, Deadline deadline) const {
  TN_CHECK(check_key(key));
  auto written = expected == 0
                     ? host_.query(
                           "INSERT INTO {entries} (namespace, key, value, version)"
                           " VALUES ($1, $2, $3, $4) ON CONFLICT (namespace, key) DO NOTHING"
                           " RETURNING version",
                           {namespace_, key, value, first_version()}, deadline)
                     : host_.query(
                           "UPDATE {entries} SET value = $3, version = version + 1"
                           " WHERE namespace = $1 AND key = $2 AND version = $4 RETURNING version",
                           {namespace_, key, value, expected}, deadline);
  if (!written.ok()) return std::move(written).error();
  if (written->empty()) {
    return Error{Code::conflict, fmt::format("the entry is not at version {}", expected),
                 std::string(key)};
  }
  return written->int64(0, "version");
}

Result<std::optional<KeyValue::Entry>> KeyValue::get(std::string_view key,
                                                     Deadline deadline) const {
  TN_CHECK(check_key(key));
  TN_TRY(Rows rows, host_.query("SELECT key, value, version FROM {entries}"
                                " WHERE namespace = $1 AND key = $2",
                                {namespace_, key}, deadline));
  if (rows.empty()) return std::optional<Entry>();
  TN_TRY(Entry entry, entry_of(rows, 0));
  return std::optional<Entry>(std::move(entry));
}

Result<bool> KeyValue::remove(std::string_view key, Deadline deadline) const {
  TN_CHECK(check_key(key));
  TN_TRY(std::int64_t removed,
         host_.execute("DELETE FROM {entries} WHERE namespace = $1 AND key = $2", {namespace_, key},
                       deadline));
  return removed > 0;
}

Result<std::vector<KeyValue::Entry>> KeyValue::list(std::string_view prefix, std::string_view after,
                                                    std::size_t limit, Deadline deadline) const {
  TN_CHECK(check_page(limit));
  std::string end = std::string(prefix) + std::string(kLastCharacter);
  TN_TRY(Rows rows, host_.query("SELECT key, value, version FROM {entries} WHERE namespace = $1"
                                " AND key >= $2 AND key < $3 AND key > $4 ORDER BY key LIMIT $5",
                                {namespace_, prefix, end, after, limit}, deadline));
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    TN_TRY(Entry entry, entry_of(rows, i));
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace tenon::store
