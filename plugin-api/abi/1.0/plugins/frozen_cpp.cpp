// A plugin in C++ that uses every part of the C++ face of version 1.0.
#include <atomic>
#include <tenon/clock.hpp>
#include <tenon/events.hpp>
#include <tenon/metrics.hpp>
#include <tenon/plugin.hpp>
#include <tenon/progress.hpp>
#include <tenon/state.hpp>
#include <tenon/store.hpp>

struct FrozenConfig {
  std::string greeting = "Hello";
};
BOOST_DESCRIBE_STRUCT(FrozenConfig, (), (greeting))
struct Person {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Person, (), (name))
struct Greeting {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Greeting, (), (text))
struct Report {
  std::vector<std::string> done;  // the tables that did what they are for
  std::string folder;
};
BOOST_DESCRIBE_STRUCT(Report, (), (done, folder))
struct Seen {
  int64_t fired = 0;
  int64_t events = 0;
  int64_t visits = 0;
};
BOOST_DESCRIBE_STRUCT(Seen, (), (fired, events, visits))

class Frozen {
 public:
  using Config = FrozenConfig;
  Frozen(tenon::Host& host, const Config& config)
      : host_(host),
        config_(config),
        store_(host),
        state_(host),
        clock_(host),
        metrics_(host),
        events_(host) {}

  tenon::Result<void> start(tenon::Call& call) {
    static constexpr tenon::Migration steps[] = {{1, "things", "CREATE TABLE {things} (n BIGINT)"}};
    TN_CHECK(store_.migrate(call, steps));
    return events_.subscribe(call, "frozen.cpp", "own", 9);
  }
  tenon::Result<void> probe(tenon::Call&) { return {}; }
  tenon::Result<std::string> save_state(tenon::Call&) { return std::to_string(visits_.load()); }
  tenon::Result<void> restore_state(tenon::Call&, std::string_view state) {
    visits_ = std::atoll(std::string(state).c_str());
    return {};
  }

  Greeting greet(const Person& in) { return {config_.greeting + ", " + in.name}; }
  tenon::Result<void> twice(tenon::Call&, const tenon::Batch& input, tenon::BatchOut& output) {
    TN_TRY(const auto numbers, input.flat<int64_t>("n"));
    std::vector<int64_t> doubled;
    for (const auto number : numbers) doubled.push_back(2 * number);
    tenon::BatchBuffer batch(doubled.size());
    batch.flat<int64_t>("n", doubled);
    return output.write(batch);
  }

  tenon::Result<Report> tour(tenon::Call& call) {
    Report report;
    TN_TRY(report.folder, host_.config().data_folder());
    report.done.push_back("config");
    host_.log().write(TN_LOG_WARN, "frozen in C++", {{"colour", "blue"}}, &call);
    report.done.push_back("log");
    TN_TRY(const auto uses, metrics_.counter("frozen_cpp_uses_total", "Uses"));
    uses.record(1);
    report.done.push_back("metrics");
    TN_CHECK(state_.put(call, "key", "one"));
    TN_TRY(const auto entry, state_.get(call, "key"));
    if (entry.value == "one") report.done.push_back("state");
    TN_CHECK(store_.execute(call, "DELETE FROM {things}"));
    TN_TRY(auto transaction, store_.begin(call));
    TN_CHECK(transaction.execute("INSERT INTO {things} (n) VALUES ($1)", int64_t{7}));
    TN_CHECK(transaction.commit());
    TN_TRY(const auto rows, store_.query(call, "SELECT n FROM {things}"));
    if (rows.size() == 1 && rows.integer(0, 0) == 7) report.done.push_back("store");
    TN_CHECK(clock_.start_timer(std::chrono::milliseconds(1), std::chrono::milliseconds(0), 42));
    report.done.push_back("clock");
    TN_TRY(const auto visit, host_.messages().resolve(call, {"frozen.c/1", ">=1.0"}, "seen"));
    TN_CHECK(visit.call<Seen>(call, tenon::Nothing()));
    report.done.push_back("message");
    TN_CHECK(events_.publish_text(call, "frozen.cpp", "1"));
    report.done.push_back("events");
    TN_TRY(const auto twice, host_.messages().resolve(call, {"frozen.double/1"}, "double"));
    const int64_t numbers[] = {4, 5};
    tenon::BatchBuffer batch(2);
    batch.flat<int64_t>("n", numbers);
    TN_TRY(auto out, tenon::Columns(host_).call(call, twice, batch));
    const tn_batch raw = out.at(0).raw();
    TN_TRY(const auto doubled, tenon::Batch(&raw).flat<int64_t>("n"));
    if (doubled[0] == 8 && doubled[1] == 10) report.done.push_back("column");
    tenon::Progress(host_).report(call, "thawing", 1, 2);
    report.done.push_back("progress");
    return report;
  }
  Seen seen() { return {fired_, delivered_, visits_}; }

  tenon::Result<void> on_timer(tenon::Call&, uint64_t token) {
    fired_ = static_cast<int64_t>(token);
    return {};
  }
  tenon::Result<void> on_event(tenon::Call&, const tenon::Event& event) {
    if (event.token == 9 && event.topic == "frozen.cpp") ++delivered_;
    return {};
  }
  tenon::Result<void> page(tenon::Request& request, tenon::Response& response) {
    ++visits_;
    TN_TRY(const auto body, request.body());
    response.text(std::string(request.param("name")) + ": " + std::string(body));
    return {};
  }
  void stream(tenon::Request&, tenon::Response& response) {
    response.begin("text/plain");
    for (int i = 0; i < 3 && response.write("drop\n"); ++i) continue;
    response.finish();
  }

 private:
  tenon::Host& host_;
  const Config config_;
  tenon::Store store_;
  tenon::State state_;
  tenon::Clock clock_;
  tenon::Metrics metrics_;
  tenon::Events events_;
  std::atomic<int64_t> fired_ = 0, delivered_ = 0, visits_ = 0;
};

TENON_PLUGIN(Frozen, tenon::about("frozen-cpp", "1.0.0", "Uses the whole C++ face of 1.0"),
             tenon::post<&Frozen::page>("/frozen-cpp/{name}"),
             tenon::get<&Frozen::stream>("/frozen-cpp/stream").stream(),
             tenon::needs("frozen.c/1").optional(), tenon::needs("frozen.double/1").optional(),
             tenon::publishes("frozen.cpp"), tenon::subscribes("frozen.cpp"),
             tenon::provides("frozen.cpp/1", "1.0.0", tenon::method<&Frozen::greet>("greet"),
                             tenon::method<&Frozen::tour>("tour"),
                             tenon::method<&Frozen::seen>("seen")),
             tenon::provides_columns("frozen.cpp-double/1", "1.0.0",
                                     tenon::column_method<&Frozen::twice>("double")))
