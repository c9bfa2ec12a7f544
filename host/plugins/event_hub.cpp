#include "host/plugins/event_hub.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "host/config/problem.hpp"
#include "host/plugins/event_topic.hpp"
#include "tenon/events.h"
#include "tenon/views.hpp"

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;

constexpr auto kAgePeriod = 60s;

int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

EventHub::EventHub(EventOptions options, CallChains& chains, Transactions& transactions)
    : options_(options),
      chains_(chains),
      transactions_(transactions),
      pool_(std::make_unique<Timers>(options.threads)) {}

EventHub::~EventHub() {
  stop();
}

Result<void> EventHub::open(store::Store& store, std::string_view ns) {
  TN_TRY(log_, EventLog::open(store, ns));
  TN_CHECK(log_->sweep());
  TN_TRY(auto known, log_->subscriptions());
  TN_TRY(const uint64_t last, log_->last_event());
  const std::lock_guard lock(mutex_);
  last_id_ = last;
  for (auto& one : known) {
    auto subscription = std::make_shared<Subscription>();
    subscription->instance = one.instance;
    subscription->name = one.name;
    subscription->log_id = one.id;
    subscription->patterns = std::move(one.patterns);
    subscription->pending = one.pending;
    subscriptions_[{one.instance, one.name}] = std::move(subscription);
  }
  pool_->start("age", kAgePeriod, kAgePeriod, [this] { drop_old(); });
  return {};
}

void EventHub::stop() {
  std::unique_ptr<Timers> pool;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    pool = std::move(pool_);
  }
}

// ---- what comes in

bool EventHub::wants(const Subscription& subscription, const EventMessage& event) {
  return std::any_of(
      subscription.registrations.begin(), subscription.registrations.end(),
      [&](const Registration& one) {
        return topic_matches(one.pattern, event.topic) &&
               (event.interface_id.empty() || one.interfaces.count(event.interface_id) != 0);
      });
}

// [mutex_]
void EventHub::enqueue(const Shared& subscription, const Message& event) {
  Subscription& to = *subscription;
  const size_t size = event->data.size();
  uint64_t dropped = 0;
  while (!to.queue.empty() && (to.queue.size() >= options_.live_events ||
                               to.queued_bytes + size > options_.live_bytes)) {
    to.queued_bytes -= to.queue.front()->data.size();
    to.queue.pop_front();
    ++dropped;
  }
  to.queue.push_back(event);
  to.queued_bytes += size;
  if (dropped) note_dropped(to, dropped, "it is slower than they come");
  schedule(subscription, 0ms);
}

Result<uint64_t> EventHub::publish(const std::string& source, std::string_view topic,
                                   std::string_view data) {
  TN_CHECK(check_topic(topic));
  TN_CHECK(check_event_data(data));
  auto event = std::make_shared<EventMessage>();
  event->time_ns = now_ns();
  event->topic = topic;
  event->source = source;
  event->data = data;
  // Whoever waits for the exclusive lock keeps new publishers out.
  std::unique_lock turn(turn_);
  const std::shared_lock durably(durable_);
  turn.unlock();
  std::vector<Shared> keepers;
  std::vector<int64_t> ids;
  {
    const std::lock_guard lock(mutex_);
    event->id = last_id_ = std::max(last_id_ + 1, static_cast<uint64_t>(event->time_ns / 1000));
    for (const auto& [key, one] : subscriptions_) {
      if (one->log_id == 0 || std::none_of(one->patterns.begin(), one->patterns.end(),
                                           [&](const auto& p) { return topic_matches(p, topic); }))
        continue;
      keepers.push_back(one);
      ids.push_back(one->log_id);
    }
  }
  if (!ids.empty()) TN_CHECK(log_->append(*event, ids));
  {
    const std::lock_guard lock(mutex_);
    for (const auto& one : keepers) {
      ++one->pending;
      if (one->backoff == 0ms) schedule(one, 0ms);
    }
    for (const auto& [key, one] : subscriptions_)
      if (one->log_id == 0 && wants(*one, *event)) enqueue(one, event);
  }
  for (const auto& one : keepers) keep_within_cap(one);
  return event->id;
}

