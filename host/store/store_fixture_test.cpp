#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <pqxx/pqxx>

#include "host/store/store_fixture.hpp"

// libpqxx 6.4 loses the 2 KB of a result when the connection ends while it prepares a statement.
// Nothing of this module can free it; it happens once for each connection that is lost that way.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:pqxx::connection_base::register_prepared\n";
}

namespace tenon::store {

std::string test_postgres_url() {
  const char* url = std::getenv("TENON_TEST_POSTGRES");
  return url == nullptr ? "" : url;
}

void StoreFixture::start(Dialect dialect, StoreOptions options) {
  if (dialect == Dialect::postgres && test_postgres_url().empty()) {
    GTEST_SKIP() << "TENON_TEST_POSTGRES is not set: eval \"$(scripts/postgres start DIR)\"";
  }
  scratch_ = std::make_unique<ScratchFolder>();
  const std::string folder = scratch_->path();
  const std::string random = folder.substr(folder.size() - 6);
  prefix_ = "t" + std::to_string(::getpid()) + "_";
  for (char c : random) prefix_ += std::to_string(static_cast<int>(c) % 100);
  prefix_ += "_";
  options_ = std::move(options);
  options_.dialect = dialect;
  options_.path = folder + "/store.db";
  options_.url = test_postgres_url();
  options_.application_name = "tenon-test-" + prefix_;
  auto opened = open_store(options_);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  store_ = std::move(opened).value();
}

void StoreFixture::TearDown() {
  store_.reset();
  if (!scratch_) return;
  scratch_.reset();
  if (options_.dialect != Dialect::postgres) return;
  pqxx::connection connection(options_.url);
  pqxx::nontransaction work(connection);
  work.exec("SET client_min_messages = warning");
  auto schemas = work.exec("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, " +
                           work.quote(prefix_) + ")");
  for (const auto& row : schemas) {
    work.exec("DROP SCHEMA " + work.quote_name(row[0].as<std::string>()) + " CASCADE");
  }
  // The host's own tables are shared by the tests that run at the same time.
  for (const char* table : {"tenon.migrations", "tenon_kv.entries"}) {
    bool exists = !work.exec("SELECT to_regclass(" + work.quote(table) + ")")[0][0].is_null();
    if (exists) {
      work.exec("DELETE FROM " + std::string(table) + " WHERE starts_with(namespace, " +
                work.quote(prefix_) + ")");
    }
  }
}

Scope StoreFixture::make_scope(const std::string& name) {
  auto scope = store_->scope(namespace_of(name));
  EXPECT_TRUE(scope.ok()) << scope.error().message;
  return *scope;
}

std::unique_ptr<Store> StoreFixture::open_again() const {
  auto opened = open_store(options_);
  EXPECT_TRUE(opened.ok()) << opened.error().message;
  return std::move(opened).value();
}

}  // namespace tenon::store
