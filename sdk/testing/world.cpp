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

void World::move_time(std::chrono::nanoseconds step) {
  const std::lock_guard lock(mutex);
  now_ns += step.count();
  monotonic_ns += step.count();
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
  const std::lock_guard lock(world.mutex);
  timers.clear();
  std::erase_if(world.subscriptions,
                [this](const Subscription& one) { return one.guest == this && !one.durable; });
  for (Subscription& one : world.subscriptions)
    if (one.guest == this) one.guest = nullptr;
}

Result<void> enter(World& world, const char* function, const tn_call* call, Blocks blocks) {
  Faults::Verdict verdict = world.faults.enter(function);
  world.move_time(verdict.delay);
  if (blocks == Blocks::yes) {
    const Call under_way(call);
    if (under_way.cancelled()) return Error{Code::cancelled, "the caller has given up"};
    const std::lock_guard lock(world.mutex);
    if (call && call->deadline_ns != 0 && call->deadline_ns <= world.monotonic_ns)
      return Error{Code::timeout, "the deadline has passed"};
  }
  if (verdict.failure) return std::move(*verdict.failure);
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
