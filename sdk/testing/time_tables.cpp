// tenon.clock/1 and tenon.events/1 of a test's host: nothing fires and nothing is delivered before
// the test says so.
#include <algorithm>

#include "host/plugins/event_topic.hpp"
#include "world.hpp"

namespace tenon::testing {
namespace {

int64_t TN_ABI now_ns(void* ctx) noexcept {
  World& world = guest_of(ctx).world;
  const std::lock_guard lock(world.mutex);
  return world.now_ns;
}

int64_t TN_ABI monotonic_ns(void* ctx) noexcept {
  World& world = guest_of(ctx).world;
  const std::lock_guard lock(world.mutex);
  return world.monotonic_ns;
}

tn_status TN_ABI start_timer(void* ctx, const tn_call* call, int64_t delay_ns, int64_t period_ns,
                             uint64_t token, uint64_t* timer) noexcept {
  return guarded(call, [&]() -> Result<void> {
    Guest& guest = guest_of(ctx);
    TN_CHECK(enter(guest.world, "clock.start_timer", call, Blocks::no));
    if (!guest.timer_table)
      return Error{Code::unsupported, "the plugin has no table " TN_CLOCK_ID " to fire"};
    if (period_ns < 0) return Error{Code::invalid, "a period is not below 0"};
    const std::lock_guard lock(guest.world.mutex);
    *timer = guest.world.next_id++;
    const int64_t due = guest.world.monotonic_ns + std::max<int64_t>(delay_ns, 0);
    guest.timers[*timer] = {due, period_ns, token};
    return {};
  });
}

void TN_ABI stop_timer(void* ctx, uint64_t timer) noexcept {
  Guest& guest = guest_of(ctx);
  const std::lock_guard lock(guest.world.mutex);
  guest.timers.erase(timer);
}

Error undeclared(const char* verb, std::string_view topic, const char* list) {
  return {Code::denied, "the plugin may not " + std::string(verb) + " " + std::string(topic) +
                            ": its manifest does not declare it (add it to events." + list + ")"};
}

tn_status TN_ABI publish(void* ctx, const tn_call* call, tn_str topic, tn_str data,
                         uint64_t* id) noexcept {
  return guarded(call, [&]() -> Result<void> {
    Guest& guest = guest_of(ctx);
    TN_CHECK(enter(guest.world, "events.publish", call));
    TN_CHECK(plugins::check_topic(view(topic)));
    TN_CHECK(plugins::check_event_data(view(data)));
    const auto& declared = guest.declared.publishes;
    if (!guest.declared.unbound &&
        std::none_of(declared.begin(), declared.end(), [&](const auto& pattern) {
          return plugins::topic_matches(pattern, view(topic));
        }))
      return undeclared("publish", view(topic), "publishes");
    const uint64_t made = accept_event(guest.world, view(topic), view(data), guest.world.instance);
    if (id) *id = made;
    return {};
  });
}

Result<void> may_subscribe(const Guest& guest, std::string_view pattern) {
  TN_CHECK(plugins::check_pattern(pattern));
  const auto& declared = guest.declared.subscribes;
  if (guest.declared.unbound || pattern.starts_with("tenon.") ||
      std::any_of(declared.begin(), declared.end(),
                  [&](const auto& outer) { return plugins::pattern_covers(outer, pattern); }))
    return {};
  return undeclared("subscribe to", pattern, "subscribes");
}

tn_status TN_ABI subscribe(void* ctx, const tn_call* call, tn_str pattern, tn_str name,
                           uint32_t flags, uint64_t token) noexcept {
  return guarded(call, [&]() -> Result<void> {
    Guest& guest = guest_of(ctx);
    TN_CHECK(enter(guest.world, "events.subscribe", call));
    TN_CHECK(may_subscribe(guest, view(pattern)));
    if (!guest.events_table)
      return Error{Code::unsupported, "the plugin has no table " TN_EVENTS_ID " to deliver to"};
    Subscription made{std::string(view(pattern)),
                      std::string(view(name)),
                      (flags & TN_EVENT_DURABLE) != 0,
                      token,
                      &guest,
                      {}};
    const std::lock_guard lock(guest.world.mutex);
    // Under its name the subscription goes on: the next generation gets what this one has not.
    for (Subscription& one : guest.world.subscriptions) {
      if (one.name != made.name || (one.guest && one.guest != &guest && !one.durable)) continue;
      if (one.durable && made.durable) made.waiting = std::move(one.waiting);
      one = std::move(made);
      return {};
    }
    guest.world.subscriptions.push_back(std::move(made));
    return {};
  });
}

tn_status TN_ABI unsubscribe(void* ctx, const tn_call* call, tn_str name) noexcept {
  return guarded(call, [&]() -> Result<void> {
    World& world = guest_of(ctx).world;
    TN_CHECK(enter(world, "events.unsubscribe", call));
    const std::lock_guard lock(world.mutex);
    if (std::erase_if(world.subscriptions,
                      [&](const Subscription& one) { return one.name == view(name); }) == 0)
      return Error{Code::not_found, "there is no subscription \"" + std::string(view(name)) + "\""};
    return {};
  });
}

}  // namespace

uint64_t accept_event(World& world, std::string_view topic, std::string_view data,
                      std::string_view source) {
  const std::lock_guard lock(world.mutex);
  const PublishedEvent event{world.next_id++, std::string(topic), std::string(data),
                             std::string(source)};
  world.events.push_back(event);
  for (Subscription& one : world.subscriptions)
    if (plugins::topic_matches(one.pattern, topic)) one.waiting.push_back({event, world.now_ns, 0});
  return event.id;
}

const tn_host_clock kClockTable{sizeof kClockTable, 0,           now_ns,
                                monotonic_ns,       start_timer, stop_timer};
const tn_host_events kEventsTable{sizeof kEventsTable, 0, publish, subscribe, unsubscribe};

}  // namespace tenon::testing
