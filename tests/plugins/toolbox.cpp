// One message method for each thing that the host's tables offer.
#include <tenon/clock.hpp>
#include <tenon/metrics.hpp>
#include <tenon/plugin.hpp>
#include <tenon/state.hpp>
#include <tenon/store.hpp>

#include <atomic>

struct ToolboxConfig {
  std::string greeting = "none";
  int64_t limit = 10;
};
BOOST_DESCRIBE_STRUCT(ToolboxConfig, (), (greeting, limit))

struct Names {
  std::vector<std::string> names;
  std::optional<bool> fail;
};
BOOST_DESCRIBE_STRUCT(Names, (), (names, fail))
struct Put {
  std::string key;
  std::string value;
  std::optional<int64_t> version;  // none: whatever is there
};
BOOST_DESCRIBE_STRUCT(Put, (), (key, value, version))
struct Key {
  std::string key;
};
BOOST_DESCRIBE_STRUCT(Key, (), (key))
struct Value {
  std::string value;
  int64_t version;
};
BOOST_DESCRIBE_STRUCT(Value, (), (value, version))
struct Keys {
  std::vector<std::string> keys;
};
BOOST_DESCRIBE_STRUCT(Keys, (), (keys))
struct Ticks {
  int64_t count;
  int64_t token;
};
BOOST_DESCRIBE_STRUCT(Ticks, (), (count, token))
struct Wait {
  int64_t delay_ms;
  std::optional<int64_t> period_ms;
  std::optional<int64_t> token;
};
BOOST_DESCRIBE_STRUCT(Wait, (), (delay_ms, period_ms, token))
struct Amount {
  std::string kind;
  std::optional<double> by;
};
BOOST_DESCRIBE_STRUCT(Amount, (), (kind, by))
struct Line {
  std::string message;
};
BOOST_DESCRIBE_STRUCT(Line, (), (message))
struct Ask {
  std::string name;
  std::optional<std::string> range;
  std::optional<std::string> instance;
  std::optional<std::string> interface;

  tenon::Selector selector() const {
    return {interface ? *interface : std::string_view("demo.greeter/1"),
            range ? *range : std::string_view(), instance ? *instance : std::string_view()};
  }
};
BOOST_DESCRIBE_STRUCT(Ask, (), (name, range, instance, interface))
struct Person {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Person, (), (name))
struct Text {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Text, (), (text))
struct Lists {
  std::vector<std::vector<int64_t>> lists;
};
BOOST_DESCRIBE_STRUCT(Lists, (), (lists))
struct Sums {
  std::vector<int64_t> sums;
};
BOOST_DESCRIBE_STRUCT(Sums, (), (sums))
struct Found {
  std::vector<tenon::Provider> providers;
};
BOOST_DESCRIBE_STRUCT(Found, (), (providers))
struct Facts {
  std::string instance;
  std::string greeting;
  int64_t limit;
  std::string folder;
  std::string path;
};
BOOST_DESCRIBE_STRUCT(Facts, (), (instance, greeting, limit, folder, path))

class Toolbox {
 public:
  using Config = ToolboxConfig;

  Toolbox(tenon::Host& host, const Config& config)
      : host_(host), config_(config), store_(host), state_(host), clock_(host), metrics_(host) {}

  tenon::Result<void> start(tenon::Call& call) {
    static constexpr tenon::Migration steps[] = {
        {1, "people", "CREATE TABLE {people} (name TEXT NOT NULL)"},
        {2, "unique names", "CREATE UNIQUE INDEX {#people_name} ON {people} (name)"},
    };
    return store_.migrate(call, steps);
  }
  void stop() { tick_timer_ = 0; }

  // All names or none.
  tenon::Result<void> add(tenon::Call& call, const Names& in) {
    TN_TRY(auto transaction, store_.begin(call));
    for (const auto& name : in.names)
      TN_CHECK(transaction.execute("INSERT INTO {people} (name) VALUES ($1)", name));
    TN_TRY(const auto seen, transaction.query("SELECT count(*) FROM {people}"));
    if (seen.integer(0, 0) < static_cast<int64_t>(in.names.size()))
      return tenon::Error{tenon::Code::internal, "a transaction does not see what it wrote"};
    if (in.fail.value_or(false))
      return tenon::Error{tenon::Code::conflict, "asked to fail before the commit"};
    return transaction.commit();
  }
  tenon::Result<void> add_many(tenon::Call& call, const Names& in) {
    std::vector<tn_sql_value> values;
    for (const auto& name : in.names) values.push_back(tenon::SqlParams::make(name));
    TN_TRY(auto transaction, store_.begin(call));
    TN_CHECK(transaction.execute_many("INSERT INTO {people} (name) VALUES ($1)", values, 1));
    return transaction.commit();
  }
  tenon::Result<Names> people(tenon::Call& call) {
    TN_TRY(const auto rows, store_.query(call, "SELECT name FROM {people} ORDER BY name"));
    Names out;
    for (size_t i = 0; i < rows.size(); ++i) out.names.emplace_back(rows.text(i, 0));
    return out;
  }
  tenon::Result<Sums> remove(tenon::Call& call, const Person& in) {
    TN_TRY(const auto count, store_.execute(call, "DELETE FROM {people} WHERE name = $1", in.name));
    return Sums{{static_cast<int64_t>(count)}};
  }
  // A statement of the caller's choice: what the host refuses is refused here.
  tenon::Result<Sums> sql(tenon::Call& call, const Line& in) {
    TN_TRY(const auto rows, store_.query(call, in.message));
    return Sums{{static_cast<int64_t>(rows.size())}};
  }

