#include "events.hpp"

#include <algorithm>

#include "host/plugins/event_options.hpp"
#include "host/plugins/event_topic.hpp"
#include "tenon/events.h"
#include "world.hpp"

namespace tenon::testing {

// A test that says nothing meets the figures of a host that is told nothing.
static_assert(EventLimits().live_events == plugins::EventOptions().live_events);
static_assert(EventLimits().live_bytes == plugins::EventOptions().live_bytes);
static_assert(EventLimits().durable_events == plugins::EventOptions().durable_events);
static_assert(EventLimits().durable_age == plugins::EventOptions().durable_age);

void EventFake::limit(const EventLimits& limits) {
  const std::lock_guard lock(mutex_);
  limits_ = limits;
}

EventFake::Subscription* EventFake::find(std::string_view name) {
  const auto found = std::find_if(subscriptions_.begin(), subscriptions_.end(),
                                  [&](const Subscription& one) { return one.name == name; });
  return found == subscriptions_.end() ? nullptr : &*found;
}

Result<void> EventFake::subscribe(Guest& guest, std::string_view pattern, std::string_view name,
                                  uint32_t flags, uint64_t token) {
  TN_CHECK(plugins::check_subscription_name(name));
  if (flags & ~TN_EVENT_DURABLE)
    return Error{Code::invalid,
                 "the flags " + std::to_string(flags) + " of a subscription are unknown"};
  const bool durable = (flags & TN_EVENT_DURABLE) != 0;
  if (durable && pattern.starts_with(plugins::kHostTopics))
    return Error{Code::unsupported, "events of the host are live: they cannot be kept", "pattern"};
  const std::lock_guard lock(mutex_);
  Subscription* one = find(name);
  if (one && one->durable && !durable)
    return Error{Code::conflict,
                 "the subscription " + std::string(name) + " is durable; unsubscribe from it first",
                 "name"};
  if (!one) {
    if (subscriptions_.size() == plugins::kMostSubscriptions)
      return Error{Code::limit, "there are " + std::to_string(plugins::kMostSubscriptions) +
                                    " subscriptions already"};
    one = &subscriptions_.emplace_back();
    one->name = name;
  }
  one->durable = durable;
  std::erase_if(one->registrations, [&](const auto& other) { return other.guest == &guest; });
  one->registrations.push_back({&guest, std::string(pattern), token});
  if (durable &&
      std::find(one->patterns.begin(), one->patterns.end(), pattern) == one->patterns.end())
    one->patterns.emplace_back(pattern);
  return {};
}

// Whether nobody subscribes any more.
bool EventFake::end_registration(Subscription& subscription, const Guest& guest) {
  std::erase_if(subscription.registrations,
                [&](const Registration& one) { return one.guest == &guest; });
  return subscription.registrations.empty();
}

Result<void> EventFake::unsubscribe(Guest& guest, std::string_view name) {
  const std::lock_guard lock(mutex_);
  Subscription* const one = find(name);
  if (!one)
    return Error{Code::not_found, "there is no subscription \"" + std::string(name) + "\"", "name"};
  if (end_registration(*one, guest))
    std::erase_if(subscriptions_, [&](const Subscription& other) { return other.name == name; });
  return {};
}

void EventFake::leave(Guest& guest) {
  const std::lock_guard lock(mutex_);
  std::erase_if(subscriptions_,
                [&](Subscription& one) { return end_registration(one, guest) && !one.durable; });
}

bool EventFake::wants(const Subscription& subscription, std::string_view topic,
                      const std::string& interface_id) {
  if (subscription.durable)
    return std::any_of(
        subscription.patterns.begin(), subscription.patterns.end(),
        [&](const std::string& pattern) { return plugins::topic_matches(pattern, topic); });
  return std::any_of(subscription.registrations.begin(), subscription.registrations.end(),
                     [&](const Registration& one) {
                       return plugins::topic_matches(one.pattern, topic) &&
                              (interface_id.empty() || one.guest->declared.needs(interface_id));
                     });
}

void EventFake::drop_first(Subscription& subscription) {
  subscription.bytes -= subscription.waiting.front().event.data.size();
  subscription.waiting.pop_front();
  ++subscription.missed;
}

// Beyond the limits the oldest goes: of a live subscription to make room, of a durable one
// afterwards.
void EventFake::keep(Subscription& subscription, Waiting event) {
  const size_t size = event.event.data.size();
  if (!subscription.durable)
    while (!subscription.waiting.empty() && (subscription.waiting.size() >= limits_.live_events ||
                                             subscription.bytes + size > limits_.live_bytes))
      drop_first(subscription);
  subscription.bytes += size;
  subscription.waiting.push_back(std::move(event));
  if (subscription.durable && subscription.waiting.size() > limits_.durable_events)
    drop_first(subscription);
}

uint64_t EventFake::accept(std::string_view topic, std::string_view data, std::string_view source,
                           int64_t now_ns, const std::string& interface_id) {
  const std::lock_guard lock(mutex_);
  const PublishedEvent event{next_id_++, std::string(topic), std::string(data),
                             std::string(source)};
  published_.push_back(event);
  for (Subscription& one : subscriptions_)
    if (wants(one, topic, interface_id)) keep(one, {event, now_ns});
  return event.id;
}

std::vector<PublishedEvent> EventFake::published() const {
  const std::lock_guard lock(mutex_);
  return published_;
}

void EventFake::drop_old(Subscription& subscription, int64_t now_ns) {
  const int64_t oldest_ns = now_ns - std::chrono::nanoseconds(limits_.durable_age).count();
  while (subscription.durable && !subscription.waiting.empty() &&
         subscription.waiting.front().time_ns < oldest_ns)
    drop_first(subscription);
}

std::optional<Delivery> EventFake::take(int64_t now_ns, const std::set<std::string>& held) {
  const std::lock_guard lock(mutex_);
  for (Subscription& one : subscriptions_) {
    drop_old(one, now_ns);
    if (one.registrations.empty() || held.contains(one.name)) continue;
    const Registration& to = one.registrations.back();
    // What only the pattern of an earlier generation met is not for this one.
    while (!one.waiting.empty() &&
           !plugins::topic_matches(to.pattern, one.waiting.front().event.topic)) {
      one.bytes -= one.waiting.front().event.data.size();
      one.waiting.pop_front();
    }
    if (one.waiting.empty()) continue;
    Waiting& first = one.waiting.front();
    Delivery delivery{to.guest,      one.name,        to.token,  first.event,
                      first.time_ns, ++first.attempt, one.missed};
    one.missed = 0;
    if (!one.durable) {
      one.bytes -= first.event.data.size();
      one.waiting.pop_front();
    }
    return delivery;
  }
  return std::nullopt;
}

bool EventFake::settle(const Delivery& delivery, bool taken) {
  const std::lock_guard lock(mutex_);
  Subscription* const one = find(delivery.name);
  if (!one) return false;
  if (!taken) one->missed += delivery.missed;  // it was not heard
  if (taken && one->durable && !one->waiting.empty() &&
      one->waiting.front().event.id == delivery.event.id) {
    one->bytes -= delivery.event.data.size();
    one->waiting.pop_front();
  }
  return !taken && one->durable;
}

}  // namespace tenon::testing
