#include "host/plugins/event_hub.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>

#include "host/config/problem.hpp"
#include "host/plugins/event_topic.hpp"
#include "tenon/draft/events.h"
#include "tenon/views.hpp"

namespace tenon::plugins {
namespace {

using namespace std::chrono_literals;

constexpr size_t kMostSubscriptions = 256;  // of an instance
constexpr size_t kLongestName = 100;
constexpr auto kAgePeriod = 60s;

Result<void> check_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  if (!name.empty() && name.size() <= kLongestName &&
      std::all_of(name.begin(), name.end(), allowed))
    return {};
  return Error{Code::invalid,
               fmt::format("the name of a subscription is 1 to {} of letters, digits, _, - and ., "
                           "not {}",
                           kLongestName, config::in_quotes(name)),
               "name"};
}

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
  TN_CHECK(check_name(name));
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

// ---- deliveries

// [mutex_]
void EventHub::schedule(const Shared& subscription, std::chrono::milliseconds delay) {
  if (stopped_ || subscription->removed) return;
  if (subscription->working) {
    subscription->again = true;
    return;
  }
  if (subscription->due && delay == 0ms) return;
  subscription->due = delay == 0ms;
  pool_->start("events", delay, 0ns, [this, subscription, ticket = ++subscription->ticket] {
    work(subscription, ticket);
  });
}

void EventHub::work(const Shared& subscription, uint64_t ticket) {
  bool live = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || subscription->removed || ticket != subscription->ticket) return;
    subscription->due = false;
    subscription->again = false;
    subscription->working = true;
    subscription->worker = std::this_thread::get_id();
    live = subscription->log_id == 0 || !subscription->queue.empty();
  }
  std::optional<std::chrono::milliseconds> delay;
  try {
    delay = live ? work_live(subscription) : work_durably(subscription);
  } catch (const std::exception& thrown) {  // would end the process from a thread of the pool
    problem(fmt::format("events of {} wait: {}", subscription->instance, thrown.what()));
    delay = options_.longest_backoff;
  }
  const std::lock_guard lock(mutex_);
  subscription->working = false;
  subscription->worker = {};
  idle_.notify_all();
  if (subscription->again && subscription->backoff == 0ms) delay = 0ms;
  if (delay) schedule(subscription, *delay);
}

std::optional<std::chrono::milliseconds> EventHub::work_live(const Shared& subscription) {
  for (size_t i = 0; i < kBatch; ++i) {
    Message event;
    {
      const std::lock_guard lock(mutex_);
      if (subscription->queue.empty() || stopped_) return std::nullopt;
      event = std::move(subscription->queue.front());
      subscription->queue.pop_front();
      subscription->queued_bytes -= event->data.size();
    }
    if (deliver(*subscription, *event) != Outcome::nobody) continue;
    const std::lock_guard lock(mutex_);
    if (subscription->registrations.empty()) return std::nullopt;
    subscription->queued_bytes += event->data.size();
    subscription->queue.push_front(std::move(event));
    return kPoll;
  }
  return 0ms;
}

std::optional<std::chrono::milliseconds> EventHub::work_durably(const Shared& subscription) {
  int64_t id = 0;
  {
    const std::lock_guard lock(mutex_);
    if (subscription->registrations.empty()) return std::nullopt;
    id = subscription->log_id;
  }
  const auto events = log_->next(id, kBatch);
  if (!events.ok()) {
    problem(fmt::format("events of {} wait: {}", subscription->instance, events.error().message));
    return options_.longest_backoff;
  }
  std::optional<std::chrono::milliseconds> next;
  if (events->size() == kBatch) next = 0ms;
  std::vector<uint64_t> taken;
  auto begun = Clock::now();
  const auto write_down = [&] {
    if (taken.empty()) return;
    const auto gone = log_->take(id, taken);
    if (!gone.ok())  // they come once more
      problem(fmt::format("events that {} has taken are not written down as such: {}",
                          subscription->instance, gone.error().message));
    const std::lock_guard lock(mutex_);
    if (gone.ok()) subscription->pending -= std::min(subscription->pending, *gone);
    taken.clear();
    begun = Clock::now();
  };
  for (const auto& event : *events) {
    const auto outcome = deliver(*subscription, event);
    if (outcome != Outcome::done) {
      const std::lock_guard lock(mutex_);
      next = outcome == Outcome::failed            ? std::optional(subscription->backoff)
             : subscription->registrations.empty() ? std::nullopt
                                                   : std::optional(kPoll);
      break;
    }
    taken.push_back(event.id);
    if (Clock::now() - begun > kLongestUnwritten) write_down();
  }
  write_down();
  return next;
}

