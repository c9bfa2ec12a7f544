#include "host/plugins/event_log.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "host/store/migrations.hpp"

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;

store::Deadline soon() {
  return store::within(10s);
}

std::vector<store::Migration> migrations() {
  return {{1, "events",
           "CREATE TABLE {events} (id bigint PRIMARY KEY, time_ns bigint NOT NULL,"
           " topic text NOT NULL, source text NOT NULL, data text NOT NULL);"
           "CREATE TABLE {subscriptions} (id bigint PRIMARY KEY, instance text NOT NULL,"
           " name text NOT NULL, patterns text NOT NULL, UNIQUE (instance, name));"
           "CREATE TABLE {deliveries} (subscription bigint NOT NULL, event bigint NOT NULL,"
           " PRIMARY KEY (subscription, event));"
           "CREATE INDEX {#deliveries_by_event} ON {deliveries} (event)"}};
}

// Patterns have no blanks.
std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

}  // namespace

Result<EventLog> EventLog::open(store::Store& store, std::string_view ns) {
  TN_TRY(auto scope, store.scope(ns));
  TN_CHECK(store::migrate(scope, migrations(), soon()));
  return EventLog(std::move(scope));
}

Result<std::vector<EventLog::Subscription>> EventLog::subscriptions() const {
  TN_TRY(const auto rows,
         scope_.query("SELECT s.id, s.instance, s.name, s.patterns, (SELECT count(*) FROM"
                      " {deliveries} d WHERE d.subscription = s.id) AS pending"
                      " FROM {subscriptions} s ORDER BY s.id",
                      {}, soon()));
  std::vector<Subscription> out(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    TN_TRY(out[i].id, rows.int64(i, "id"));
    TN_TRY(out[i].instance, rows.text(i, "instance"));
    TN_TRY(out[i].name, rows.text(i, "name"));
    TN_TRY(const auto patterns, rows.text(i, "patterns"));
    out[i].patterns = words_of(std::string(patterns));
    TN_TRY(const auto pending, rows.int64(i, "pending"));
    out[i].pending = static_cast<uint64_t>(pending);
  }
  return out;
}

Result<uint64_t> EventLog::last_event() const {
  TN_TRY(const auto rows,
         scope_.query("SELECT coalesce(max(id), 0) AS last FROM {events}", {}, soon()));
  TN_TRY(const auto last, rows.int64(0, "last"));
  return static_cast<uint64_t>(last);
}

Result<int64_t> EventLog::put_subscription(const std::string& instance, const std::string& name,
                                           const std::vector<std::string>& patterns) const {
  const std::string text = fmt::format("{}", fmt::join(patterns, " "));
  TN_TRY(const auto rows,
         scope_.query("INSERT INTO {subscriptions} (id, instance, name, patterns)"
                      " VALUES ((SELECT coalesce(max(id), 0) + 1 FROM {subscriptions}), $1, $2, $3)"
                      " ON CONFLICT (instance, name) DO UPDATE SET patterns = excluded.patterns"
                      " RETURNING id",
                      {instance, name, text}, soon()));
  return rows.int64(0, "id");
}

Result<void> EventLog::remove_subscription(int64_t id) const {
  TN_TRY(auto transaction, scope_.begin(store::Mode::write, soon()));
  TN_CHECK(transaction.execute("DELETE FROM {deliveries} WHERE subscription = $1", {id}));
  TN_CHECK(transaction.execute("DELETE FROM {subscriptions} WHERE id = $1", {id}));
  return transaction.commit();
}

Result<void> EventLog::append(const EventMessage& event,
                              const std::vector<int64_t>& subscriptions) const {
  const auto id = static_cast<int64_t>(event.id);
  TN_TRY(auto transaction, scope_.begin(store::Mode::write, soon()));
  TN_CHECK(transaction.execute(
      "INSERT INTO {events} (id, time_ns, topic, source, data) VALUES ($1, $2, $3, $4, $5)",
      {id, event.time_ns, event.topic, event.source, event.data}));
  std::vector<store::Params> rows;
  for (const int64_t subscription : subscriptions) rows.push_back({subscription, id});
  TN_CHECK(transaction.execute_many(
      "INSERT INTO {deliveries} (subscription, event) VALUES ($1, $2)", rows));
  return transaction.commit();
}

Result<std::vector<EventMessage>> EventLog::next(int64_t subscription, size_t limit) const {
  TN_TRY(const auto rows,
         scope_.query("SELECT e.id, e.time_ns, e.topic, e.source, e.data FROM {deliveries} d"
                      " JOIN {events} e ON e.id = d.event WHERE d.subscription = $1"
                      " ORDER BY d.event LIMIT $2",
                      {subscription, static_cast<int64_t>(limit)}, soon()));
  std::vector<EventMessage> out(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    TN_TRY(const auto id, rows.int64(i, "id"));
    out[i].id = static_cast<uint64_t>(id);
    TN_TRY(out[i].time_ns, rows.int64(i, "time_ns"));
    TN_TRY(out[i].topic, rows.text(i, "topic"));
    TN_TRY(out[i].source, rows.text(i, "source"));
    TN_TRY(out[i].data, rows.text(i, "data"));
  }
  return out;
}

Result<uint64_t> EventLog::take(int64_t subscription, const std::vector<uint64_t>& events) const {
  std::vector<store::Params> rows;
  std::vector<store::Params> ids;
  for (const uint64_t event : events) {
    rows.push_back({subscription, static_cast<int64_t>(event)});
    ids.push_back({static_cast<int64_t>(event)});
  }
  TN_TRY(auto transaction, scope_.begin(store::Mode::write, soon()));
  TN_TRY(const auto taken,
         transaction.execute_many("DELETE FROM {deliveries} WHERE subscription = $1 AND event = $2",
                                  rows));
  // Two that take the last of one event at the same time may both leave it: sweep() finds it.
  TN_CHECK(
      transaction.execute_many("DELETE FROM {events} WHERE id = $1 AND NOT EXISTS"
                               " (SELECT 1 FROM {deliveries} d WHERE d.event = $1)",
                               ids));
  TN_CHECK(transaction.commit());
  return static_cast<uint64_t>(taken);
}

Result<EventLog::Dropped> EventLog::drop(const char* which, const store::Params& params) const {
  TN_TRY(const auto rows,
         scope_.query(fmt::format("DELETE FROM {{deliveries}} WHERE subscription = $1 AND event"
                                  " IN ({}) RETURNING event",
                                  which),
                      params, soon()));
  Dropped out{rows.size(), 0};
  for (size_t i = 0; i < rows.size(); ++i) {
    TN_TRY(const auto id, rows.int64(i, "event"));
    out.last = std::max(out.last, static_cast<uint64_t>(id));
  }
  return out;
}

Result<EventLog::Dropped> EventLog::drop_oldest(int64_t subscription, uint64_t count) const {
  return drop(
      "SELECT d.event FROM {deliveries} d WHERE d.subscription = $1 ORDER BY d.event"
      " LIMIT $2",
      {subscription, static_cast<int64_t>(count)});
}

Result<EventLog::Dropped> EventLog::drop_before(int64_t subscription, int64_t time_ns) const {
  return drop("SELECT e.id FROM {events} e WHERE e.time_ns < $2", {subscription, time_ns});
}

Result<void> EventLog::sweep() const {
  TN_CHECK(scope_.execute(
      "DELETE FROM {events} WHERE id NOT IN (SELECT d.event FROM {deliveries} d)", {}, soon()));
  return {};
}

}  // namespace tenon::plugins
