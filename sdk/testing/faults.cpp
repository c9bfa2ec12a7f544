#include "faults.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace tenon::testing {
namespace {

constexpr std::array<std::string_view, 23> kFunctions = {
    "config.get",      "config.data_folder", "config.resolve_path", "message.providers",
    "message.resolve", "message.call",       "column.call",         "store.migrate",
    "store.query",     "store.execute_many", "store.begin",         "store.commit",
    "store.rollback",  "state.get",          "state.put",           "state.put_if",
    "state.remove",    "state.list",         "clock.start_timer",   "metrics.series",
    "events.publish",  "events.subscribe",   "events.unsubscribe"};
// They return nothing that says so when they fail.
constexpr std::array<std::string_view, 4> kNeverFail = {"clock.now", "clock.monotonic", "log.write",
                                                        "progress.report"};

template <class Names>
bool is_in(const Names& names, std::string_view function) {
  return std::find(names.begin(), names.end(), function) != names.end();
}

void check(std::string_view function) {
  if (is_in(kFunctions, function) || is_in(kNeverFail, function)) return;
  std::string names;
  for (const auto name : kFunctions) names += std::string(name) + ", ";
  for (const auto name : kNeverFail) names += std::string(name) + ", ";
  names.resize(names.size() - 2);
  throw std::invalid_argument("\"" + std::string(function) +
                              "\" is no function of the host's tables; there are " + names);
}

}  // namespace

Faults::Plan& Faults::plan(std::string_view function) {
  check(function);
  return plans_[std::string(function)];
}

void Faults::fail(std::string_view function, Code code, Fault when) {
  if (is_in(kNeverFail, function))
    throw std::invalid_argument("\"" + std::string(function) + "\" never fails");
  const std::lock_guard lock(mutex_);
  Plan& changed = plan(function);
  changed.code = code;
  changed.when = std::move(when);
}

void Faults::delay(std::string_view function, std::chrono::nanoseconds time) {
  const std::lock_guard lock(mutex_);
  plan(function).delay = time;
}

void Faults::during(std::string_view function, std::function<void()> action, uint64_t after) {
  const std::lock_guard lock(mutex_);
  Plan& changed = plan(function);
  changed.actions.emplace(changed.calls + after + 1, std::move(action));
}

uint64_t Faults::calls(std::string_view function) const {
  check(function);
  const std::lock_guard lock(mutex_);
  const auto found = plans_.find(function);
  return found == plans_.end() ? 0 : found->second.calls;
}

void Faults::heal() {
  const std::lock_guard lock(mutex_);
  for (auto& [function, plan] : plans_) {
    plan.code.reset();
    plan.delay = {};
    plan.actions.clear();
  }
}

Faults::Verdict Faults::enter(std::string_view function) {
  const std::lock_guard lock(mutex_);
  Plan& found = plan(function);
  ++found.calls;
  Verdict verdict{{}, found.delay, {}};
  const auto [first, last] = found.actions.equal_range(found.calls);
  for (auto it = first; it != last; ++it) verdict.actions.push_back(std::move(it->second));
  found.actions.erase(first, last);
  if (!found.code) return verdict;
  if (found.when.after > 0) {
    --found.when.after;
  } else if (found.when.times > 0) {
    --found.when.times;
    verdict.failure = Error{*found.code, found.when.message};
  }
  return verdict;
}

}  // namespace tenon::testing
