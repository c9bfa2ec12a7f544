// Uses every table of the host, and behaves well.
#include "subject.hpp"

#include <tenon/clock.hpp>
#include <tenon/events.hpp>
#include <tenon/metrics.hpp>
#include <tenon/plugin.hpp>
#include <tenon/progress.hpp>
#include <tenon/state.hpp>
#include <tenon/store.hpp>

using tenon::Call;
using tenon::Error;
using tenon::Result;

class Subject {
 public:
  struct Config {
    std::string greeting = "Hello";
    int64_t limit = 3;
    std::vector<std::string> files;
    static constexpr tenon::Field fields[] = {{.name = "limit", .required = true},
                                              {.name = "files", .path = tenon::PathAccess::read}};
    BOOST_DESCRIBE_CLASS(Config, (), (greeting, limit, files), (), ())
  };
  Subject(tenon::Host& host, const Config& config) : host_(host), config_(config) {}

  Result<void> start(Call& call) {
    if (config_.greeting == "fail")
      return Error{tenon::Code::unavailable, "configured to fail", "greeting"};
    host_.log().write(TN_LOG_INFO, "started", {{"greeting", config_.greeting}}, &call);
    TN_TRY(timer_, clock_.start_timer(std::chrono::seconds(10), std::chrono::seconds(10), 7));
    TN_TRY(once_, clock_.start_timer(std::chrono::seconds(25), {}, 8));
    TN_CHECK(events_.subscribe(call, "shop.order.*", "live", 1));
    TN_CHECK(events_.subscribe_durably(call, "shop.**", "durable", 2));
    return {};
  }
  Result<void> probe(Call&) {
    if (config_.limit == 0) return Error{tenon::Code::unavailable, "the limit is 0"};
    return {};
  }
  void stop() {
    clock_.stop_timer(timer_);
    clock_.stop_timer(once_);
  }

