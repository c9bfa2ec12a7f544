// tenon.admin.module/1 (draft: may change with every release): a part of the administration
// service, with routes under /v1/admin, cards on its dashboard and actions on the system.
//
// A message interface. Methods:
//   describe  {}          -> Module   permissions, cards and actions
//   cards     CardQuery   -> Cards    the figures of the dashboard
//   plan      ActionPlan  -> Plan     what an action would do; changes nothing
//   perform   Perform     -> Effect   does exactly what was planned
// Routes stand in the plugin's manifest, below /v1/admin/<id>, with the role that they need. The
// service authenticates, checks roles and flags, caches cards, and writes the audit. perform fails
// with `conflict` when `state` is no longer the one that was planned; it may be repeated with the
// same idempotency key of the call and has its effect once.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tenon/json.hpp"

namespace tenon::admin {

inline constexpr char kModuleInterface[] = "tenon.admin.module/1";
inline constexpr char kModuleVersion[] = "1.0.0";

enum class Role { user, viewer, editor, admin };
BOOST_DESCRIBE_ENUM(Role, user, viewer, editor, admin)

struct Card {
  std::string id;
  std::string title;
  Role role = Role::viewer;  // who may see it
  int64_t max_age_s = 300;   // how long its figures may be shown
};
BOOST_DESCRIBE_STRUCT(Card, (), (id, title, role, max_age_s))

struct Action {
  std::string id;  // "retry-batch"
  std::string title;
  Role role = Role::admin;
  boost::json::object input;  // JSON Schema
};
BOOST_DESCRIBE_STRUCT(Action, (), (id, title, role, input))

struct Module {
  std::string id;
  std::string title;
  std::optional<std::string> flag;  // the feature flag that hides all of it
  std::vector<Card> cards;
  std::vector<Action> actions;
};
BOOST_DESCRIBE_STRUCT(Module, (), (id, title, flag, cards, actions))

// Days in UTC, [start, end); absent: unbounded.
struct CardQuery {
  std::vector<std::string> cards;  // ids; empty: all
  std::optional<std::string> start_date;
  std::optional<std::string> end_date;

  static constexpr tenon::Field fields[] = {{.name = "cards", .optional = true}};
};
BOOST_DESCRIBE_STRUCT(CardQuery, (), (cards, start_date, end_date))

struct Cards {
  std::map<std::string, std::map<std::string, double>> cards;  // id -> figure -> value
};
BOOST_DESCRIBE_STRUCT(Cards, (), (cards))

struct ActionPlan {
  std::string action;
  boost::json::object input;
};
BOOST_DESCRIBE_STRUCT(ActionPlan, (), (action, input))

struct Plan {
  std::string state;  // of what the action touches; changes when that does
  int64_t rows = 0;
  std::vector<std::string> effects;  // for a person
};
BOOST_DESCRIBE_STRUCT(Plan, (), (state, rows, effects))

struct Perform {
  std::string action;
  boost::json::object input;
  std::string state;  // of the plan
};
BOOST_DESCRIBE_STRUCT(Perform, (), (action, input, state))

struct Effect {
  int64_t rows = 0;
  std::string summary;
};
BOOST_DESCRIBE_STRUCT(Effect, (), (rows, summary))

}  // namespace tenon::admin
