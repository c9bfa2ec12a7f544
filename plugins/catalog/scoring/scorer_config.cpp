#include "catalog/scoring/scorer_config.hpp"

#include <boost/json.hpp>

namespace tenon::catalog {

namespace bj = boost::json;

Result<Rules> rules_from_settings(Kind kind, const bj::value& settings) {
  bj::object rules = settings.as_object();
  bj::object own;
  for (const auto& [outside, inside] :
       {std::pair{"weights", "points"}, std::pair{"threshold", "threshold"},
        std::pair{"limit", "limit"}})
    if (const bj::value* found = rules.if_contains(outside)) {
      own[inside] = *found;
      rules.erase(outside);
    }
  const std::string name = to_string(kind);
  rules[name] = std::move(own);
  auto made = rules_from_json(rules);
  if (made.ok()) return made;
  Error error = std::move(made).error();
  if (error.path.starts_with(name + ".")) error.path.erase(0, name.size() + 1);
  if (error.path.starts_with("points")) error.path.replace(0, 6, "weights");
  return error;
}

bj::value rules_to_settings(Kind kind, const Rules& rules) {
  bj::object out = rules_to_json(rules).as_object();
  const bj::object own = out.at(to_string(kind)).as_object();
  out["weights"] = own.at("points");
  out["threshold"] = own.at("threshold");
  out["limit"] = own.at("limit");
  return out;
}

}  // namespace tenon::catalog
