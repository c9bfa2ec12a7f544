#include "tenon/testing/host.hpp"

#include <time.h>

#include <algorithm>
#include <stdexcept>

#include "call_frame.hpp"
#include "host/config/labels.hpp"
#include "host/observe/metric_rules.hpp"
#include "host/plugins/event_options.hpp"
#include "host/plugins/event_topic.hpp"
#include "tenon/events.hpp"
#include "world.hpp"

namespace tenon::testing {
namespace {

constexpr int64_t kBeginning_ns = 1'767'225'600'000'000'000;  // 2026-01-01 00:00 UTC

// Real time at the start: a plugin may hold a deadline against its own steady clock.
int64_t steady_now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

// The timer that is due first and not after `end`; its guest is null when there is none.
struct Due {
  Guest* guest = nullptr;
  uint64_t id = 0;
  Timer timer{};
};
Due next_due(World& world, int64_t end_ns) {
  Due first;
  for (Guest* guest : world.guests)
    for (const auto& [id, timer] : guest->timers)
      if (timer.due_ns <= end_ns && (!first.guest || timer.due_ns < first.timer.due_ns))
        first = {guest, id, timer};
  return first;
}

// Takes the next timer that is due by `end`, and sets the clock to its time.
Due take_due(World& world, int64_t end_ns) {
  const std::lock_guard lock(world.mutex);
  Due due = next_due(world, end_ns);
  if (!due.guest) return due;
  const int64_t step = std::max<int64_t>(0, due.timer.due_ns - world.monotonic_ns);
  world.monotonic_ns += step;
  world.now_ns += step;
  if (due.timer.period_ns > 0) {
    // A period that was missed is skipped.
    Timer& timer = due.guest->timers[due.id];
    timer.due_ns += timer.period_ns;
    if (timer.due_ns < world.monotonic_ns)
      timer.due_ns +=
          (world.monotonic_ns - timer.due_ns) / timer.period_ns * timer.period_ns + timer.period_ns;
  } else {
    due.guest->timers.erase(due.id);
  }
  return due;
}

void note(Outcome& outcome, const Result<void>& done) {
  ++outcome.count;
  if (!done.ok()) outcome.errors.push_back(done.error());
}

// What the host sends on its own account carries no request.
CallOptions from_the_host(std::chrono::nanoseconds timeout = {}) {
  return {.timeout = timeout, .request_id = ""};
}

Result<void> hand_over(World& world, const Delivery& delivery) {
  const PublishedEvent& event = delivery.event;
  CallFrame frame(world, from_the_host(plugins::EventOptions().deliver_timeout), "deliver");
  const tn_event raw{sizeof(tn_event),
                     delivery.attempt,
                     event.id,
                     delivery.time_ns,
                     delivery.missed,
                     frame.lent().text(event.topic),
                     frame.lent().text(event.source),
                     frame.lent().text(event.data)};
  return frame.result(delivery.guest->events_table->deliver(
      delivery.guest->instance, frame.call(), delivery.token, frame.lent().item(raw)));
}

}  // namespace

Host::Host(std::string instance) : world_(std::make_unique<World>()) {
  world_->instance = std::move(instance);
  world_->now_ns = kBeginning_ns;
  world_->monotonic_ns = steady_now_ns();
}

Host::~Host() = default;

void Host::config(std::string_view json) {
  const std::lock_guard lock(world_->mutex);
  world_->config = json;
}

const std::string& Host::data_folder() {
  return world_->folder();
}

std::chrono::system_clock::time_point Host::now() const {
  using std::chrono::system_clock;
  const std::lock_guard lock(world_->mutex);
  return system_clock::time_point(
      std::chrono::duration_cast<system_clock::duration>(std::chrono::nanoseconds(world_->now_ns)));
}

void Host::set_time(std::chrono::system_clock::time_point now) {
  const std::lock_guard lock(world_->mutex);
  world_->now_ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
}

Outcome Host::advance(std::chrono::nanoseconds step) {
  if (step.count() < 0) throw std::invalid_argument("time does not go back; set_time() sets it");
  int64_t end_ns = 0;
  {
    const std::lock_guard lock(world_->mutex);
    end_ns = world_->monotonic_ns + step.count();
  }
  Outcome outcome;
  while (true) {
    const Due due = take_due(*world_, end_ns);
    if (!due.guest) break;
    CallFrame frame(*world_, from_the_host(), "fire");
    note(outcome, frame.result(due.guest->timer_table->fire(due.guest->instance, frame.call(),
                                                            due.timer.token)));
  }
  const std::lock_guard lock(world_->mutex);
  const int64_t rest = std::max<int64_t>(0, end_ns - world_->monotonic_ns);
  world_->monotonic_ns += rest;
  world_->now_ns += rest;
  return outcome;
}

void Host::provide_text(std::string_view interface_id, std::string_view method, TextMethod answer,
                        std::string_view instance) {
  const std::lock_guard lock(world_->mutex);
  world_->providers[{std::string(interface_id), std::string(instance)}].texts[std::string(method)] =
      std::move(answer);
}

void Host::provide_columns(std::string_view interface_id, std::string_view method,
                           ColumnMethod answer, std::string_view instance) {
  const std::lock_guard lock(world_->mutex);
  world_->providers[{std::string(interface_id), std::string(instance)}]
      .columns[std::string(method)] = std::move(answer);
}

void Host::describe_provider(std::string_view instance, ProviderTraits traits) {
  if (const auto version = Version::parse(traits.version); !traits.version.empty() && !version.ok())
    throw std::invalid_argument(version.error().message);
  if (const auto labels = config::parse_labels(traits.labels); !labels.ok())
    throw std::invalid_argument(labels.error().message);
  const std::lock_guard lock(world_->mutex);
  world_->traits[std::string(instance)] = std::move(traits);
}

void Host::set_away(std::string_view instance, bool away) {
  const std::lock_guard lock(world_->mutex);
  if (away)
    world_->away.emplace(instance);
  else
    world_->away.erase(std::string(instance));
}

void Host::fail(std::string_view function, Code code, Fault when) {
  world_->faults.fail(function, code, std::move(when));
}
void Host::delay(std::string_view function, std::chrono::nanoseconds time) {
  world_->faults.delay(function, time);
}
void Host::heal() {
  world_->faults.heal();
}
void Host::during(std::string_view function, std::function<void()> action, uint64_t after) {
  world_->faults.during(function, std::move(action), after);
}
uint64_t Host::calls(std::string_view function) const {
  return world_->faults.calls(function);
}

size_t Host::cancel(std::string_view request_id) {
  const std::lock_guard lock(world_->mutex);
  size_t count = 0;
  for (const auto& [id, call] : world_->running) {
    if (call.request_id != request_id) continue;
    __atomic_store_n(call.cancelled, 1u, __ATOMIC_RELEASE);
    ++count;
  }
  return count;
}

void Host::hide(std::string_view table) {
  if (!table_of(table))
    throw std::invalid_argument("\"" + std::string(table) + "\" is no table of the host");
  const std::lock_guard lock(world_->mutex);
  world_->hidden.emplace(table);
}

void Host::use_store(std::unique_ptr<StoreFake> store) {
  world_->store = std::move(store);
}

uint64_t Host::publish(std::string_view topic, std::string_view json, std::string_view source) {
  for (const auto& checked : {plugins::check_topic(topic), plugins::check_event_data(json)})
    if (!checked.ok()) throw std::invalid_argument(checked.error().message);
  if (!topic.starts_with(plugins::kHostTopics))
    return world_->events.accept(topic, json, source, world_->read_clock());
  const auto event = json::decode<ProviderEvent>(json);
  if (topic != Events::kProvider || !event.ok())
    throw std::invalid_argument(
        "the host publishes tenon.provider alone, with interface, version, instance and state");
  return world_->events.accept(topic, json, "", world_->read_clock(), event->interface);
}

Outcome Host::deliver() {
  Outcome outcome;
  std::set<std::string> held;  // durable ones whose first event failed: in their order
  while (const auto delivery = world_->events.take(world_->read_clock(), held)) {
    const auto done = hand_over(*world_, *delivery);
    note(outcome, done);
    if (world_->events.settle(*delivery, done.ok())) held.insert(delivery->name);
  }
  return outcome;
}

void Host::limit_events(const EventLimits& limits) {
  world_->events.limit(limits);
}

std::vector<LogLine> Host::log() const {
  const std::lock_guard lock(world_->mutex);
  return world_->log;
}

bool Host::logged(std::string_view part) const {
  const auto lines = log();
  return std::any_of(lines.begin(), lines.end(), [&](const LogLine& line) {
    return line.message.find(part) != std::string::npos;
  });
}

std::vector<ProgressLine> Host::progress() const {
  const std::lock_guard lock(world_->mutex);
  return world_->progress;
}

std::vector<PublishedEvent> Host::events() const {
  return world_->events.published();
}

std::optional<MetricValue> Host::metric(std::string_view name, const Labels& labels) const {
  Labels sorted = labels;
  std::sort(sorted.begin(), sorted.end());
  const auto exposed = observe::exposed_metric_name(name);
  if (!exposed.ok()) throw std::invalid_argument(exposed.error().message);
  const std::lock_guard lock(world_->mutex);
  for (const Series& one : world_->series)
    if (one.exposed == *exposed && one.labels == sorted) return one.value;
  return std::nullopt;
}

std::optional<std::string> Host::state(std::string_view key) const {
  const std::lock_guard lock(world_->mutex);
  const auto found = world_->state.find(key);
  if (found == world_->state.end() || !found->second.exists) return std::nullopt;
  return found->second.value;
}

void Host::set_state(std::string_view key, std::string_view value) {
  const std::lock_guard lock(world_->mutex);
  world_->write_state(key, value);
}

std::vector<std::string> Host::violations() const {
  const std::lock_guard lock(world_->mutex);
  return world_->violations;
}

tenon::Host& Host::face() {
  if (!world_->watcher) {
    Declared anything;
    anything.unbound = true;
    world_->watcher = std::make_unique<Guest>(*world_, std::move(anything));
    world_->watcher->config = world_->config;
    world_->face = std::make_unique<tenon::Host>(&world_->watcher->raw);
  }
  return *world_->face;
}

}  // namespace tenon::testing
