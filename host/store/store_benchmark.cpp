// Measures the store beside the raw sqlite3 API in the same run:
//
//   tenon_store_bench [rounds [part...]]    medians of `rounds` (default 5) rounds; parts: normal,
//                                           full, rows, postgres (default: all)
//
// PostgreSQL is measured when TENON_TEST_POSTGRES is set.
#include <fmt/format.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <thread>

#include "host/store/store.hpp"

namespace tenon::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kClients = 64;
constexpr auto kRound = std::chrono::milliseconds(1000);

void check(bool ok, const std::string& what) {
  if (ok) return;
  fmt::print(stderr, "tenon_store_bench: {}\n", what);
  std::exit(1);
}

template <class T>
T must(Result<T> result) {
  check(result.ok(), result.ok() ? "" : result.error().message);
  return std::move(result).value();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// The median, and the least and the greatest of the rounds.
std::string spread(const std::vector<double>& values) {
  auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  return fmt::format("{:.0f} ({:.0f} to {:.0f})", median(values), *least, *greatest);
}

// Calls `work(client, i)` from `clients` threads for one round; the result is calls per second.
double rate(int clients, const std::function<void(int, std::int64_t)>& work) {
  std::atomic<std::int64_t> calls = 0;
  auto begin = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (int client = 0; client < clients; ++client) {
      threads.emplace_back([&, client] {
        std::int64_t i = 0;
        while (Clock::now() - begin < kRound) work(client, i++);
        calls += i;
      });
    }
  }
  return static_cast<double>(calls) / std::chrono::duration<double>(Clock::now() - begin).count();
}

// Of the whole process, in microseconds.
double cpu_time_us() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  auto us = [](const timeval& time) { return 1e6 * time.tv_sec + time.tv_usec; };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