  Word echo(const Word& word) { return {config_.greeting + " " + word.text}; }
  Seen seen(Call& call) {
    return {std::string(call.request_id()), std::string(call.idempotency_key()),
            call.deadline().has_value(), call.cancelled(), static_cast<int64_t>(call.principal())};
  }
  Result<Word> ask(Call& call, const Word& word) {
    TN_TRY(auto method, host_.messages().resolve(call, {"acme.answers/1"}, "answer"));
    return method.call<Word>(call, word);
  }
  // Asks by a handle that it resolved once.
  Result<Word> ask_held(Call& call, const Word& word) {
    if (!held_) {
      TN_TRY(auto method, host_.messages().resolve(call, {"acme.answers/1"}, "answer"));
      held_.emplace(std::move(method));
    }
    return held_->call<Word>(call, word);
  }
  Result<Word> pick(Call& call, const Pick& pick) {
    TN_TRY(auto method, host_.messages().resolve(
                            call, {"acme.answers/1", pick.range, "", pick.labels}, "answer"));
    return method.call<Word>(call, Word{});
  }
  Result<Word> ask_undeclared(Call& call) {
    TN_TRY(auto method, host_.messages().resolve(call, {"acme.secrets/1"}, "answer"));
    return Word{"resolved"};
  }
  Result<Count> providers(Call& call) {
    TN_TRY(const auto found, host_.messages().providers(call, {"acme.answers/1"}));
    int64_t ready = 0;
    for (const auto& one : found) ready += one.state == "ready" ? 1 : 0;
    return Count{ready};
  }
  Result<Count> add_up(Call& call) {
    TN_TRY(auto method, host_.messages().resolve(call, {"acme.sums/1"}, "sum"));
    tenon::BatchBuffer input(2);
    input.flat<int64_t>("n", std::vector<int64_t>{40, 2});
    TN_TRY(auto answers, columns_.call(call, method, input));
    const tn_batch raw = answers.at(0).raw();
    TN_TRY(const auto sums, tenon::Batch(&raw).flat<int64_t>("sum"));
    return Count{sums[0]};
  }
  Result<Count> remember(Call& call, const Word& word) {
    TN_CHECK(state_.put(call, "word", word.text));
    TN_TRY(const auto entry, state_.get(call, "word"));
    TN_CHECK(state_.put_if(call, "word", word.text + "!", entry.version));
    const auto stale = state_.put_if(call, "word", "never", entry.version);
    if (stale.ok() || stale.error().code != tenon::Code::conflict)
      return Error{tenon::Code::internal, "a stale write was taken"};
    TN_TRY(const auto keys, state_.list(call, "w"));
    return Count{static_cast<int64_t>(keys.size())};
  }
  Result<Count> insert(Call& call, const Word& word) {
    static constexpr tenon::Migration kSteps[] = {
        {1, "words", "CREATE TABLE {words} (text text PRIMARY KEY)"}};
    TN_CHECK(store_.migrate(call, kSteps));
    TN_TRY(auto transaction, store_.begin(call));
    TN_CHECK(transaction.execute("INSERT INTO {words} (text) VALUES ($1)", word.text));
    if (word.text != "forgotten") TN_CHECK(transaction.commit());
    TN_TRY(const auto rows, store_.query(call, "SELECT count(*) AS n FROM {words}"));
    return Count{rows.integer(0, 0)};
  }
  // Three writes; whoever gives up between two of them finds out how many there were.
  Result<Count> three_writes(Call& call) {
    for (int64_t done = 0; done < 3; ++done) {
      if (call.cancelled())
        return Error{tenon::Code::cancelled, std::to_string(done) + " were written"};
      TN_CHECK(state_.put(call, "write." + std::to_string(done), ""));
    }
    return Count{3};
  }
  // The same without a look at the cancellation.
  Result<Count> deaf_writes(Call& call) {
    for (int64_t done = 0; done < 3; ++done)
      TN_CHECK(state_.put(call, "write." + std::to_string(done), ""));
    return Count{3};
  }
  // Polls until its deadline.
  Result<Count> poll(Call& call) {
    int64_t looks = 0;
    while (call.deadline() && clock_.monotonic() < *call.deadline() && looks < 1000) ++looks;
    return Count{looks};
  }
  // While its transaction for writing is open: what needs the store's one writer as well.
  Result<Count> write_within(Call& call, const Word& what) {
    TN_TRY(auto transaction, store_.begin(call));
    if (what.text == "state") TN_CHECK(state_.put(call, "word", "x"));
    if (what.text == "remove") TN_CHECK(state_.remove(call, "word"));
    if (what.text == "event") TN_CHECK(events_.publish(call, "subject.worked", Count{1}));
    if (what.text == "store") TN_CHECK(store_.execute(call, "DELETE FROM {words}"));
    TN_CHECK(transaction.commit());
    TN_CHECK(state_.put(call, "word", "after"));
    return Count{1};
  }
  Result<void> subscribe(Call& call, const Subscribe& wish) {
    if (wish.durable) return events_.subscribe_durably(call, wish.pattern, wish.name, 3);
    return events_.subscribe(call, wish.pattern, wish.name, 3);
  }
  Result<void> unsubscribe(Call& call, const Word& name) {
    return events_.unsubscribe(call, name.text);
  }
  Result<Word> resolve_path(const Word& path) {
    TN_TRY(const auto place, host_.config().resolve_path(path.text));
    return Word{place};
  }
  // Begins a transaction and forgets it: one of the call, or of the instance.
  Result<Count> leave_open(Call& call) { return begin_and_forget(call); }
  Result<Count> leave_open_beyond() { return begin_and_forget(Call()); }
  Result<Count> work(Call& call) {
    TN_TRY(const auto counter, metrics_.counter("subject.work", "Work done", {{"kind", "test"}}));
    counter.record();
    counter.record(2);
    TN_TRY(const auto gauge, metrics_.gauge("subject.level", "Where it stands"));
    gauge.record(5);
    gauge.record(4);
    progress_.report(call, "half", 1, 2);
    TN_TRY(const uint64_t id, events_.publish(call, "subject.worked", Count{3}));
    return Count{id ? 3 : 0};
  }
  Result<Count> publish_undeclared(Call& call) {
    TN_CHECK(events_.publish(call, "shop.order.created", Count{1}));
    return Count{1};
  }
  Result<Word> folder() {
    TN_TRY(const auto folder, host_.config().data_folder());
    return Word{folder};
  }

  Result<void> on_timer(Call&, uint64_t token) {
    fired_ += std::to_string(token) + "@" + std::to_string(seconds()) + " ";
    if (fired_.size() > 40) return Error{tenon::Code::limit, "fired too often"};
    return {};
  }
  Result<void> on_event(Call&, const tenon::Event& event) {
    heard_ += std::to_string(event.token) + ":" + std::string(event.topic) + "#" +
              std::to_string(event.attempt) + "<" + std::string(event.source) +
              (event.missed ? "-" + std::to_string(event.missed) : "") + " ";
    if (event.data == "\"refuse\"") return Error{tenon::Code::invalid, "refused"};
    return {};
  }
  Word fired() { return {fired_}; }
  Word heard() { return {heard_}; }

  Result<std::string> save_state(Call&) { return heard_; }
  Result<void> restore_state(Call&, std::string_view state) {
    if (state == "bad") return Error{tenon::Code::invalid, "is of another version"};
    heard_ = state;
    return {};
  }

