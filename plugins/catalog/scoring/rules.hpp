// Everything that decides relationship scores: words, classes, families, weights, thresholds and
// limits. The defaults are those of the catalog's documentation; YAML may replace any member.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::catalog {

// A product is in the class when its category holds one of the keywords as whole words.
struct CategoryClass {
  std::vector<std::string> original;   // keywords in the original category
  std::vector<std::string> universal;  // keywords in the universal category
};

// Specs by which one product can need what another provides. Keys are compared folded; a value is
// split at , ; / | and line ends, and each part is compared by its words.
struct SpecGroup {
  std::vector<std::string> needs;     // keys of A's specs
  std::vector<std::string> provides;  // keys of B's specs
  // What B provides (or A needs) also holds the product's own model name: its name without the
  // brand's words.
  bool model_provided = false;
  bool model_needed = false;
};

struct KindRules {
  int threshold = 0;  // kept when the sum is strictly greater
  int limit = 0;
  std::map<std::string, int> points;  // by rule
};

struct Rules {
  std::map<std::string, std::vector<std::string>> words;  // power, cable, mounting, case, stand
  // consumes_power, audio, needs_mounting, instrument, accessories
  std::map<std::string, CategoryClass> classes;
  std::map<std::string, std::vector<std::string>> families;  // at most 64
  std::vector<std::string> stop_words;
  std::map<std::string, SpecGroup> specs;
  int price_within_percent = 0;
  KindRules necessity;
  KindRules accessory;
  KindRules related;
};

Rules default_rules();
// The complete effective set. rules_from_json(rules_to_json(r)) is r.
boost::json::value rules_to_json(const Rules& rules);
// Members that are absent keep their default; a member that is present replaces it whole, except in
// the three kinds and in the maps, where entries replace entries of the same name.
Result<Rules> rules_from_json(const boost::json::value& json);

}  // namespace tenon::catalog
