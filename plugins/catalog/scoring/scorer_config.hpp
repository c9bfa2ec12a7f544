// The configuration of one scorer: its part of Rules. Whatever is left out keeps its default; a
// list replaces the default list whole, an entry of a map the entry of that name.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "catalog/scoring/model.hpp"
#include "catalog/scoring/rules.hpp"
#include "tenon/json.hpp"

namespace tenon::catalog {

using Words = std::optional<std::vector<std::string>>;
// In hundredths; 0 turns the rule off.
using Weight = std::optional<std::int64_t>;

struct ClassSettings {
  Words original;
  Words universal;

  static constexpr tenon::Field fields[] = {
      {.name = "original", .description = "Keywords in the source's own category"},
      {.name = "universal", .description = "Keywords in the universal category"}};
};
BOOST_DESCRIBE_STRUCT(ClassSettings, (), (original, universal))

struct SpecSettings {
  Words needs;
  Words provides;
  std::optional<bool> model_provided;
  std::optional<bool> model_needed;

  static constexpr tenon::Field fields[] = {
      {.name = "needs", .description = "Names of specifications that say what A needs"},
      {.name = "provides", .description = "Names of specifications that say what B provides"},
      {.name = "model_provided", .description = "B also provides its own model name"},
      {.name = "model_needed", .description = "A also needs its own model name"}};
};
BOOST_DESCRIBE_STRUCT(SpecSettings, (), (needs, provides, model_provided, model_needed))

// Rules from a scorer's configuration as JSON: members of Rules, and of the kind's own "weights",
// "threshold" and "limit". Errors have the configuration's paths.
Result<Rules> rules_from_settings(Kind kind, const boost::json::value& settings);
// The reverse; holds what other scorers use, too.
boost::json::value rules_to_settings(Kind kind, const Rules& rules);

// Everything in effect, in the shape of the configuration: it may be written into a deployment.
template <class Config>
Result<boost::json::value> effective_settings(Kind kind, const Rules& rules) {
  TN_TRY(const auto config,
         json::from_value<Config>(rules_to_settings(kind, rules), json::Mode::forward));
  return json::to_value(config);
}

}  // namespace tenon::catalog