EventHub::Outcome EventHub::deliver(Subscription& subscription, const EventMessage& event) {
  Provider* provider = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || subscription.removed) return Outcome::nobody;
    provider = subscription.provider;
  }
  return provider ? deliver_to(subscription, *provider, event) : Outcome::nobody;
}

EventHub::Outcome EventHub::deliver_to(Subscription& subscription, Provider& provider,
                                       const EventMessage& event) {
  const CallChain chain(chains_, transactions_);
  auto entry = provider.enter_primary(chain.id());
  if (!entry || entry.serving().is_gone() || !entry.tables().events) return Outcome::nobody;
  const GenerationTables& to = entry.tables();
  uint64_t token = 0;
  tn_event raw = {
      sizeof(tn_event), 1, event.id, event.time_ns, 0, view(event.topic), view(event.source),
      view(event.data)};
  {
    const std::lock_guard lock(mutex_);
    const auto& all = subscription.registrations;
    const auto own = std::find_if(all.begin(), all.end(),
                                  [&](const auto& one) { return one.generation == to.generation; });
    if (own == all.end()) return Outcome::nobody;
    if (!topic_matches(own->pattern, event.topic)) return Outcome::done;
    token = own->token;
    if (subscription.failing_id != event.id) subscription.attempts = 0;
    subscription.failing_id = event.id;
    raw.attempt = ++subscription.attempts;
    raw.missed = std::exchange(subscription.missed, 0);
  }
  tn_call call = {};
  call.struct_size = sizeof(call);
  call.call_id = chain.id();
  call.deadline_ns = (Clock::now() + options_.deliver_timeout).time_since_epoch().count();
  Result<void> done;
  try {
    done = Call(&call).invoke(
        [&](const tn_call* c) { return to.events->deliver(to.object, c, token, &raw); });
  } catch (...) {
    done = Error{Code::internal, "an exception escaped"};
  }
  const std::lock_guard lock(mutex_);
  if (done.ok()) {
    ++subscription.told.delivered;
    subscription.told.problem.clear();
    subscription.backoff = 0ms;
    return Outcome::done;
  }
  entry.failed();
  subscription.missed += raw.missed;
  note_failure(subscription, event, done.error());
  return Outcome::failed;
}

// [mutex_]
void EventHub::note_failure(Subscription& subscription, const EventMessage& event,
                            const Error& error) {
  ++subscription.told.failed;
  subscription.told.problem = error.message;
  const bool durable = subscription.log_id != 0;
  if (durable)
    subscription.backoff =
        std::clamp(subscription.backoff * 2, options_.first_backoff, options_.longest_backoff);
  const uint64_t count = durable ? subscription.attempts : subscription.told.failed;
  if (!std::has_single_bit(count)) return;  // not each of many
  problem(fmt::format("{} did not take the event {} {} (subscription {}, {} {}): {}{}",
                      subscription.instance, event.topic, event.id, subscription.name,
                      durable ? "attempt" : "failure", count, error.message,
                      durable
                          ? fmt::format("; it comes again in {} ms", subscription.backoff.count())
                          : "; it is lost"));
}

// [mutex_]
void EventHub::note_dropped(Subscription& subscription, uint64_t count, const char* why) {
  const uint64_t before = subscription.told.dropped;
  subscription.told.dropped += count;
  subscription.missed += count;
  if (std::bit_width(before) == std::bit_width(subscription.told.dropped)) return;
  problem(fmt::format("events for the subscription {} of {} were dropped, {} so far: {}",
                      subscription.name, subscription.instance, subscription.told.dropped, why));
}

void EventHub::keep_within_cap(const Shared& subscription) {
  uint64_t over = 0;
  {
    const std::lock_guard lock(mutex_);
    if (subscription->pending <= options_.durable_events) return;
    over = subscription->pending - options_.durable_events;
    subscription->pending = options_.durable_events;  // whoever is next does not count them again
  }
  const auto dropped = log_->drop_oldest(subscription->log_id, over);
  const std::lock_guard lock(mutex_);
  if (!dropped.ok()) {
    subscription->pending += over;
    return problem("events that are too many stay: " + dropped.error().message);
  }
  subscription->pending += over - std::min(over, *dropped);
  if (*dropped != 0) note_dropped(*subscription, *dropped, "it takes them too slowly");
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
    one->pending -= std::min(one->pending, *dropped);
    if (*dropped != 0) note_dropped(*one, *dropped, "they were too old");
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
