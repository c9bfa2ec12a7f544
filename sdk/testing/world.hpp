// What a tenon::testing::Host holds, and each plugin's part in it.
#pragma once

#include <mutex>
#include <set>

#include "declared.hpp"
#include "faults.hpp"
#include "lent.hpp"
#include "tenon/clock.h"
#include "tenon/column.h"
#include "tenon/events.h"
#include "tenon/metrics.h"
#include "tenon/progress.h"
#include "tenon/state.h"
#include "tenon/store.h"
#include "tenon/testing/host.hpp"
#include "tenon/testing/store.hpp"

namespace tenon::testing {

struct Guest;

struct ProviderFake {
  std::map<std::string, Host::TextMethod, std::less<>> texts;
  std::map<std::string, Host::ColumnMethod, std::less<>> columns;
};

struct ResolvedMethod {
  std::string interface_id, instance, method;
};

struct StateEntry {
  std::string value;
  uint64_t version = 0;
  bool exists = false;  // versions go on over a delete
};

struct WaitingEvent {
  PublishedEvent event;
  int64_t time_ns;
  uint32_t attempt = 0;
};

struct Subscription {
  std::string pattern;
  std::string name;
  bool durable = false;
  uint64_t token = 0;
  Guest* guest = nullptr;  // null: a durable one whose generation has ended
  std::deque<WaitingEvent> waiting;
};

struct Series {
  std::string name;
  Host::Labels labels;  // sorted
  MetricValue value;
};

struct World {
  World() = default;
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  std::string instance;
  Graveyard graveyard;
  Faults faults;
  std::unique_ptr<StoreFake> store;

  std::mutex mutex;  // guards all that follows
  std::string config = "{}";
  std::string data_folder;
  int64_t now_ns = 0;
  int64_t monotonic_ns = 0;
  std::set<std::string, std::less<>> hidden;
  std::map<std::pair<std::string, std::string>, ProviderFake> providers;  // interface, instance
  std::set<std::string, std::less<>> away;
  std::map<tn_method, ResolvedMethod> methods;
  uint64_t next_id = 1;  // of methods, timers, events and calls
  std::map<std::string, StateEntry, std::less<>> state;
  std::vector<Series> series;
  std::vector<LogLine> log;
  std::vector<ProgressLine> progress;
  std::vector<PublishedEvent> events;
  std::vector<Subscription> subscriptions;
  std::vector<Guest*> guests;
  std::vector<std::string> violations;
  std::vector<std::shared_ptr<void>> frames;  // of all calls, so that a late use is noticed
  std::unique_ptr<Guest> watcher;             // behind Host::face()
  std::unique_ptr<tenon::Host> face;

  void violation(const std::string& what);
  void move_time(std::chrono::nanoseconds step);
  const std::string& folder();  // made on first use
};

struct Timer {
  int64_t due_ns;  // on the monotonic clock
  int64_t period_ns;
  uint64_t token;
};

// One plugin's instance on the host: the ctx of its tables.
struct Guest {
  Guest(World& world, Declared declared);
  ~Guest();
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;

  World& world;
  const Declared declared;
  std::string config = "{}";  // with the schema's defaults
  tn_host raw;
  tn_instance* instance = nullptr;
  const tn_plugin_timer* timer_table = nullptr;
  const tn_plugin_events* events_table = nullptr;
  std::map<uint64_t, Timer> timers;  // guarded by world.mutex

  // Ends what ends with a generation: timers, live subscriptions.
  void leave();
};

inline Guest& guest_of(void* ctx) {
  return *static_cast<Guest*>(ctx);
}

// Before each function of a table: counts it, lets its time pass, and fails where the test arranged
// it, or where the caller has given up (functions that may block).
enum class Blocks { no, yes };
Result<void> enter(World& world, const char* function, const tn_call* call,
                   Blocks blocks = Blocks::yes);

// Puts text into the plugin's sink in two pieces, neither of which outlives its write.
Result<void> put(World& world, const tn_sink* output, std::string_view text);

// Notes an event and lets it wait in each subscription that matches; its id.
uint64_t accept_event(World& world, std::string_view topic, std::string_view data,
                      std::string_view source);

extern const tn_host_log kLogTable;
extern const tn_host_config kConfigTable;
extern const tn_host_message kMessageTable;
extern const tn_host_column kColumnTable;
extern const tn_host_store kStoreTable;
extern const tn_host_state kStateTable;
extern const tn_host_clock kClockTable;
extern const tn_host_metrics kMetricsTable;
extern const tn_host_progress kProgressTable;
extern const tn_host_events kEventsTable;
// The host's table of that id; null: there is none.
const void* table_of(std::string_view id);

}  // namespace tenon::testing
