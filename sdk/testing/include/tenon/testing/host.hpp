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
// All of it may be used from any thread, as a plugin with threads of its own does.
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

struct PublishedEvent {
  uint64_t id = 0;
  std::string topic;
  std::string data;  // JSON
  std::string source;
};

// Of a counter the sum, of a gauge what was set last, of a histogram the sum of what was observed.
struct MetricValue {
  uint32_t kind = TN_COUNTER;
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
  explicit Host(std::string instance = "test");
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // The configuration as JSON. Where it leaves something out, the defaults of the plugin's schema
  // hold; a key that the schema does not know fails the plugin's start.
  void config(std::string_view json);
  // A folder for the plugin's files, removed with this object.
  const std::string& data_folder();

  std::chrono::system_clock::time_point now() const;
  void set_time(std::chrono::system_clock::time_point now);
  // Moves the time on, and fires the timers that become due on the way, in their order.
  Outcome advance(std::chrono::nanoseconds step);

  // Another plugin's method: takes the input's text, returns the answer's. A plugin may call it
  // when its manifest requires the interface.
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
  // That provider is away, and calls to it answer unavailable, until it is set to be there again.
  void set_away(std::string_view instance, bool away = true);

  // Arranges that a function of a table fails: "store.query", "message.call", "state.put" ...
  // A name that is none throws std::invalid_argument, which lists them.
  void fail(std::string_view function, Code code, Fault when = {});
  // Each call of that function takes so long on the host's clock; one whose deadline passes
  // meanwhile answers timeout.
  void delay(std::string_view function, std::chrono::nanoseconds time);
  // Forgets failures and delays.
  void heal();
  // How often a function was called, failures included.
  uint64_t calls(std::string_view function) const;
  // As a host that does not have that table, such as TN_STORE_ID.
  void hide(std::string_view table);

  // tenon.store/1; without one its functions fail. See tenon/testing/store.hpp.
  void use_store(std::unique_ptr<StoreFake> store);

  // Publishes as another plugin, under a topic. Delivered by deliver().
  uint64_t publish(std::string_view topic, std::string_view json,
                   std::string_view source = "tester");
  // Delivers every event that waits, each once. One that fails is lost when its subscription is
  // live, and comes again with the next deliver() when it is durable.
  Outcome deliver();

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

  // The host as a plugin's class sees it, for objects that a test makes by hand.
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