class Folder {
 public:
  Folder() : path_((std::filesystem::current_path() / "tenon-store-bench-XXXXXX").string()) {
    check(::mkdtemp(path_.data()) != nullptr, "cannot make a folder");
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

struct Raw {
  Raw(const std::string& path, const char* synchronous) {
    check(sqlite3_open(path.c_str(), &db) == SQLITE_OK, "cannot open");
    exec("PRAGMA journal_mode = WAL");
    exec(fmt::format("PRAGMA synchronous = {}", synchronous));
    exec("PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16384");
    exec("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, name text, n bigint)");
    insert = prepare("INSERT INTO t (name, n) VALUES (?1, ?2)");
    select = prepare("SELECT name, n FROM t WHERE id = ?1");
  }
  ~Raw() {
    sqlite3_finalize(insert);
    sqlite3_finalize(select);
    sqlite3_close(db);
  }
  void exec(const std::string& sql) {
    check(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK,
          sqlite3_errmsg(db));
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(db, sql, -1, &statement, nullptr) == SQLITE_OK, sqlite3_errmsg(db));
    return statement;
  }
  void insert_row(std::int64_t i) {
    sqlite3_bind_text(insert, 1, "a name of usual length", -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, i);
    check(sqlite3_step(insert) == SQLITE_DONE, sqlite3_errmsg(db));
    sqlite3_reset(insert);
  }
  void select_row(std::int64_t id) {
    sqlite3_bind_int64(select, 1, id);
    check(sqlite3_step(select) == SQLITE_ROW, sqlite3_errmsg(db));
    std::string name(reinterpret_cast<const char*>(sqlite3_column_text(select, 0)));
    check(sqlite3_column_int64(select, 1) >= 0 && !name.empty(), "wrong row");
    sqlite3_reset(select);
  }

  sqlite3* db = nullptr;
  sqlite3_stmt* insert = nullptr;
  sqlite3_stmt* select = nullptr;
};

constexpr const char* kInsert = "INSERT INTO {t} (name, n) VALUES ($1, $2)";

void insert(const Scope& scope, std::int64_t i) {
  must(scope.execute(kInsert, {"a name of usual length", i}, within(std::chrono::seconds(30))));
}

std::unique_ptr<Store> open(const StoreOptions& options, std::string_view id_type) {
  auto store = must(open_store(options));
  Scope scope = must(store->scope("bench"));
  auto deadline = within(std::chrono::seconds(30));
  (void)scope.execute("DROP TABLE {t}", {}, deadline);
  must(scope.execute(fmt::format("CREATE TABLE {{t}} (id {}, name text, n bigint)", id_type), {},
                     deadline));
  return store;
}

void measure_sqlite(int rounds, Durability durability) {
  Folder folder;
  const char* name = durability == Durability::full ? "FULL" : "NORMAL";
  StoreOptions options;
  options.path = folder.file("store.db");
  options.durability = durability;
  auto store = open(options, "INTEGER PRIMARY KEY");
  Scope scope = must(store->scope("bench"));
  Raw raw(folder.file("raw.db"), name);
  std::vector<double> raw_single, single, raw_batches, many, many_cpu_us;
  for (int round = 0; round < rounds; ++round) {
    raw_single.push_back(rate(1, [&](int, std::int64_t i) { raw.insert_row(i); }));
    single.push_back(rate(1, [&](int, std::int64_t i) { insert(scope, i); }));
    // What the clients below cannot surpass by sharing commits alone: one thread that never waits.
    raw_batches.push_back(kClients * rate(1, [&](int, std::int64_t i) {
                            raw.exec("BEGIN IMMEDIATE");
                            for (int row = 0; row < kClients; ++row) raw.insert_row(i + row);
                            raw.exec("COMMIT");
                          }));
    auto begin = Clock::now();
    double cpu_us = cpu_time_us();
    many.push_back(rate(kClients, [&](int, std::int64_t i) { insert(scope, i); }));
    double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    many_cpu_us.push_back((cpu_time_us() - cpu_us) / (many.back() * seconds));
  }
  fmt::print("sqlite {:6} inserts/s, 1 client: {}; raw {}; ratio {:.2f}\n", name, spread(single),
             spread(raw_single), median(single) / median(raw_single));
  fmt::print(
      "sqlite {:6} inserts/s, {} clients: {}, {:.1f} us of CPU each; raw, one thread, {} rows a "
      "commit: {}; ratio {:.2f}\n",
      name, kClients, spread(many), median(many_cpu_us), kClients, spread(raw_batches),
      median(many) / median(raw_batches));
}

void measure_sqlite_rows(int rounds) {
  Folder folder;
  StoreOptions options;
  options.path = folder.file("store.db");
  auto store = open(options, "INTEGER PRIMARY KEY");
  Scope scope = must(store->scope("bench"));
  Raw raw(folder.file("raw.db"), "FULL");
  constexpr std::int64_t kRows = 10'000;
  std::vector<Params> batch;
  for (std::int64_t i = 0; i < kRows; ++i) batch.push_back({"a name of usual length", i});
  std::vector<double> raw_batch, own_batch, raw_select, own_select;
  for (int round = 0; round < rounds; ++round) {
    raw_batch.push_back(kRows * rate(1, [&](int, std::int64_t) {
                          raw.exec("BEGIN IMMEDIATE");
                          for (std::int64_t i = 0; i < kRows; ++i) raw.insert_row(i);
                          raw.exec("COMMIT");
                        }));
    own_batch.push_back(kRows * rate(1, [&](int, std::int64_t) {
                          must(
                              scope.execute_many(kInsert, batch, within(std::chrono::seconds(30))));
                        }));
    raw_select.push_back(rate(1, [&](int, std::int64_t i) { raw.select_row(1 + i % kRows); }));
    own_select.push_back(rate(1, [&](int, std::int64_t i) {
      auto rows = must(scope.query("SELECT name, n FROM {t} WHERE id = $1", {1 + i % kRows},
                                   within(std::chrono::seconds(30))));
      check(rows.size() == 1, "wrong row");
    }));
  }
  fmt::print("sqlite batched rows/s: {}; raw {}; ratio {:.2f}\n", spread(own_batch),
             spread(raw_batch), median(own_batch) / median(raw_batch));
  fmt::print("sqlite selects/s: {}; raw {}; ratio {:.2f}\n", spread(own_select), spread(raw_select),
             median(own_select) / median(raw_select));
}

void measure_postgres(int rounds, const char* url) {
  StoreOptions options;
  options.dialect = Dialect::postgres;
  options.url = url;
  options.connections = 16;
  auto store = open(options, "bigserial PRIMARY KEY");
  Scope scope = must(store->scope("bench"));
  std::vector<Params> batch;
  std::vector<Params> keyed;
  for (int i = 0; i < 10'000; ++i) {
    batch.push_back({"a name of usual length", i});
    keyed.push_back({"a name of usual length", i, i});
  }
  constexpr const char* kUpsert =
      "INSERT INTO {t} (name, n, id) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET n = {t}.n";
  constexpr const char* kUpdate = "UPDATE {t} SET name = $1, n = $2 WHERE id = $3";
  auto batches = [&](const char* sql, const std::vector<Params>& rows) {
    return static_cast<double>(rows.size()) * rate(1, [&](int, std::int64_t) {
             must(scope.execute_many(sql, rows, within(std::chrono::seconds(30))));
           });
  };
  std::vector<double> single, many, inserted, upserted, updated, select;
  for (int round = 0; round < rounds; ++round) {
    single.push_back(rate(1, [&](int, std::int64_t i) { insert(scope, i); }));
    many.push_back(rate(kClients, [&](int, std::int64_t i) { insert(scope, i); }));
    inserted.push_back(batches(kInsert, batch));
    upserted.push_back(batches(kUpsert, keyed));
    updated.push_back(batches(kUpdate, keyed));
    select.push_back(rate(1, [&](int, std::int64_t i) {
      must(scope.query("SELECT name, n FROM {t} WHERE id = $1", {1 + i % 1000},
                       within(std::chrono::seconds(30))));
    }));
  }
  must(scope.execute("DROP TABLE {t}", {}, within(std::chrono::seconds(30))));
  fmt::print("postgres inserts/s: 1 client {}; {} clients on {} connections {}\n", spread(single),
             kClients, options.connections, spread(many));
  fmt::print("postgres batched rows/s: insert {}; upsert {}; update {}\n", spread(inserted),
             spread(upserted), spread(updated));
  fmt::print("postgres selects/s: {}\n", spread(select));
}

}  // namespace
}  // namespace tenon::store

int main(int argc, char** argv) {
  using namespace tenon::store;
  int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
  const std::vector<std::string_view> parts(argv + std::min(argc, 2), argv + argc);
  auto wanted = [&](std::string_view part) {
    return parts.empty() || std::find(parts.begin(), parts.end(), part) != parts.end();
  };
  if (wanted("normal")) measure_sqlite(rounds, Durability::normal);
  if (wanted("full")) measure_sqlite(rounds, Durability::full);
  if (wanted("rows")) measure_sqlite_rows(rounds);
  const char* url = std::getenv("TENON_TEST_POSTGRES");
  if (url != nullptr && wanted("postgres")) measure_postgres(rounds, url);
}
