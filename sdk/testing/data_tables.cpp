// tenon.state/1 and tenon.store/1 of a test's host.
#include <algorithm>

#include "host/store/key_rules.hpp"
#include "world.hpp"

namespace tenon::testing {
namespace {

tn_status TN_ABI state_get(void* ctx, const tn_call* call, tn_str key, const tn_sink* value,
                           uint64_t* version) noexcept {
  return guarded(call, [&]() -> Result<void> {
    World& world = guest_of(ctx).world;
    TN_CHECK(enter(world, "state.get", call, Waits::yes));
    TN_CHECK(store::check_key(view(key)));
    StateEntry entry;
    {
      const std::lock_guard lock(world.mutex);
      const auto found = world.state.find(view(key));
      if (found != world.state.end()) entry = found->second;
    }
    if (!entry.exists)
      return Error{Code::not_found, "there is no state under \"" + std::string(view(key)) + "\""};
    TN_CHECK(put(world, value, entry.value));
    if (version) *version = entry.version;
    return {};
  });
}

tn_status TN_ABI state_put(void* ctx, const tn_call* call, tn_str key, tn_bytes value) noexcept {
  return guarded(call, [&]() -> Result<void> {
    World& world = guest_of(ctx).world;
    TN_CHECK(enter(world, "state.put", call, Waits::yes));
    TN_CHECK(store::check_key(view(key)));
    TN_CHECK(check_writer_is_free(world, call));
    const std::lock_guard lock(world.mutex);
    world.write_state(view(key), chars(value));
    return {};
  });
}

tn_status TN_ABI state_put_if(void* ctx, const tn_call* call, tn_str key, tn_bytes value,
                              uint64_t version) noexcept {
  return guarded(call, [&]() -> Result<void> {
    World& world = guest_of(ctx).world;
    TN_CHECK(enter(world, "state.put_if", call, Waits::yes));
    TN_CHECK(store::check_key(view(key)));
    TN_CHECK(check_writer_is_free(world, call));
    const std::lock_guard lock(world.mutex);
    const auto found = world.state.find(view(key));
    const bool exists = found != world.state.end() && found->second.exists;
    if ((exists ? found->second.version : 0) != version)
      return Error{Code::conflict, "the entry is not at version " + std::to_string(version),
                   std::string(view(key))};
    world.write_state(view(key), chars(value));
    return {};
  });
}

tn_status TN_ABI state_remove(void* ctx, const tn_call* call, tn_str key) noexcept {
  return guarded(call, [&]() -> Result<void> {
    World& world = guest_of(ctx).world;
    TN_CHECK(enter(world, "state.remove", call, Waits::yes));
    TN_CHECK(store::check_key(view(key)));
    TN_CHECK(check_writer_is_free(world, call));
    const std::lock_guard lock(world.mutex);
    const auto found = world.state.find(view(key));
    if (found != world.state.end()) found->second.exists = false;
    return {};
  });
}

tn_status TN_ABI state_list(void* ctx, const tn_call* call, tn_str prefix, tn_str after,
                            uint64_t limit, const tn_sink* output) noexcept {
  return guarded(call, [&]() -> Result<void> {
    World& world = guest_of(ctx).world;
    TN_CHECK(enter(world, "state.list", call, Waits::yes));
    const size_t page = std::min<uint64_t>(limit, store::kMaxPage);
    TN_CHECK(store::check_page(page));
    std::vector<std::string> keys;
    {
      const std::lock_guard lock(world.mutex);
      for (const auto& [key, entry] : world.state)
        if (entry.exists && key.starts_with(view(prefix)) && key > view(after) &&
            keys.size() < page)
          keys.push_back(key);
    }
    return put(world, output, json::encode(keys));
  });
}

// Runs a function of the store that the test gave.
template <class Function>
tn_status with_store(void* ctx, const char* name, const tn_call* call, Waits waits,
                     bool needs_writer, Function function) noexcept {
  tn_status status = TN_OK;
  const tn_status entered = guarded(call, [&]() -> Result<void> {
    World& world = guest_of(ctx).world;
    TN_CHECK(enter(world, name, call, waits));
    if (!world.store)
      return Error{Code::unsupported,
                   "this test has no store: host.use_store(tenon::testing::sqlite_store())"};
    if (needs_writer) TN_CHECK(check_writer_is_free(world, call));
    status = function(world.store->table(), world.store->ctx());
    return {};
  });
  return entered == TN_OK ? status : entered;
}

tn_status TN_ABI store_migrate(void* ctx, const tn_call* call, const tn_migration* steps,
                               uint64_t count) noexcept {
  return with_store(ctx, "store.migrate", call, Waits::yes, true,
                    [&](const tn_host_store& store, void* self) {
                      return store.migrate(self, call, steps, count);
                    });
}
tn_status TN_ABI store_query(void* ctx, const tn_call* call, tn_tx tx, tn_str sql,
                             const tn_sql_value* params, uint64_t count, const tn_sink* rows,
                             uint64_t* affected) noexcept {
  return with_store(ctx, "store.query", call, Waits::yes, tx == 0 && affected,
                    [&](const tn_host_store& store, void* self) {
                      return store.query(self, call, tx, sql, params, count, rows, affected);
                    });
}
tn_status TN_ABI store_execute_many(void* ctx, const tn_call* call, tn_tx tx, tn_str sql,
                                    const tn_sql_value* params, uint64_t per_row,
                                    uint64_t rows) noexcept {
  return with_store(ctx, "store.execute_many", call, Waits::yes, tx == 0,
                    [&](const tn_host_store& store, void* self) {
                      return store.execute_many(self, call, tx, sql, params, per_row, rows);
                    });
}
tn_status TN_ABI store_begin(void* ctx, const tn_call* call, uint32_t mode, tn_tx* tx) noexcept {
  return with_store(ctx, "store.begin", call, Waits::yes, mode == TN_TX_WRITE,
                    [&](const tn_host_store& store, void* self) {
                      const tn_status begun = store.begin(self, call, mode, tx);
                      World& world = guest_of(ctx).world;
                      const std::lock_guard lock(world.mutex);
                      if (begun == TN_OK && mode == TN_TX_WRITE)
                        world.writers[*tx] = Call(call).raw().call_id;
                      return begun;
                    });
}

// Whatever becomes of it, the transaction is over.
void end_transaction(void* ctx, tn_tx tx) {
  World& world = guest_of(ctx).world;
  const std::lock_guard lock(world.mutex);
  world.writers.erase(tx);
}
tn_status TN_ABI store_commit(void* ctx, const tn_call* call, tn_tx tx) noexcept {
  return with_store(ctx, "store.commit", call, Waits::yes, false,
                    [&](const tn_host_store& store, void* self) {
                      end_transaction(ctx, tx);
                      return store.commit(self, call, tx);
                    });
}
tn_status TN_ABI store_rollback(void* ctx, const tn_call* call, tn_tx tx) noexcept {
  return with_store(ctx, "store.rollback", call, Waits::no, false,
                    [&](const tn_host_store& store, void* self) {
                      end_transaction(ctx, tx);
                      return store.rollback(self, call, tx);
                    });
}

}  // namespace

const tn_host_state kStateTable{sizeof kStateTable, 0,         state_get, state_put, state_put_if,
                                state_remove,       state_list};
const tn_host_store kStoreTable{sizeof kStoreTable, 0,           store_migrate, store_query,
                                store_execute_many, store_begin, store_commit,  store_rollback};

}  // namespace tenon::testing