void EventHub::announce(std::string_view topic, std::string data, const std::string& interface_id) {
  auto event = std::make_shared<EventMessage>();
  event->time_ns = now_ns();
  event->topic = topic;
  event->data = std::move(data);
  event->interface_id = interface_id;
  const std::lock_guard lock(mutex_);
  event->id = last_id_ = std::max(last_id_ + 1, static_cast<uint64_t>(event->time_ns / 1000));
  for (const auto& [key, one] : subscriptions_)
    if (one->log_id == 0 && wants(*one, *event)) enqueue(one, event);
}

// ---- who subscribes

Result<void> EventHub::subscribe(const Subscriber& subscriber, std::string_view pattern,
                                 std::string_view name, uint32_t flags, uint64_t token) {
  TN_CHECK(check_pattern(pattern));
  TN_CHECK(check_subscription_name(name));
  if (flags & ~TN_EVENT_DURABLE)
    return Error{Code::invalid, fmt::format("the flags {} of a subscription are unknown", flags)};
  const bool durable = (flags & TN_EVENT_DURABLE) != 0;
  if (durable && pattern.starts_with(kHostTopics))
    return Error{Code::unsupported, "events of the host are live: they cannot be kept", "pattern"};
  if (durable && !log_)
    return Error{Code::unavailable, "a durable subscription needs a store, and this host has none"};
  std::unique_lock turn(turn_);
  const std::unique_lock durably(durable_);
  turn.unlock();
  const std::string& instance = subscriber.provider.id();
  Shared subscription;
  {
    const std::lock_guard lock(mutex_);
    auto& found = subscriptions_[{instance, std::string(name)}];
    const bool fresh = !found;
    if (fresh) {
      found = std::make_shared<Subscription>();
      found->instance = instance;
      found->name = name;
      const auto same = [&](const auto& one) { return one.first.first == instance; };
      if (std::count_if(subscriptions_.begin(), subscriptions_.end(), same) >
          static_cast<std::ptrdiff_t>(kMostSubscriptions)) {
        subscriptions_.erase({instance, std::string(name)});
        return Error{Code::limit,
                     fmt::format("{} has {} subscriptions already", instance, kMostSubscriptions)};
      }
    }
    subscription = found;
    if (!durable && subscription->log_id != 0)
      return Error{Code::conflict,
                   fmt::format("the subscription {} of {} is durable; unsubscribe from it first",
                               name, instance),
                   "name"};
    auto& all = subscription->registrations;
    std::erase_if(all, [&](const auto& one) { return one.generation == subscriber.generation; });
    all.push_back({subscriber.generation, std::string(pattern), token, subscriber.interfaces});
    subscription->provider = &subscriber.provider;
  }
  if (durable) {
    // Also those of before: what they have met is still to be delivered, and a generation on trial
    // may go again.
    auto patterns = subscription->patterns;
    if (std::find(patterns.begin(), patterns.end(), pattern) == patterns.end())
      patterns.emplace_back(pattern);
    if (auto written = write_patterns(*subscription, patterns); !written.ok()) {
      end_registration(subscription, subscriber.generation);
      return written;
    }
  }
  const std::lock_guard lock(mutex_);
  schedule(subscription, 0ms);
  return {};
}

// [durable_ exclusively]
Result<void> EventHub::write_patterns(Subscription& subscription,
                                      const std::vector<std::string>& patterns) {
  if (subscription.log_id != 0 && patterns == subscription.patterns) return {};
  TN_TRY(const int64_t id,
         log_->put_subscription(subscription.instance, subscription.name, patterns));
  const std::lock_guard lock(mutex_);
  subscription.log_id = id;
  subscription.patterns = patterns;
  return {};
}

// Whether nobody subscribes any more; a live one is then gone.
bool EventHub::end_registration(const Shared& subscription, uint64_t generation) {
  const std::lock_guard lock(mutex_);
  auto& all = subscription->registrations;
  std::erase_if(all, [&](const auto& one) { return one.generation == generation; });
  if (!all.empty()) return false;
  subscription->provider = nullptr;
  if (subscription->log_id == 0) {
    subscription->removed = true;
    subscriptions_.erase({subscription->instance, subscription->name});
  }
  return true;
}

