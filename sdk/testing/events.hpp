// Events between the plugins of a test, by the rules of the host's event hub: who subscribed, what
// waits for whom, and what was dropped.
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tenon/testing/host.hpp"

namespace tenon::testing {

struct Guest;

// One event of a subscription on its way to a plugin.
struct Delivery {
  Guest* guest = nullptr;
  std::string name;  // of the subscription
  uint64_t token = 0;
  PublishedEvent event;
  int64_t time_ns = 0;
  uint32_t attempt = 1;
  uint64_t missed = 0;
};

// [any-thread]; guests are not called from here.
class EventFake {
 public:
  void limit(const EventLimits& limits);

  Result<void> subscribe(Guest& guest, std::string_view pattern, std::string_view name,
                         uint32_t flags, uint64_t token);
  Result<void> unsubscribe(Guest& guest, std::string_view name);
  // The guest takes no more. Its live subscriptions end; durable ones wait for the next generation.
  void leave(Guest& guest);

  // Lets it wait in each subscription that matches; its id. `interface_id`: for plugins that
  // require it alone; empty: for all.
  uint64_t accept(std::string_view topic, std::string_view data, std::string_view source,
                  int64_t now_ns, const std::string& interface_id = {});
  std::vector<PublishedEvent> published() const;

  // The next event that waits for a plugin that runs, but for the subscriptions in `held`.
  std::optional<Delivery> take(int64_t now_ns, const std::set<std::string>& held);
  // What became of it; whether it comes again.
  bool settle(const Delivery& delivery, bool taken);

 private:
  struct Registration {
    Guest* guest;
    std::string pattern;
    uint64_t token;
  };
  struct Waiting {
    PublishedEvent event;
    int64_t time_ns;
    uint32_t attempt = 0;
  };
  struct Subscription {
    std::string name;
    bool durable = false;
    std::vector<Registration> registrations;  // of generations, the newest last: it gets the events
    std::vector<std::string> patterns;        // durable: also of generations that have ended
    std::deque<Waiting> waiting;
    size_t bytes = 0;     // of their data
    uint64_t missed = 0;  // dropped since the last delivery
  };

  Subscription* find(std::string_view name);
  static bool wants(const Subscription& subscription, std::string_view topic,
                    const std::string& interface_id);
  static void drop_first(Subscription& subscription);
  void keep(Subscription& subscription, Waiting event);
  void drop_old(Subscription& subscription, int64_t now_ns);
  static bool end_registration(Subscription& subscription, const Guest& guest);

  mutable std::mutex mutex_;  // guards all below
  EventLimits limits_;
  uint64_t next_id_ = 1;
  std::vector<Subscription> subscriptions_;
  std::vector<PublishedEvent> published_;
};

}  // namespace tenon::testing
