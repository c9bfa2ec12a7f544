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

void check(std::string_view function) {
  if (std::find(kFunctions.begin(), kFunctions.end(), function) != kFunctions.end()) return;
  std::string names;
  for (const auto name : kFunctions) names += (names.empty() ? "" : ", ") + std::string(name);
  throw std::invalid_argument("\"" + std::string(function) +
                              "\" is no function of the host's tables; there are " + names);
}

}  // namespace

Faults::Plan& Faults::plan(std::string_view function) {
  check(function);
  return plans_[std::string(function)];
}

void Faults::fail(std::string_view function, Code code, Fault when) {
  const std::lock_guard lock(mutex_);
  Plan& changed = plan(function);
  changed.code = code;
  changed.when = std::move(when);
}

void Faults::delay(std::string_view function, std::chrono::nanoseconds time) {
  const std::lock_guard lock(mutex_);
  plan(function).delay = time;
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
  }
}

Faults::Verdict Faults::enter(std::string_view function) {
  const std::lock_guard lock(mutex_);
  Plan& found = plan(function);
  ++found.calls;
  Verdict verdict{found.delay, {}};
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
