#include "world.hpp"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace tenon::testing {
namespace {

const void* TN_ABI query(void* ctx, tn_str table) noexcept {
  World& world = guest_of(ctx).world;
  const std::lock_guard lock(world.mutex);
  return world.hidden.contains(view(table)) ? nullptr : table_of(view(table));
}

}  // namespace

const void* table_of(std::string_view id) {
  if (id == TN_LOG_ID) return &kLogTable;
  if (id == TN_CONFIG_ID) return &kConfigTable;
  if (id == TN_MESSAGE_ID) return &kMessageTable;
  if (id == TN_COLUMN_ID) return &kColumnTable;
  if (id == TN_STORE_ID) return &kStoreTable;
  if (id == TN_STATE_ID) return &kStateTable;
  if (id == TN_CLOCK_ID) return &kClockTable;
  if (id == TN_METRICS_ID) return &kMetricsTable;
  if (id == TN_PROGRESS_ID) return &kProgressTable;
  if (id == TN_EVENTS_ID) return &kEventsTable;
  return nullptr;
}

World::~World() {
  face.reset();
  watcher.reset();
  std::error_code ignored;
  if (!data_folder.empty()) std::filesystem::remove_all(data_folder, ignored);
}

void World::violation(const std::string& what) {
  const std::lock_guard lock(mutex);
  violations.push_back(what);
}

void World::end_call(uint64_t call_id) {
  if (store) store->end_call(call_id);
  const std::lock_guard lock(mutex);
  running.erase(call_id);
  std::erase_if(writers, [&](const auto& one) { return one.second == call_id; });
}

void World::move_time(std::chrono::nanoseconds step) {
  const std::lock_guard lock(mutex);
  now_ns += step.count();
  monotonic_ns += step.count();
}

int64_t World::read_clock() {
  const std::lock_guard lock(mutex);
  return now_ns;
}

const std::string& World::folder() {
  const std::lock_guard lock(mutex);
  if (data_folder.empty()) {
    std::string path = std::filesystem::temp_directory_path() / "tenon-test.XXXXXX";
    if (!mkdtemp(path.data())) throw std::runtime_error("cannot make a folder like " + path);
    data_folder = std::move(path);
  }
  return data_folder;
}

void World::write_state(std::string_view key, std::string_view value) {
  StateEntry& entry = state[std::string(key)];
  // A key begins where the host begins it, so that nobody counts on 1.
  const auto first = static_cast<uint64_t>(now_ns / 1000);
  entry = {std::string(value),
           entry.exists ? entry.version + 1 : std::max(first, entry.version + 1), true};
}

Guest::Guest(World& world_, Declared declared_)
    : world(world_), declared(std::move(declared_)), raw{sizeof(tn_host),       TN_ABI_MAJOR,
                                                         TN_ABI_MINOR,          this,
                                                         view("test"),          {},
                                                         &tenon::testing::query} {
  raw.instance = view(world.instance);
  const std::lock_guard lock(world.mutex);
  world.guests.push_back(this);
}

Guest::~Guest() {
  leave();
  const std::lock_guard lock(world.mutex);
  std::erase(world.guests, this);
}

void Guest::leave() {
  world.events.leave(*this);
  const std::lock_guard lock(world.mutex);
  timers.clear();
}

void pass(World& world, const char* function) {
  const Faults::Verdict verdict = world.faults.enter(function);
  for (const auto& action : verdict.actions) action();
  world.move_time(verdict.delay);
}

Result<void> enter(World& world, const char* function, const tn_call* call, Waits waits) {
  Faults::Verdict verdict = world.faults.enter(function);
  for (const auto& action : verdict.actions) action();
  world.move_time(verdict.delay);
  if (waits == Waits::yes) TN_CHECK(check_deadline(world, call));
  if (verdict.failure) return std::move(*verdict.failure);
  return {};
}

Result<void> check_deadline(World& world, const tn_call* call) {
  const std::lock_guard lock(world.mutex);
  if (call && call->deadline_ns != 0 && call->deadline_ns <= world.monotonic_ns)
    return Error{Code::timeout, "the deadline has passed"};
  return {};
}

Result<void> check_writer_is_free(World& world, const tn_call* call) {
  const uint64_t call_id = Call(call).raw().call_id;
  const std::lock_guard lock(world.mutex);
  for (const auto& [tx, owner] : world.writers)
    if (call_id != 0 && owner == call_id)
      return Error{Code::timeout,
                   "the store has one writer, and this call has a transaction for writing open"};
  return {};
}

Result<void> put(World& world, const tn_sink* output, std::string_view text) {
  const size_t half = text.size() / 2;
  for (const std::string_view piece : {text.substr(0, half), text.substr(half)}) {
    Lent lent(world.graveyard);
    const tn_status status = output->write(output->ctx, lent.bytes(piece));
    if (status != TN_OK)
      return Error{static_cast<Code>(status), "the caller did not take the answer"};
  }
  return {};
}

}  // namespace tenon::testing
