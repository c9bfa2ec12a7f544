#include "host/plugins/provider.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tenon/views.hpp"

namespace tenon::plugins {
namespace {

using Clock = std::chrono::steady_clock;

// Callers without a deadline of their own do not wait for ever.
constexpr auto kLongestWait = std::chrono::seconds(30);

SlotMeaning meaning_of_method(const Manifest& manifest, std::string_view key) {
  for (const auto& provided : manifest.provides) {
    if (!key.starts_with(provided.interface_id) || key.size() <= provided.interface_id.size() ||
        key[provided.interface_id.size()] != ' ')
      continue;
    const auto name = key.substr(provided.interface_id.size() + 1);
    for (uint32_t i = 0; i < provided.methods.size(); ++i)
      if (provided.methods[i].name == name)
        return {provided.first_method + i, provided.methods[i].idempotent, provided.columns};
  }
  return {};
}

SlotMeaning meaning_of_route(const Manifest& manifest, std::string_view key) {
  for (uint32_t i = 0; i < manifest.routes.size(); ++i) {
    const auto& route = manifest.routes[i];
    if (key.size() == route.method.size() + 1 + route.path.size() &&
        key.starts_with(route.method) && key.ends_with(route.path))
      return {i, route.idempotent};
  }
  return {};
}

}  // namespace

Clock::time_point deadline_within(const tn_call* call, std::chrono::milliseconds limit) {
  const auto latest = Clock::now() + limit;
  return std::min(latest, Call(call).deadline().value_or(latest));
}

void LimitedCall::apply(std::chrono::milliseconds timeout) {
  const int64_t latest = (Clock::now() + timeout).time_since_epoch().count();
  if (raw_ && raw_->deadline_ns != 0 && raw_->deadline_ns <= latest) return;
  copy_ = Call(raw_).raw();
  copy_.deadline_ns = latest;
  raw_ = &copy_;
}

void Provider::Entry::end() {
  if (timed_) serving_->latency.record(Clock::now() - begun_);
  if (admitted_) provider_->admission_.leave();
}

void Provider::limit(const CallLimits& limits) {
  timeout_ms_ = limits.timeout.count();
  admission_.limit(limits.concurrency, limits.queue);
  set_special(kLimited, limits.concurrency != 0);
}

void Provider::set_special(Special what, bool on) {
  if (on)
    special_.fetch_or(what);
  else
    special_.fetch_and(~uint32_t{what});
}

Serving* Provider::choose() {
  if (Serving* const trial = trial_.load()) {
    const uint32_t drawn = drawn_.fetch_add(1, std::memory_order_relaxed) % 1000;
    const uint32_t share = trial_per_mille_.load(std::memory_order_relaxed);
    // Spread evenly: one in ten for a hundred in a thousand.
    if (drawn * share / 1000 != (drawn + 1) * share / 1000) return trial;
  }
  return primary_.load();
}

Result<Serving*> Provider::wait_for_one(Clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_until(lock, deadline, [&] { return !(special_.load() & kPaused); }))
    return Error{Code::timeout,
                 fmt::format("{} is being reloaded and did not come back in time", id_)};
  if (Serving* const serving = primary_.load()) return serving;
  return Error{Code::unavailable, fmt::format("{} is not running: {}", id_, why_)};
}

Provider::Entry Provider::enter_specially(const tn_call* call) {
  const uint64_t chain = call && TN_HAS(call, call_id) ? call->call_id : 0;
  Entry entry;
  // One whose process has ended is of no use to its chain either.
  if (auto kept = chains_.enter_kept(chain, *this); kept.serving && !kept.serving->is_gone()) {
    entry.serving_ = kept.serving;
    entry.pass_ = std::move(kept.pass);
    return entry;
  }
  if (admission_.limited()) {
    if (auto turn = admission_.enter(deadline_within(call, kLongestWait)); !turn.ok()) {
      entry.why_ = std::make_unique<Error>(
          Error{turn.error().code, fmt::format("{}: {}", id_, turn.error().message)});
      return entry;
    }
    entry.provider_ = this;
    entry.admitted_ = true;
  }
  for (;;) {
    Serving* serving = choose();
    const uint32_t special = special_.load();
    if (!serving || special & kPaused) {
      auto waited = wait_for_one(deadline_within(call, kLongestWait));
      if (!waited.ok()) {
        entry.why_ = std::make_unique<Error>(std::move(waited).error());
        return entry;
      }
      serving = *waited;
    }
    CallGate::Pass pass(serving->gate);
    if (!pass) continue;  // it was exchanged just now
    chains_.keep(chain, *this, *serving);
    entry.serving_ = serving;
    entry.pass_ = std::move(pass);
    if (special & kTrial) {
      entry.provider_ = this;
      entry.timed_ = true;
      entry.begun_ = Clock::now();
    }
    return entry;
  }
}

