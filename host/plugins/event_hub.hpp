// Events between instances: who subscribed to what, and the deliveries. See tenon/events.h
// for what plugins are promised.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "host/plugins/event_log.hpp"
#include "host/plugins/event_options.hpp"
#include "host/plugins/provider.hpp"
#include "host/plugins/timers.hpp"
#include "host/plugins/transactions.hpp"

namespace tenon::plugins {

// A generation that subscribes.
struct Subscriber {
  Provider& provider;
  uint64_t generation = 0;
  std::set<std::string> interfaces;  // that its manifest requires
};

class EventHub {
 public:
  // The last two outlive it. Providers live until the last of their generations has ended here.
  EventHub(EventOptions options, CallChains& chains, Transactions& transactions);
  // stop()s.
  ~EventHub();
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  // What people should know: failed deliveries, dropped events. Before all else.
  void on_problem(std::function<void(const std::string&)> listener) {
    on_problem_ = std::move(listener);
  }
  // Durable subscriptions need it; those of earlier runs take part from here on. Once, before
  // instances start. `store` outlives this.
  Result<void> open(store::Store& store, std::string_view ns = "tenon_events");
  // No further deliveries; waits for those under way. What is published afterwards is kept for
  // durable subscriptions.
  void stop();

  // ---- [any-thread]; may block where a durable subscription is concerned

  // Checks topic and data; whether `source` may publish it is for the caller. Returns the id.
  Result<uint64_t> publish(const std::string& source, std::string_view topic,
                           std::string_view data);
  // A live event of the host for instances that require an interface. Does not block.
  void announce(std::string_view topic, std::string data, const std::string& interface_id);
  Result<void> subscribe(const Subscriber& subscriber, std::string_view pattern,
                         std::string_view name, uint32_t flags, uint64_t token);
  // By one generation; the subscription itself ends when no other has it.
  Result<void> unsubscribe(const std::string& instance, uint64_t generation, std::string_view name);

  // A generation serves now.
  void activate(const std::string& instance);
  // A generation takes no more. With `wait`, on return nothing of it is used here, which must not
  // be asked for while it may be inside a delivery.
  void end_generation(const std::string& instance, uint64_t generation, bool wait);

  struct Info {
    std::string instance;
    std::string name;
    std::vector<std::string> patterns;
    bool durable = false;
    bool active = false;  // somebody subscribes to it now
    uint64_t pending = 0;
    uint64_t delivered = 0;  // since the host started, as those below
    uint64_t failed = 0;     // deliveries
    uint64_t dropped = 0;    // events
    std::string problem;     // the last failure, until a delivery succeeds
  };
  std::vector<Info> list() const;  // by instance and name

 private:
  using Clock = std::chrono::steady_clock;
  using Message = std::shared_ptr<const EventMessage>;
  struct Registration {
    uint64_t generation;
    std::string pattern;
    uint64_t token;
    std::set<std::string> interfaces;
  };
  struct Subscription {
    std::string instance;
    std::string name;
    Provider* provider = nullptr;  // null: nobody subscribes now
    std::vector<Registration> registrations;
    int64_t log_id = 0;                 // 0: live
    std::vector<std::string> patterns;  // durable: what is written down for it
    std::deque<Message> queue;          // live
    size_t queued_bytes = 0;
    uint64_t pending = 0;          // durable
    uint64_t missed = 0;           // since the last delivery
    uint64_t dropped_through = 0;  // the last id dropped since a batch was read
    uint64_t failing_id = 0;
    uint32_t attempts = 0;  // of failing_id
    std::chrono::milliseconds backoff{0};
    Info told;
    uint64_t ticket = 0;  // of the run that is due; older ones do nothing
    bool due = false;     // at once
    bool working = false;
    bool again = false;  // something came while it was working
    bool removed = false;
    std::thread::id worker;
  };
  using Shared = std::shared_ptr<Subscription>;
  using Key = std::pair<std::string, std::string>;
  enum class Outcome { done, nobody, failed, dropped };

  static bool wants(const Subscription& subscription, const EventMessage& event);
  void schedule(const Shared& subscription, std::chrono::milliseconds delay);
  void enqueue(const Shared& subscription, const Message& event);
  void work(const Shared& subscription, uint64_t ticket);
  // What is left to do, in how long; nothing: whoever brings something says so.
  std::optional<std::chrono::milliseconds> work_live(const Shared& subscription);
  std::optional<std::chrono::milliseconds> work_durably(const Shared& subscription);
  Outcome deliver(Subscription& subscription, const EventMessage& event);
  Outcome deliver_to(Subscription& subscription, Provider& provider, const EventMessage& event);
  void note_failure(Subscription& subscription, const EventMessage& event, const Error& error);
  void note_dropped(Subscription& subscription, uint64_t count, const char* why);
  void note_dropped(Subscription& subscription, const EventLog::Dropped& gone, const char* why);
  bool end_registration(const Shared& subscription, uint64_t generation);
  Result<void> write_patterns(Subscription& subscription, const std::vector<std::string>& patterns);
  void keep_within_cap(const Shared& subscription);
  void drop_old();
  void problem(const std::string& text) const { on_problem_(text); }

  static constexpr size_t kBatch = 32;  // deliveries until others have their turn
  // A generation that is to take an event may come without telling.
  static constexpr std::chrono::milliseconds kPoll{50};
  // Deliveries that a crash repeats.
  static constexpr std::chrono::milliseconds kLongestUnwritten{50};

  const EventOptions options_;
  CallChains& chains_;
  Transactions& transactions_;
  std::function<void(const std::string&)> on_problem_ = [](const std::string&) {};
  std::optional<EventLog> log_;

  // Shared by publishers, exclusive for changes of who subscribes durably: an event is written for
  // exactly those that there are. Taken before mutex_.
  std::mutex turn_;  // held while waiting for durable_
  std::shared_mutex durable_;
  mutable std::mutex mutex_;  // guards all below and every Subscription
  std::condition_variable idle_;
  std::map<Key, Shared> subscriptions_;
  uint64_t last_id_ = 0;
  bool stopped_ = false;
  std::unique_ptr<Timers> pool_;
};

}  // namespace tenon::plugins