  void part(tenon::Request& request, tenon::Response& response) {
    response.header("X-Agent", request.header("user-agent").value_or("none"));
    response.json(Word{std::string(request.param("id")) + "/" + request.query("q").value_or("-")});
  }
  void literal(tenon::Request&, tenon::Response& response) { response.text("literal"); }
  void rest(tenon::Request& request, tenon::Response& response) {
    response.text(request.param("rest"));
  }
  Result<void> take(tenon::Request& request, tenon::Response& response) {
    TN_TRY(const std::string body, request.body());
    response.status(201).text(std::to_string(body.size()));
    return {};
  }
  Result<void> stream(tenon::Request&, tenon::Response& response) {
    response.begin("text/plain");
    for (int i = 0; i < 3; ++i)
      if (!response.write("piece " + std::to_string(i) + "\n"))
        return Error{tenon::Code::cancelled, "the client has gone"};
    response.finish();
    return {};
  }
  Result<void> missing(tenon::Request&, tenon::Response&) {
    return Error{tenon::Code::not_found, "there is no such thing"};
  }
  Result<void> typed(tenon::Request& request, tenon::Response& response) {
    TN_TRY(const std::string body, request.body());
    response.json(Word{body});
    return {};
  }
  void no_content(tenon::Request&, tenon::Response& response) {
    response.status(204).text("nobody gets this");
  }
  void throwing(tenon::Request&, tenon::Response&) { throw std::runtime_error("thrown"); }

  Result<void> lengths(Call&, const tenon::Batch& input, tenon::BatchOut& output) {
    TN_TRY(const auto names, input.text("name"));
    std::vector<int64_t> lengths;
    for (size_t row = 0; row < names.rows(); ++row)
      lengths.push_back(static_cast<int64_t>(names[row].size()));
    tenon::BatchBuffer out(lengths.size());
    out.flat<int64_t>("length", lengths);
    return output.write(out);
  }

 private:
  Result<Count> begin_and_forget(const Call& call) {
    const auto* store = tenon::host_table<tn_host_store>(host_.raw(), TN_STORE_ID);
    tn_tx tx = 0;
    TN_CHECK(call.invoke(
        [&](const tn_call* raw) { return store->begin(host_.raw().ctx, raw, TN_TX_WRITE, &tx); }));
    return Count{tx ? 1 : 0};
  }
  int64_t seconds() const {
    return std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch())
               .count() %
           3600;
  }
  tenon::Host& host_;
  Config config_;
  tenon::Clock clock_{host_};
  tenon::Events events_{host_};
  tenon::State state_{host_};
  tenon::Store store_{host_};
  tenon::Metrics metrics_{host_};
  tenon::Progress progress_{host_};
  tenon::Columns columns_{host_};
  std::optional<tenon::Method> held_;
  uint64_t timer_ = 0;
  uint64_t once_ = 0;
  std::string fired_, heard_;
};

TENON_PLUGIN(
    Subject, tenon::about("testing-subject", "1.0.0", "What the harness is tested on"),
    tenon::get<&Subject::part>("/things/{id}/part"),
    tenon::get<&Subject::literal>("/things/special/part"),
    tenon::get<&Subject::rest>("/files/{rest...}"),
    tenon::post<&Subject::take>("/things").max_body(5000), tenon::get<&Subject::stream>("/stream"),
    tenon::post<&Subject::typed>("/typed").consumes("text/plain").produces("application/json"),
    tenon::get<&Subject::no_content>("/no-content"), tenon::get<&Subject::missing>("/missing"),
    tenon::get<&Subject::throwing>("/throwing"), tenon::needs("acme.answers/1"),
    tenon::needs("acme.sums/1").optional(), tenon::publishes("subject.*"),
    tenon::subscribes("shop.**"),
    tenon::provides(
        "subject.words/1", "1.0.0", tenon::method<&Subject::echo>("echo"),
        tenon::method<&Subject::seen>("seen"), tenon::method<&Subject::ask_held>("ask_held"),
        tenon::method<&Subject::pick>("pick"),
        tenon::method<&Subject::three_writes>("three_writes"),
        tenon::method<&Subject::deaf_writes>("deaf_writes"), tenon::method<&Subject::poll>("poll"),
        tenon::method<&Subject::write_within>("write_within"),
        tenon::method<&Subject::subscribe>("subscribe"),
        tenon::method<&Subject::unsubscribe>("unsubscribe"),
        tenon::method<&Subject::resolve_path>("resolve_path"), tenon::method<&Subject::ask>("ask"),
        tenon::method<&Subject::ask_undeclared>("ask_undeclared"),
        tenon::method<&Subject::providers>("providers"), tenon::method<&Subject::add_up>("add_up"),
        tenon::method<&Subject::remember>("remember"), tenon::method<&Subject::insert>("insert"),
        tenon::method<&Subject::leave_open>("leave_open"),
        tenon::method<&Subject::leave_open_beyond>("leave_open_beyond"),
        tenon::method<&Subject::work>("work"),
        tenon::method<&Subject::publish_undeclared>("publish_undeclared"),
        tenon::method<&Subject::folder>("folder"), tenon::method<&Subject::fired>("fired"),
        tenon::method<&Subject::heard>("heard")),
    tenon::provides_columns("subject.lengths/1", "1.0.0",
                            tenon::column_method<&Subject::lengths>("lengths")))
