// The store of a test: the host's own, on SQLite in a folder of its own that goes with it. Needs
// the target tenon::plugin_testing_store, and SQLite.
//
//   host.use_store(tenon::testing::sqlite_store());
//
// A test looks into it as a plugin does: tenon::Store(host.face()).query(call, "SELECT ...").
#pragma once

#include <memory>

#include "tenon/store.h"

namespace tenon::testing {

// What stands behind tenon.store/1.
class StoreFake {
 public:
  virtual ~StoreFake() = default;
  virtual const tn_host_store& table() const = 0;  // valid as long as this object; from any thread
  virtual void* ctx() = 0;                         // first argument of the table's functions
  // The call of that id has returned: what it began and did not commit is rolled back.
  virtual void end_call(uint64_t call_id) = 0;
};

// Throws std::runtime_error when there is no room for it.
std::unique_ptr<StoreFake> sqlite_store();

}  // namespace tenon::testing
