#include "host/sandbox/denial_log.hpp"

namespace tenon::sandbox {

bool DenialLog::add(Denied& denied) {
  const auto now = now_();
  std::string key = denied.permission + '\0' + denied.detail;
  if (!kinds_.contains(key) && kinds_.size() >= limits_.kinds) {
    // A worker that tries ever new paths must not fill the host's memory.
    key.clear();
    denied = never_allowed("do more kinds of things than are told apart here");
  }
  const auto [at, made] = kinds_.try_emplace(key);
  Kind& kind = at->second;
  if (made) {
    kind.denied = denied;
    kind.denied.count = 0;
  }
  ++kind.denied.count;
  ++kind.untold;
  if (!made && now - kind.told < limits_.repeat) return false;
  denied.count = std::exchange(kind.untold, 0);
  kind.told = now;
  return true;
}

std::string DenialLog::count_request(bool refused, std::chrono::nanoseconds spent) {
  const auto now = now_();
  if (now - second_ >= std::chrono::seconds(1)) {
    second_ = now;
    requests_ = refused_ = 0;
    spent_ = {};
  }
  ++requests_;
  spent_ += spent;
  if (refused) ++refused_;
  if (flooded_) return {};
  if (refused_ > limits_.denials_per_second) {
    flooded_ = true;
    return "more than " + std::to_string(limits_.denials_per_second) +
           " refused actions within a second";
  }
  if (requests_ > limits_.requests_per_second) {
    flooded_ = true;
    return "more than " + std::to_string(limits_.requests_per_second) +
           " questions to the host within a second";
  }
  if (spent_ > limits_.host_time_per_second) {
    flooded_ = true;
    return "more than " + std::to_string(limits_.host_time_per_second.count()) +
           " ms of the host's time within a second";
  }
  return {};
}

std::vector<Denied> DenialLog::all() const {
  std::vector<Denied> list;
  list.reserve(kinds_.size());
  for (const auto& [key, kind] : kinds_) list.push_back(kind.denied);
  return list;
}

}  // namespace tenon::sandbox
