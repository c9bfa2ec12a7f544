// What a tenon::testing::Host holds, and each plugin's part in it.
#pragma once

#include <mutex>
#include <set>

#include "declared.hpp"
#include "events.hpp"
#include "faults.hpp"
#include "host/plugins/provider_choice.hpp"
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

// What the plugin asked for. Who fulfils it is chosen at each call, as the host's handles turn to
// another provider when theirs is away.
struct ResolvedMethod {
  plugins::ProviderSelector selector;
  std::string method;
};

struct StateEntry {
  std::string value;
  uint64_t version = 0;
  bool exists = false;  // versions go on over a remove
};

struct Series {
  std::string exposed;  // its name, as the host's pages show it
  Host::Labels labels;  // sorted
  std::vector<double> bounds;
  MetricValue value;
};

// A call into the plugin that has not returned.
struct RunningCall {
  std::string request_id;
  uint32_t* cancelled;
};

struct World {
  World() = default;
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  std::string instance;
  Graveyard graveyard;
  Faults faults;
  EventFake events;
  std::unique_ptr<StoreFake> store;

  std::mutex mutex;  // guards all that follows
  std::string config = "{}";
  std::string data_folder;
  int64_t now_ns = 0;
  int64_t monotonic_ns = 0;
  std::set<std::string, std::less<>> hidden;
  std::map<std::pair<std::string, std::string>, ProviderFake> providers;  // interface, instance
  std::map<std::string, ProviderTraits, std::less<>> traits;              // by instance
  std::set<std::string, std::less<>> away;
  std::map<tn_method, ResolvedMethod> methods;
  uint64_t next_id = 1;                     // of methods, timers and calls
  std::map<uint64_t, RunningCall> running;  // by their ids
  std::map<tn_tx, uint64_t> writers;        // open transactions for writing, and their calls
  std::map<std::string, StateEntry, std::less<>> state;
  std::vector<Series> series;
  std::vector<LogLine> log;
  std::vector<ProgressLine> progress;
  std::vector<Guest*> guests;
  std::vector<std::string> violations;
  std::vector<std::shared_ptr<void>> frames;  // of all calls, so that a late use is noticed
  std::unique_ptr<Guest> watcher;             // behind Host::face()
  std::unique_ptr<tenon::Host> face;

  void violation(const std::string& what);
  // The call of that id has returned.
  void end_call(uint64_t call_id);
  void move_time(std::chrono::nanoseconds step);
  int64_t read_clock();                                            // since 1970
  const std::string& folder();                                     // made on first use
  void write_state(std::string_view key, std::string_view value);  // [mutex]
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
  std::string config = "{}";          // with the schema's defaults
  std::vector<std::string> readable;  // what it may read besides its own folder
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

// Before each function of a table: counts it, does what the test wants done during it, lets its
// time pass, and fails where the test arranged it. Functions of the host that wait look at the
// deadline; none looks at the cancellation, which is for the plugin to do.
enum class Waits { no, yes };
Result<void> enter(World& world, const char* function, const tn_call* call,
                   Waits waits = Waits::no);
// The same for functions that cannot fail.
void pass(World& world, const char* function);
// Timeout when the call's deadline has passed on the host's clock.
Result<void> check_deadline(World& world, const tn_call* call);
// Timeout, without the wait for it, when this call has a transaction for writing open: the store
// has one writer.
Result<void> check_writer_is_free(World& world, const tn_call* call);

// Puts text into the plugin's sink in two pieces, neither of which outlives its write.
Result<void> put(World& world, const tn_sink* output, std::string_view text);

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
