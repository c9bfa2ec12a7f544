// A host for the tests of a plugin: every table of the interface, in this process, under the test's
// control. Nothing happens by itself: time moves when the test moves it, events are delivered when
// the test says so, calls fail when the test arranged it. Routes, topics and the store are the code
// of the real host.
//
//   tenon::testing::Host host;
//   host.config(R"({"greeting": "Shalom"})");
//   tenon::testing::Plugin plugin(host, TENON_TESTED_PLUGIN);
//   TENON_REQUIRE(plugin.start());
//   TENON_EXPECT_EQ(plugin.get("/hello").body, "Shalom");
//
// All of it may be used from any thread, also while a call into the plugin is under way: from a
// provider's function, from during(), or from a thread of the test. Errors of the plugin are
// results; a test that arranges what makes no sense is told by std::invalid_argument.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/columns.hpp"
#include "tenon/host.hpp"
#include "tenon/metrics.h"
#include "tenon/plugin/declaration.hpp"

namespace tenon::testing {

class StoreFake;
struct World;

struct LogLine {
  uint32_t level = TN_LOG_INFO;
  std::string message;
  std::map<std::string, std::string> fields;
  std::string request_id;
};

struct ProgressLine {
  std::string text;
  uint64_t done = 0;
  uint64_t total = 0;
};

// How many events wait for a plugin before the oldest are dropped; these are the host's own
// figures.
struct EventLimits {
  size_t live_events = 1000;  // of one live subscription
  size_t live_bytes = 8u << 20;
  uint64_t durable_events = 100'000;  // of one durable subscription
  std::chrono::seconds durable_age{7 * 24 * 3600};
};

// What a deployment says of another plugin, by which plugins choose among several.
struct ProviderTraits {
  std::string version = {};  // of its interfaces; empty: their major, such as 1.0.0
  std::string labels = {};   // "region=eu,tier=gold"
  int priority = 0;
};

struct PublishedEvent {
  uint64_t id = 0;
  std::string topic;
  std::string data;  // JSON
  std::string source;
};

// Of a counter the sum, of a gauge what was set last, of a histogram the sum of what was observed.
struct MetricValue {
  uint32_t kind = TN_COUNTER;  // or TN_GAUGE, TN_HISTOGRAM
  double value = 0;
  uint64_t count = 0;  // how often it was recorded
};

// When an arranged failure happens.
struct Fault {
  uint64_t after = 0;           // calls that still succeed
  uint64_t times = UINT64_MAX;  // calls that fail then
  std::string message = "the test arranged this failure";
};

// What timers or deliveries did.
struct Outcome {
  size_t count = 0;           // how many ran
  std::vector<Error> errors;  // of those that failed
};

class Host {
 public:
  // `instance` is the id under which the plugin runs. Time begins at 2026-01-01 00:00 UTC.
  // Plugins and all that the test took from here end before this object does.
  explicit Host(std::string instance = "test");
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // The configuration as JSON, for plugins that are started from here on. Where it leaves something
  // out, the defaults of the plugin's schema hold; a key that the schema does not know fails the
  // plugin's start. Types and ranges are for the plugin's own reading.
  void config(std::string_view json);
  // The plugin's own folder, made on the first call and removed with this object. Relative paths of
  // the configuration begin here; those that its schema does not call paths may not be read.
  const std::string& data_folder();

  std::chrono::system_clock::time_point now() const;
  // As when somebody sets the system's clock: timers and deadlines do not notice.
  void set_time(std::chrono::system_clock::time_point now);
  // Moves the time on, and fires the timers that become due on the way, in their order. Not from
  // within a call that holds what a timer of the plugin waits for.
  Outcome advance(std::chrono::nanoseconds step);

