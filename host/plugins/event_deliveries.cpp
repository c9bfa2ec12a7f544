// How events get from the hub to those who subscribed.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "host/plugins/event_hub.hpp"
#include "host/plugins/event_topic.hpp"
#include "tenon/events.h"
#include "tenon/views.hpp"

namespace tenon::plugins {

using namespace std::chrono_literals;

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
    subscription->dropped_through = 0;
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
    if (outcome == Outcome::dropped) {
      next = 0ms;  // one of another publisher may have come late and be still there
      continue;
    }
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
    if (event.id <= subscription.dropped_through) return Outcome::dropped;
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

// [mutex_] Durable ones: a batch that was read before still has them.
void EventHub::note_dropped(Subscription& subscription, const EventLog::Dropped& gone,
                            const char* why) {
  if (gone.count == 0) return;
  subscription.dropped_through = std::max(subscription.dropped_through, gone.last);
  note_dropped(subscription, gone.count, why);
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
  subscription->pending += over - std::min(over, dropped->count);
  note_dropped(*subscription, *dropped, "it takes them too slowly");
}

}  // namespace tenon::plugins
