// tenon.events/1 of a test's host: nothing is delivered before the test says so.
#include <algorithm>

#include "host/plugins/event_topic.hpp"
#include "world.hpp"

namespace tenon::testing {
namespace {

Error undeclared(const char* verb, std::string_view topic, const char* list) {
  return {Code::denied, "the plugin may not " + std::string(verb) + " " + std::string(topic) +
                            ": its manifest does not declare it (add it to events." + list + ")"};
}

Result<void> may_publish(const Declared& declared, std::string_view topic) {
  const auto& patterns = declared.publishes;
  if (declared.unbound || std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) {
        return plugins::topic_matches(pattern, topic);
      }))
    return {};
  return undeclared("publish", topic, "publishes");
}

tn_status TN_ABI publish(void* ctx, const tn_call* call, tn_str topic, tn_str data,
                         uint64_t* id) noexcept {
  return guarded(call, [&]() -> Result<void> {
    Guest& guest = guest_of(ctx);
    World& world = guest.world;
    TN_CHECK(enter(world, "events.publish", call));
    TN_CHECK(plugins::check_topic(view(topic)));
    TN_CHECK(may_publish(guest.declared, view(topic)));
    TN_CHECK(plugins::check_event_data(view(data)));
    TN_CHECK(check_writer_is_free(world, call));
    const uint64_t made =
        world.events.accept(view(topic), view(data), world.instance, world.read_clock());
    if (id) *id = made;
    return {};
  });
}

Result<void> may_subscribe(const Declared& declared, std::string_view pattern) {
  const auto& outers = declared.subscribes;
  if (declared.unbound || pattern.starts_with(plugins::kHostTopics) ||
      std::any_of(outers.begin(), outers.end(),
                  [&](const auto& outer) { return plugins::pattern_covers(outer, pattern); }))
    return {};
  return undeclared("subscribe to", pattern, "subscribes");
}

tn_status TN_ABI subscribe(void* ctx, const tn_call* call, tn_str pattern, tn_str name,
                           uint32_t flags, uint64_t token) noexcept {
  return guarded(call, [&]() -> Result<void> {
    Guest& guest = guest_of(ctx);
    TN_CHECK(enter(guest.world, "events.subscribe", call));
    TN_CHECK(plugins::check_pattern(view(pattern)));
    TN_CHECK(may_subscribe(guest.declared, view(pattern)));
    if (!guest.events_table)
      return Error{Code::unsupported, "the plugin has no table " TN_EVENTS_ID " to deliver to"};
    return guest.world.events.subscribe(guest, view(pattern), view(name), flags, token);
  });
}

tn_status TN_ABI unsubscribe(void* ctx, const tn_call* call, tn_str name) noexcept {
  return guarded(call, [&]() -> Result<void> {
    Guest& guest = guest_of(ctx);
    TN_CHECK(enter(guest.world, "events.unsubscribe", call));
    return guest.world.events.unsubscribe(guest, view(name));
  });
}

}  // namespace

const tn_host_events kEventsTable{sizeof kEventsTable, 0, publish, subscribe, unsubscribe};

}  // namespace tenon::testing
