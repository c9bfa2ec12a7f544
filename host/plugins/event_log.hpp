// Durable events and subscriptions in the host's store, in a namespace of the host's own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/store/store.hpp"
#include "tenon/result.hpp"

namespace tenon::plugins {

// An event as it was accepted.
struct EventMessage {
  uint64_t id = 0;
  int64_t time_ns = 0;  // since 1970-01-01 UTC
  std::string topic;
  std::string source;        // instance; empty: the host
  std::string data;          // JSON
  std::string interface_id;  // of the host's: for instances that require it alone; empty: for all
};

// [any-thread] throughout, but changes of one subscription come one at a time. Every change is one
// transaction, and durable when the function returns. Errors are the store's.
class EventLog {
 public:
  struct Subscription {
    int64_t id = 0;
    std::string instance;
    std::string name;
    std::vector<std::string> patterns;
    uint64_t pending = 0;  // events that it has not taken
  };

  // `store` outlives it. Makes the tables.
  static Result<EventLog> open(store::Store& store, std::string_view ns = "tenon_events");

  Result<std::vector<Subscription>> subscriptions() const;
  Result<uint64_t> last_event() const;  // 0: there is none
  // Makes it or changes its patterns; returns its id.
  Result<int64_t> put_subscription(const std::string& instance, const std::string& name,
                                   const std::vector<std::string>& patterns) const;
  // With all that it has not taken.
  Result<void> remove_subscription(int64_t id) const;

  Result<void> append(const EventMessage& event, const std::vector<int64_t>& subscriptions) const;
  // The oldest that the subscription has not taken.
  Result<std::vector<EventMessage>> next(int64_t subscription, size_t limit) const;
  // Returns how many deliveries are no more.
  Result<uint64_t> take(int64_t subscription, const std::vector<uint64_t>& events) const;
  struct Dropped {
    uint64_t count = 0;
    uint64_t last = 0;  // the greatest id among them
  };
  Result<Dropped> drop_oldest(int64_t subscription, uint64_t count) const;
  Result<Dropped> drop_before(int64_t subscription, int64_t time_ns) const;
  // Events that no subscription waits for.
  Result<void> sweep() const;

 private:
  explicit EventLog(store::Scope scope) : scope_(std::move(scope)) {}
  Result<Dropped> drop(const char* which, const store::Params& params) const;

  store::Scope scope_;
};

}  // namespace tenon::plugins