Result<void> EventHub::unsubscribe(const std::string& instance, uint64_t generation,
                                   std::string_view name) {
  std::unique_lock turn(turn_);
  const std::unique_lock durably(durable_);
  turn.unlock();
  Shared subscription;
  {
    const std::lock_guard lock(mutex_);
    const auto found = subscriptions_.find({instance, std::string(name)});
    if (found == subscriptions_.end())
      return Error{Code::not_found,
                   fmt::format("{} has no subscription {}", instance, config::in_quotes(name)),
                   "name"};
    subscription = found->second;
  }
  if (!end_registration(subscription, generation)) return {};
  if (subscription->log_id == 0) return {};
  TN_CHECK(log_->remove_subscription(subscription->log_id));
  const std::lock_guard lock(mutex_);
  subscription->removed = true;
  subscriptions_.erase({instance, std::string(name)});
  return {};
}

void EventHub::activate(const std::string& instance) {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, one] : subscriptions_) {
    if (key.first != instance) continue;
    one->backoff = 0ms;
    schedule(one, 0ms);
  }
}

void EventHub::end_generation(const std::string& instance, uint64_t generation, bool wait) {
  std::vector<Shared> own;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, one] : subscriptions_)
      if (key.first == instance &&
          std::any_of(one->registrations.begin(), one->registrations.end(),
                      [&](const auto& r) { return r.generation == generation; }))
        own.push_back(one);
  }
  if (own.empty()) return;
  std::unique_lock turn(turn_);
  std::unique_lock durably(durable_);
  turn.unlock();
  std::vector<Shared> without;
  for (const auto& subscription : own) {
    if (end_registration(subscription, generation)) {
      without.push_back(subscription);
      continue;
    }
    if (subscription->log_id == 0) continue;
    // Patterns that only the old generation had.
    std::vector<std::string> patterns;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& one : subscription->registrations)
        if (std::find(patterns.begin(), patterns.end(), one.pattern) == patterns.end())
          patterns.push_back(one.pattern);
    }
    if (const auto written = write_patterns(*subscription, patterns); !written.ok())
      problem(fmt::format("the patterns of the subscription {} of {} stay as they were: {}",
                          subscription->name, instance, written.error().message));
  }
  durably.unlock();
  std::unique_lock lock(mutex_);
  for (const auto& subscription : without)
    idle_.wait(lock, [&] {
      return !wait || !subscription->working || subscription->worker == std::this_thread::get_id();
    });
}

void EventHub::drop_old() {
  std::vector<Shared> durable;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, one] : subscriptions_)
      if (one->log_id != 0) durable.push_back(one);
  }
  const auto age = std::chrono::duration_cast<std::chrono::nanoseconds>(options_.durable_age);
  for (const auto& one : durable) {
    const auto dropped = log_->drop_before(one->log_id, now_ns() - age.count());
    if (!dropped.ok()) return problem("old events stay: " + dropped.error().message);
    const std::lock_guard lock(mutex_);
    one->pending -= std::min(one->pending, dropped->count);
    note_dropped(*one, *dropped, "they were too old");
  }
  if (const auto swept = log_->sweep(); !swept.ok())
    problem("events that nobody waits for stay: " + swept.error().message);
}

std::vector<EventHub::Info> EventHub::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<Info> out;
  for (const auto& [key, one] : subscriptions_) {
    Info info = one->told;
    info.instance = key.first;
    info.name = key.second;
    info.durable = one->log_id != 0;
    info.active = !one->registrations.empty();
    info.pending = info.durable ? one->pending : one->queue.size();
    info.patterns = one->patterns;
    if (!info.durable)
      for (const auto& registration : one->registrations)
        info.patterns.push_back(registration.pattern);
    out.push_back(std::move(info));
  }
  return out;
}

}  // namespace tenon::plugins