  // Another plugin's method: takes the input's text, returns the answer's. A plugin may call it
  // when its manifest requires the interface. It runs on the thread of the plugin's call; the input
  // is valid until it returns. One that lets the deadline pass (advance()) is answered for:
  // timeout.
  using TextMethod = std::function<Result<std::string>(std::string_view input)>;
  void provide_text(std::string_view interface_id, std::string_view method, TextMethod answer,
                    std::string_view instance = "provider");
  // The same with described structs: provide<Name>("acme.greeter/1", "greet", [](const Name& name)
  // { return Greeting{"Hello, " + name.name}; }); the answer may be a Result, too.
  template <class In, class Answer>
  void provide(std::string_view interface_id, std::string_view method, Answer answer,
               std::string_view instance = "provider");
  using ColumnMethod = std::function<Result<std::vector<BatchBuffer>>(const Batch& input)>;
  void provide_columns(std::string_view interface_id, std::string_view method, ColumnMethod answer,
                       std::string_view instance = "provider");
  // Beside another provider of the same interface: the host's rules choose.
  void describe_provider(std::string_view instance, ProviderTraits traits);
  // That provider is away until it is set to be there again: others take over, and where there is
  // none, calls answer unavailable.
  void set_away(std::string_view instance, bool away = true);

  // Arranges that a function of a table fails: "store.query", "message.call", "state.put" ...
  // A name that is none throws std::invalid_argument, which lists them.
  void fail(std::string_view function, Code code, Fault when = {});
  // Each call of that function takes so long on the host's clock; one whose deadline passes
  // meanwhile answers timeout, where the host's function looks at it: messages, columns, state,
  // store.
  void delay(std::string_view function, std::chrono::nanoseconds time);
  // The test's turn in the middle of a plugin's call: runs once, on the plugin's thread, at the
  // beginning of that function's next call, or after `after` further ones.
  //   host.during("state.put", [&] { host.cancel(); });
  void during(std::string_view function, std::function<void()> action, uint64_t after = 0);
  // The callers of all calls under way with that request id give up; how many there were. The host
  // ends no call for it: a plugin sees it in Call::cancelled().
  size_t cancel(std::string_view request_id = "test");
  // Forgets failures, delays and what was still to be done during calls.
  void heal();
  // How often a function was called, failures included.
  uint64_t calls(std::string_view function) const;
  // As a host that does not have that table, such as TN_STORE_ID. Before the plugin starts: it may
  // count on the answer for as long as it lives.
  void hide(std::string_view table);

  // tenon.store/1; without one its functions fail. See tenon/testing/store.hpp.
  void use_store(std::unique_ptr<StoreFake> store);

  // Publishes as another plugin, under a topic; its id. Delivered by deliver(). The host's own
  // topics come from the host: of "tenon.provider" those hear who require its "interface".
  uint64_t publish(std::string_view topic, std::string_view json,
                   std::string_view source = "tester");
  // Delivers every event that waits, each once, to the newest plugin that subscribed. One that
  // fails is lost when its subscription is live, and comes again with the next deliver() when it is
  // durable.
  Outcome deliver();
  // What waits beyond that is dropped, the oldest first, and counted in tn_event.missed of the next
  // delivery. Without this the host's own limits hold.
  void limit_events(const EventLimits& limits);

  std::vector<LogLine> log() const;
  bool logged(std::string_view part) const;  // a line whose message holds that text
  std::vector<ProgressLine> progress() const;
  std::vector<PublishedEvent> events() const;  // all that was published, by whomever
  using Labels = std::vector<std::pair<std::string, std::string>>;
  std::optional<MetricValue> metric(std::string_view name, const Labels& labels = {}) const;
  std::optional<std::string> state(std::string_view key) const;
  void set_state(std::string_view key, std::string_view value);

  // What the plugin did against the rules of the interface: it kept a view beyond its call, failed
  // without a reason, answered twice ... The call in which it happened fails with it, too.
  std::vector<std::string> violations() const;

  // The host as a plugin's class sees it, for objects that a test makes by hand; they end before
  // this object does. It may use every interface and topic.
  tenon::Host& face();

 private:
  friend class Plugin;
  std::unique_ptr<World> world_;
};

template <class In, class Answer>
void Host::provide(std::string_view interface_id, std::string_view method, Answer answer,
                   std::string_view instance) {
  auto as_text = [answer = std::move(answer)](std::string_view input) -> Result<std::string> {
    using Returned = std::invoke_result_t<Answer, const In&>;
    TN_TRY(const In in, json::decode<In>(input));
    TN_TRY(const auto out, Result<typename plugin::Unwrapped<Returned>::type>(answer(in)));
    return json::encode(out);
  };
  provide_text(interface_id, method, std::move(as_text), instance);
}

}  // namespace tenon::testing
