// tenon.bridge.capability/1 (draft: may change with every release): what an agent can do. One
// plugin may provide several capabilities.
//
// A message interface. Methods:
//   describe  {}   -> CapabilityList  names, schemas and costs; advertised when the agent registers
//   perform   Task -> Outcome         does one task
// A task may be delivered more than once, with the same task_id: perform has its effect once. The
// call's deadline is the task's; a call that is cancelled ends soon with TN_E_CANCELLED. Long work
// reports its progress (tenon/progress.hpp). An error of the call is a task that failed: `invalid`
// for a payload that the schema cannot express as wrong, `unavailable` for what may be tried again.
// The host checks payloads against the schema, charges the credits, and gives them back on failure.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tenon/json.hpp"

namespace tenon::bridge {

inline constexpr char kCapabilityInterface[] = "tenon.bridge.capability/1";
inline constexpr char kCapabilityVersion[] = "1.0.0";

struct Capability {
  std::string name;  // "agent.verb": ^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$
  std::string description;
  boost::json::object payload;  // JSON Schema
  boost::json::object result;   // JSON Schema
  int64_t credits = 0;          // what one task costs
};
BOOST_DESCRIBE_STRUCT(Capability, (), (name, description, payload, result, credits))

struct CapabilityList {
  std::vector<Capability> capabilities;
};
BOOST_DESCRIBE_STRUCT(CapabilityList, (), (capabilities))

struct Task {
  std::string task_id;  // UUID
  std::string action;   // the capability's name
  boost::json::object payload;
  std::string trace_id;
  std::string requested_by;
};
BOOST_DESCRIBE_STRUCT(Task, (), (task_id, action, payload, trace_id, requested_by))

struct Outcome {
  boost::json::object result;
};
BOOST_DESCRIBE_STRUCT(Outcome, (), (result))

}  // namespace tenon::bridge
