// Events between C++ plugins. A plugin that subscribes has a member
//   tenon::Result<void> on_event(tenon::Call& call, const tenon::Event& event);
// and declares its topics: tenon::publishes("shop.order.*"), tenon::subscribes("shop.**").
#pragma once

#include <chrono>

#include "tenon/events.h"
#include "tenon/host.hpp"

namespace tenon {

// As it is delivered; the texts are valid during on_event().
struct Event {
  uint64_t token = 0;  // of the subscription
  uint64_t id = 0;     // the same in each delivery
  uint32_t attempt = 1;
  uint64_t missed = 0;  // dropped since the subscription's last delivery
  std::chrono::system_clock::time_point time;
  std::string_view topic;
  std::string_view source;  // instance; empty: the host
  std::string_view data;    // JSON

  template <class T>
  Result<T> as() const {
    return json::decode<T>(data, json::Mode::forward);
  }
};

// The data of "tenon.provider" events.
struct ProviderEvent {
  std::string interface;
  std::string version;
  std::string instance;
  std::string state;  // "available" or "gone"
};
BOOST_DESCRIBE_STRUCT(ProviderEvent, (), (interface, version, instance, state))

class Events {
 public:
  static constexpr std::string_view kProvider = "tenon.provider";

  explicit Events(const Host& host)
      : ctx_(host.raw().ctx), table_(host_table<tn_host_events>(host.raw(), TN_EVENTS_ID)) {}

  // Returns the event's id.
  Result<uint64_t> publish_text(const Call& call, std::string_view topic,
                                std::string_view data) const {
    if (!table_) return missing_table(TN_EVENTS_ID);
    uint64_t id = 0;
    TN_CHECK(call.invoke(
        [&](const tn_call* c) { return table_->publish(ctx_, c, view(topic), view(data), &id); }));
    return id;
  }
  template <class T>
  Result<uint64_t> publish(const Call& call, std::string_view topic, const T& data) const {
    return publish_text(call, topic, json::encode(data));
  }

  Result<void> subscribe(const Call& call, std::string_view pattern, std::string_view name,
                         uint64_t token = 0) const {
    return subscribe(call, pattern, name, 0, token);
  }
  Result<void> subscribe_durably(const Call& call, std::string_view pattern, std::string_view name,
                                 uint64_t token = 0) const {
    return subscribe(call, pattern, name, TN_EVENT_DURABLE, token);
  }
  Result<void> unsubscribe(const Call& call, std::string_view name) const {
    if (!table_) return missing_table(TN_EVENTS_ID);
    return call.invoke([&](const tn_call* c) { return table_->unsubscribe(ctx_, c, view(name)); });
  }

 private:
  Result<void> subscribe(const Call& call, std::string_view pattern, std::string_view name,
                         uint32_t flags, uint64_t token) const {
    if (!table_) return missing_table(TN_EVENTS_ID);
    return call.invoke([&](const tn_call* c) {
      return table_->subscribe(ctx_, c, view(pattern), view(name), flags, token);
    });
  }

  void* ctx_;
  const tn_host_events* table_;
};

}  // namespace tenon
