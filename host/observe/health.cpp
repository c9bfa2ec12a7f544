#include "host/observe/health.hpp"

#include <exception>
#include <utility>
#include <vector>

#include "host/observe/log_line.hpp"

namespace tenon::observe {

std::string_view to_string(HealthState state) {
  return state == HealthState::ok ? "ok" : state == HealthState::degraded ? "degraded" : "failed";
}

Result<void> Health::set_member(std::string_view owner, std::string_view name,
                                boost::json::value value) {
  return set_member_source(owner, name, [value = std::move(value)] { return value; });
}

Result<void> Health::set_member_source(std::string_view owner, std::string_view name,
                                       MemberSource source) {
  if (name.empty() || name == "status")
    return Error{Code::conflict,
                 "the member \"" + std::string(name) + "\" of /health is the host's",
                 std::string(name)};
  std::lock_guard lock(mutex_);
  Member& member = members_[std::string(name)];
  if (!member.owner.empty() && member.owner != owner)
    return Error{Code::conflict,
                 "the member \"" + std::string(name) + "\" of /health belongs to \"" +
                     member.owner + "\", so \"" + std::string(owner) + "\" cannot set it",
                 std::string(name)};
  member = {std::string(owner), std::move(source)};
  return {};
}

void Health::remove_members(std::string_view owner) {
  std::lock_guard lock(mutex_);
  std::erase_if(members_, [&](const auto& entry) { return entry.second.owner == owner; });
}

void Health::declare(std::string_view part, bool required) {
  std::lock_guard lock(mutex_);
  if (const auto known = parts_.find(part); known != parts_.end())
    known->second.required = required;
  else
    parts_.emplace(part, Part{required, HealthState::failed, "has not reported yet", now_()});
}

void Health::report(std::string_view part, HealthState state, std::string_view reason) {
  std::lock_guard lock(mutex_);
  auto known = parts_.find(part);
  const bool is_new = known == parts_.end();
  if (is_new) known = parts_.emplace(part, Part{}).first;
  if (is_new || known->second.state != state) known->second.since = now_();
  known->second.state = state;
  known->second.reason = reason;
}

void Health::remove(std::string_view part) {
  std::lock_guard lock(mutex_);
  if (const auto known = parts_.find(part); known != parts_.end()) parts_.erase(known);
}

boost::json::object Health::health() const {
  std::vector<std::pair<std::string, MemberSource>> sources;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [name, member] : members_) sources.emplace_back(name, member.source);
  }
  boost::json::object body{{"status", "ok"}};
  // Sources belong to others: they run without the lock, and their failure is theirs.
  for (const auto& [name, source] : sources) {
    try {
      body[name] = source();
    } catch (const std::exception&) {
      body[name] = nullptr;
    }
  }
  return body;
}

Health::Readiness Health::ready() const {
  Readiness out;
  bool all_ok = true;
  boost::json::array parts;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [name, part] : parts_) {
      if (part.required && part.state == HealthState::failed) out.ready = false;
      if (part.state != HealthState::ok) all_ok = false;
      boost::json::object shown{
          {"name", name}, {"state", to_string(part.state)}, {"required", part.required}};
      if (!part.reason.empty()) shown["reason"] = part.reason;
      shown["since"] = rfc3339(part.since);
      parts.push_back(std::move(shown));
    }
  }
  out.body["status"] = !out.ready ? "not_ready" : all_ok ? "ready" : "degraded";
  out.body["parts"] = std::move(parts);
  return out;
}

}  // namespace tenon::observe