Provider::Entry Provider::enter_primary(uint64_t chain) {
  Entry entry;
  Serving* const serving = primary_.load();
  if (!serving || special_.load() & kPaused) return entry;
  CallGate::Pass pass(serving->gate);
  if (!pass) return entry;
  chains_.keep(chain, *this, *serving);
  entry.serving_ = serving;
  entry.pass_ = std::move(pass);
  return entry;
}

bool Provider::wait_for_another(const Serving& serving, Clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [&] {
    const Serving* const now = primary_.load();
    return now && now != &serving && !(special_.load() & kPaused);
  });
}

void Provider::know_method(uint32_t slot, const std::string& key) {
  const std::lock_guard lock(mutex_);
  if (!methods_.emplace(slot, key).second) return;
  for (Serving& serving : servings_)
    if (serving.in_use) serving.methods.set(slot, meaning_of_method(*serving.tables.manifest, key));
}

Result<uint32_t> Provider::route_slot(const std::string& key) {
  const std::lock_guard lock(mutex_);
  if (const auto found = routes_.find(key); found != routes_.end()) return found->second;
  const auto slot = static_cast<uint32_t>(routes_.size());
  if (slot == SlotTable::kSlots) return Error{Code::limit, id_ + " has had too many routes"};
  routes_.emplace(key, slot);
  for (Serving& serving : servings_)
    if (serving.in_use) serving.routes.set(slot, meaning_of_route(*serving.tables.manifest, key));
  return slot;
}

CallGate::Counts Provider::counts() const {
  const std::lock_guard lock(mutex_);
  CallGate::Counts out = ended_;
  for (const Serving& serving : servings_)
    if (serving.in_use) out += serving.counts();
  return out;
}

Serving& Provider::add(const GenerationTables& tables) {
  const std::lock_guard lock(mutex_);
  auto found = std::find_if(servings_.begin(), servings_.end(),
                            [](const Serving& serving) { return !serving.in_use; });
  Serving& serving = found == servings_.end() ? servings_.emplace_back() : *found;
  serving.gate.close();
  serving.in_use = true;
  serving.tables = tables;
  serving.before = serving.gate.counts();
  for (const auto& [slot, key] : methods_)
    serving.methods.set(slot, meaning_of_method(*tables.manifest, key));
  for (const auto& [key, slot] : routes_)
    serving.routes.set(slot, meaning_of_route(*tables.manifest, key));
  return serving;
}

void Provider::serve(Serving& serving) {
  serving.gate.open();
  {
    const std::lock_guard lock(mutex_);
    primary_.store(&serving);
    trial_.store(nullptr);
    set_special(kTrial, false);
  }
  changed_.notify_all();
}

void Provider::begin_trial(Serving& serving, uint32_t per_mille) {
  serving.gate.open();
  trial_per_mille_.store(per_mille);
  set_special(kTrial, true);
  trial_.store(&serving);
}

void Provider::end_trial() {
  trial_.store(nullptr);
  set_special(kTrial, false);
}

void Provider::serve_none(const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    why_ = why;
    primary_.store(nullptr);
    trial_.store(nullptr);
    set_special(kTrial, false);
  }
  changed_.notify_all();
}

void Provider::pause() {
  set_special(kPaused, true);
}

void Provider::resume() {
  {
    const std::lock_guard lock(mutex_);
    set_special(kPaused, false);
  }
  changed_.notify_all();
}

void Provider::remove(Serving& serving) {
  const std::lock_guard lock(mutex_);
  const auto counts = serving.counts();
  ended_.calls += counts.calls;
  ended_.errors += counts.errors;
  serving.in_use = false;
}

}  // namespace tenon::plugins
