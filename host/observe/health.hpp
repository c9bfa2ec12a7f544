// What /health and /ready say.
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "tenon/result.hpp"

namespace tenon::observe {

enum class HealthState { ok, degraded, failed };
std::string_view to_string(HealthState state);

// [any thread] throughout.
class Health {
 public:
  // Makes the value of a member when /health is asked for; may be slow or throw (the member is then
  // null), and is called from several threads at once.
  using MemberSource = std::function<boost::json::value()>;
  // The clock that "since" is read from.
  using Now = std::function<std::chrono::system_clock::time_point()>;

  Health() : Health([] { return std::chrono::system_clock::now(); }) {}
  explicit Health(Now now) : now_(std::move(now)) {}

  // Adds a member to /health. Code::conflict for "status" and for another owner's member; its own
  // is replaced.
  Result<void> set_member(std::string_view owner, std::string_view name, boost::json::value value);
  Result<void> set_member_source(std::string_view owner, std::string_view name,
                                 MemberSource source);
  void remove_members(std::string_view owner);

  // Names a part of readiness; until it reports it counts as failed. A part that is known keeps its
  // state and takes the new `required`.
  void declare(std::string_view part, bool required);
  // Reports a part (not required when it was never declared). "since" moves only when the state
  // changes.
  void report(std::string_view part, HealthState state, std::string_view reason = {});
  void remove(std::string_view part);

  // {"status":"ok", ...members}: the process answers, whatever its parts do.
  boost::json::object health() const;

  struct Readiness {
    bool ready = true;  // false: answer 503
    boost::json::object body;
  };
  // Ready unless a required part has failed. The body:
  // {"status": "ready" | "degraded" | "not_ready",
  //  "parts": [{"name", "state", "required", "reason"?, "since"}]}, parts by name.
  // "degraded": ready, but some part is not ok.
  Readiness ready() const;

 private:
  struct Member {
    std::string owner;
    MemberSource source;
  };
  struct Part {
    bool required = false;
    HealthState state = HealthState::failed;
    std::string reason;
    std::chrono::system_clock::time_point since;
  };
  const Now now_;
  mutable std::mutex mutex_;
  std::map<std::string, Member, std::less<>> members_;  // guarded by mutex_
  std::map<std::string, Part, std::less<>> parts_;      // guarded by mutex_
};

}  // namespace tenon::observe
