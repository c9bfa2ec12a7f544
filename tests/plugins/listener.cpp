// Chooses among voices, sees them come and go, publishes and takes events.
#include <signal.h>
#include <unistd.h>
#include <tenon/events.hpp>
#include <tenon/plugin.hpp>
#include <tenon/state.hpp>

struct Wish {
  std::string range = "";
  std::string labels = "";
  std::string instance = "";

  static constexpr tenon::Field fields[] = {{.name = "range", .optional = true},
                                            {.name = "labels", .optional = true},
                                            {.name = "instance", .optional = true}};
  BOOST_DESCRIBE_CLASS(Wish, (), (range, labels, instance), (), ())
};
struct Said {
  std::string instance;
  std::string version;
};
BOOST_DESCRIBE_STRUCT(Said, (), (instance, version))
struct Voices {
  std::vector<tenon::Provider> voices;
};
BOOST_DESCRIBE_STRUCT(Voices, (), (voices))
struct News {
  std::string topic;
  int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(News, (), (topic, number))
struct Heard {
  std::string subscription;
  std::string topic;
  std::string source;
  std::string data;
};
BOOST_DESCRIBE_STRUCT(Heard, (), (subscription, topic, source, data))
struct AllHeard {
  std::vector<Heard> events;
};
BOOST_DESCRIBE_STRUCT(AllHeard, (), (events))
struct Topic {
  std::string pattern;
  bool durable = false;
};
BOOST_DESCRIBE_STRUCT(Topic, (), (pattern, durable))
struct Faults {
  int64_t fail = 0;  // deliveries of durable events that fail first
  bool die = false;  // in the next delivery
};
BOOST_DESCRIBE_STRUCT(Faults, (), (fail, die))

class Listener {
 public:
  struct Config {
    bool durable = false;
    BOOST_DESCRIBE_CLASS(Config, (), (durable), (), ())
  };
  Listener(tenon::Host& host, const Config& config)
      : host_(host), config_(config), events_(host), state_(host) {}

  tenon::Result<void> start(tenon::Call& call) {
    TN_CHECK(events_.subscribe(call, tenon::Events::kProvider, "voices", kVoices));
    TN_CHECK(events_.subscribe(call, "test.news.*", "news", kNews));
    if (config_.durable) {
      TN_CHECK(events_.subscribe_durably(call, "test.news.**", "kept", kKept));
    }
    return {};
  }

  tenon::Result<void> on_event(tenon::Call& call, const tenon::Event& event) {
    if (event.token == kKept) return keep(call, event);
    const std::lock_guard lock(mutex_);
    heard_.push_back({event.token == kVoices ? "voices" : "news", std::string(event.topic),
                      std::string(event.source), std::string(event.data)});
    return {};
  }

  // By a handle that lives as long as the wish is the same.
  tenon::Result<Said> ask(const tenon::Call& call, const Wish& in) {
    const std::string key = in.range + " " + in.labels + " " + in.instance;
    std::shared_ptr<tenon::Method> method;
    {
      const std::lock_guard lock(mutex_);
      method = methods_[key];
    }
    if (!method) {
      TN_TRY(auto found, host_.messages().resolve(
                             call, {"test.voice/1", in.range, in.instance, in.labels}, "speak"));
      method = std::make_shared<tenon::Method>(std::move(found));
      const std::lock_guard lock(mutex_);
      methods_[key] = method;
    }
    return method->call<Said>(call, tenon::Nothing());
  }
  tenon::Result<void> page(tenon::Request& request, tenon::Response& response) {
    TN_TRY(const auto said, ask(request.call(), {request.query("range").value_or(""),
                                                 request.query("labels").value_or(""), ""}));
    response.text(said.instance);
    return {};
  }
  tenon::Result<Voices> voices(tenon::Call& call) {
    TN_TRY(auto all, host_.messages().providers(call, {"test.voice/1"}));
    return Voices{std::move(all)};
  }

  tenon::Result<void> publish(tenon::Call& call, const News& in) {
    TN_CHECK(events_.publish_text(call, in.topic, std::to_string(in.number)));
    return {};
  }
  tenon::Result<void> subscribe(tenon::Call& call, const Topic& in) {
    return in.durable ? events_.subscribe_durably(call, in.pattern, "more", kKept)
                      : events_.subscribe(call, in.pattern, "more", kNews);
  }
  tenon::Result<void> forget(tenon::Call& call) { return events_.unsubscribe(call, "kept"); }
  void fail(const Faults& in) {
    failures_ = in.fail;
    die_ = in.die;
  }
  AllHeard heard() {
    const std::lock_guard lock(mutex_);
    return {heard_};
  }
  // Durable events that were taken, by all its generations.
  tenon::Result<AllHeard> kept(tenon::Call& call) {
    const auto entry = state_.get(call, "kept");
    if (!entry.ok()) return AllHeard();
    return tenon::json::decode<AllHeard>(entry->value);
  }

 private:
  static constexpr uint64_t kVoices = 1, kNews = 2, kKept = 3;

  tenon::Result<void> keep(tenon::Call& call, const tenon::Event& event) {
    if (die_) kill(getpid(), SIGKILL);
    if (failures_ > 0) {
      --failures_;
      return tenon::Error{tenon::Code::unavailable, "not now"};
    }
    TN_TRY(auto all, kept(call));
    all.events.push_back(
        {"kept", std::string(event.topic), std::string(event.source), std::string(event.data)});
    return state_.put(call, "kept", tenon::json::encode(all));
  }

  tenon::Host& host_;
  const Config config_;
  tenon::Events events_;
  tenon::State state_;
  std::atomic<int64_t> failures_ = 0;
  std::atomic<bool> die_ = false;
  std::mutex mutex_;
  std::vector<Heard> heard_;
  std::map<std::string, std::shared_ptr<tenon::Method>> methods_;
};

TENON_PLUGIN(Listener, tenon::about("listener", "1.0.0", "Hears voices and news"),
             tenon::get<&Listener::page>("/listener/voice"),
             tenon::needs("test.voice/1").optional().many(), tenon::publishes("test.**"),
             tenon::subscribes("test.news.**"),
             tenon::provides("test.listener/1", "1.0.0", tenon::method<&Listener::ask>("ask"),
                             tenon::method<&Listener::voices>("voices"),
                             tenon::method<&Listener::publish>("publish"),
                             tenon::method<&Listener::subscribe>("subscribe"),
                             tenon::method<&Listener::forget>("forget"),
                             tenon::method<&Listener::fail>("fail"),
                             tenon::method<&Listener::heard>("heard"),
                             tenon::method<&Listener::kept>("kept")))
