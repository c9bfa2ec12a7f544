#include <fmt/format.h>

#include <algorithm>

#include "host/plugins/event_topic.hpp"
#include "host/plugins/generation.hpp"
#include "host/plugins/host_tables.hpp"

namespace tenon::plugins {
namespace {

Error undeclared(const InstanceContext& context, const char* verb, std::string_view topic,
                 const char* list) {
  return {Code::denied,
          fmt::format("{} may not {} {}: its manifest does not declare it (add \"{}\" to "
                      "events.{})",
                      context.id(), verb, topic, topic, list)};
}

tn_status TN_ABI publish(void* ctx, const tn_call* call, tn_str topic, tn_str data,
                         uint64_t* id) noexcept {
  return guarded(call, [&]() -> Result<void> {
    InstanceContext& context = context_of(ctx);
    const auto wanted = view(topic);
    TN_CHECK(check_topic(wanted));
    const auto& declared = context.generation().manifest().publishes;
    if (std::none_of(declared.begin(), declared.end(),
                     [&](const auto& pattern) { return topic_matches(pattern, wanted); }))
      return undeclared(context, "publish", wanted, "publishes");
    TN_TRY(const uint64_t made,
           context.services().events->publish(context.id(), wanted, view(data)));
    if (id) *id = made;
    return {};
  });
}

tn_status TN_ABI subscribe(void* ctx, const tn_call* call, tn_str pattern, tn_str name,
                           uint32_t flags, uint64_t token) noexcept {
  return guarded(call, [&]() -> Result<void> {
    InstanceContext& context = context_of(ctx);
    Generation& generation = context.generation();
    const auto wanted = view(pattern);
    TN_CHECK(check_pattern(wanted));
    const Manifest& manifest = generation.manifest();
    const auto& declared = manifest.subscribes;
    if (!wanted.starts_with(kHostTopics) &&
        std::none_of(declared.begin(), declared.end(),
                     [&](const auto& outer) { return pattern_covers(outer, wanted); }))
      return undeclared(context, "subscribe to", wanted, "subscribes");
    Subscriber subscriber{generation.provider(), generation.number(), {}};
    for (const auto& required : manifest.requires_)
      subscriber.interfaces.insert(required.interface_id);
    return context.services().events->subscribe(subscriber, wanted, view(name), flags, token);
  });
}

tn_status TN_ABI unsubscribe(void* ctx, const tn_call* call, tn_str name) noexcept {
  return guarded(call, [&] {
    InstanceContext& context = context_of(ctx);
    return context.services().events->unsubscribe(context.id(), context.generation().number(),
                                                  view(name));
  });
}

}  // namespace

const tn_host_events* events_table() {
  static constexpr tn_host_events table{sizeof(tn_host_events), 0, publish, subscribe, unsubscribe};
  return &table;
}

}  // namespace tenon::plugins
