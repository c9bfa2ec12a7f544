// For tests: a store of each driver, in a file or schema of its own that is removed afterwards.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "host/store/store.hpp"
#include "tests/support/scratch_folder.hpp"

namespace tenon::store {

// The URL of the PostgreSQL for tests (scripts/postgres prints it), or "" when there is none.
std::string test_postgres_url();

class StoreFixture : public ::testing::Test {
 public:
  // Skips the test when the driver is PostgreSQL and none is running.
  void start(Dialect dialect, StoreOptions options = {});
  void TearDown() override;

  Scope make_scope(const std::string& name = "shop");
  // Namespaces are unique to the test, so that tests may share one PostgreSQL.
  std::string namespace_of(const std::string& name) const { return prefix_ + name; }
  std::unique_ptr<Store> open_again() const;

  const StoreOptions& options() const { return options_; }
  Store& store() { return *store_; }
  std::string folder() const { return scratch_->path(); }

 protected:
  StoreOptions options_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<ScratchFolder> scratch_;
  std::string prefix_;
};

// A test that runs on both drivers: TEST_P(x, y) of a class derived from this one.
class OnBothStores : public StoreFixture, public ::testing::WithParamInterface<Dialect> {
 public:
  void SetUp() override { start(GetParam()); }
};

inline std::string dialect_name(const ::testing::TestParamInfo<Dialect>& info) {
  return info.param == Dialect::sqlite ? "sqlite" : "postgres";
}

inline Deadline soon() {
  return within(std::chrono::seconds(20));
}

}  // namespace tenon::store