  tenon::Result<void> put(tenon::Call& call, const Put& in) {
    if (!in.version) return state_.put(call, in.key, in.value);
    return state_.put_if(call, in.key, in.value, static_cast<uint64_t>(*in.version));
  }
  tenon::Result<Value> value(tenon::Call& call, const Key& in) {
    TN_TRY(auto entry, state_.get(call, in.key));
    return Value{entry.value, static_cast<int64_t>(entry.version)};
  }
  tenon::Result<void> forget(tenon::Call& call, const Key& in) {
    return state_.remove(call, in.key);
  }
  tenon::Result<Keys> keys(tenon::Call& call, const Key& in) {
    TN_TRY(auto found, state_.list(call, in.key));
    return Keys{found};
  }

  tenon::Result<void> tick(const Wait& in) {
    TN_TRY(const auto timer, clock_.start_timer(std::chrono::milliseconds(in.delay_ms),
                                                std::chrono::milliseconds(in.period_ms.value_or(0)),
                                                static_cast<uint64_t>(in.token.value_or(1))));
    tick_timer_ = timer;
    return {};
  }
  // Stops the timer; from its return on, `ticks` does not change.
  Ticks untick() {
    clock_.stop_timer(tick_timer_);
    return ticks();
  }
  Ticks ticks() { return {ticks_.load(), last_token_.load()}; }
  tenon::Result<void> on_timer(tenon::Call&, uint64_t token) {
    last_token_ = static_cast<int64_t>(token);
    ++ticks_;
    return {};
  }

  tenon::Result<void> measure(const Amount& in) {
    static constexpr double bounds[] = {1, 10};
    TN_TRY(const auto series, make_series(in.kind, bounds));
    series.record(in.by.value_or(1));
    return {};
  }

  void log(tenon::Call& call, const Line& in) {
    host_.log().write(TN_LOG_WARN, in.message, {{"colour", "blue"}, {"odd", "a \"quote\"\n"}},
                      &call);
  }

  tenon::Result<Text> ask(tenon::Call& call, const Ask& in) {
    TN_TRY(const auto method, host_.messages().resolve(call, in.selector(), "greet"));
    return method.call<Text>(call, Person{in.name});
  }
  tenon::Result<Found> providers(tenon::Call& call, const Ask& in) {
    TN_TRY(auto found, host_.messages().providers(call, in.selector()));
    return Found{found};
  }
  tenon::Result<Sums> sum(tenon::Call& call, const Lists& in) {
    TN_TRY(const auto method, host_.messages().resolve(call, {"test.adder/1"}, "sum"));
    std::vector<int64_t> flat;
    std::vector<uint64_t> offsets = {0};
    for (const auto& list : in.lists) {
      flat.insert(flat.end(), list.begin(), list.end());
      offsets.push_back(flat.size());
    }
    tenon::BatchBuffer batch(in.lists.size());
    batch.ragged<int64_t>("values", flat, offsets);
    TN_TRY(auto out, tenon::Columns(host_).call(call, method, batch));
    if (out.size() != 1) return tenon::Error{tenon::Code::internal, "expected one batch"};
    const tn_batch raw = out[0].raw();
    TN_TRY(const auto sums, tenon::Batch(&raw).flat<int64_t>("sum"));
    return Sums{{sums.begin(), sums.end()}};
  }

  tenon::Result<Facts> facts() {
    TN_TRY(const auto folder, host_.config().data_folder());
    TN_TRY(const auto path, host_.config().resolve_path("beside.txt"));
    return Facts{std::string(host_.instance()), config_.greeting, config_.limit, folder, path};
  }

 private:
  tenon::Result<tenon::Series> make_series(const std::string& kind,
                                           std::span<const double> bounds) {
    if (kind == "counter") return metrics_.counter("toolbox_uses_total", "Uses", {{"tool", "saw"}});
    if (kind == "gauge") return metrics_.gauge("toolbox_level", "Level");
    return metrics_.histogram("toolbox_sizes", "Sizes", bounds);
  }

  tenon::Host& host_;
  const Config config_;
  tenon::Store store_;
  tenon::State state_;
  tenon::Clock clock_;
  tenon::Metrics metrics_;
  std::atomic<uint64_t> tick_timer_{0};
  std::atomic<int64_t> ticks_{0};
  std::atomic<int64_t> last_token_{0};
};

TENON_PLUGIN(Toolbox, tenon::about("toolbox", "1.0.0", "Uses every table of the host"),
             tenon::needs("demo.greeter/1").optional().many(),
             tenon::needs("test.adder/1").optional(),
             tenon::provides(
                 "test.toolbox/1", "1.0.0", tenon::method<&Toolbox::add>("add"),
                 tenon::method<&Toolbox::add_many>("add_many"),
                 tenon::method<&Toolbox::people>("people"),
                 tenon::method<&Toolbox::remove>("remove"), tenon::method<&Toolbox::sql>("sql"),
                 tenon::method<&Toolbox::put>("put"), tenon::method<&Toolbox::value>("value"),
                 tenon::method<&Toolbox::forget>("forget"), tenon::method<&Toolbox::keys>("keys"),
                 tenon::method<&Toolbox::tick>("tick"), tenon::method<&Toolbox::untick>("untick"),
                 tenon::method<&Toolbox::ticks>("ticks"),
                 tenon::method<&Toolbox::measure>("measure"), tenon::method<&Toolbox::log>("log"),
                 tenon::method<&Toolbox::ask>("ask").command("toolbox ask"),
                 tenon::method<&Toolbox::providers>("providers"),
                 tenon::method<&Toolbox::sum>("sum"), tenon::method<&Toolbox::facts>("facts")))
