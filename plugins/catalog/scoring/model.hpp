// A scorer as a declaration: rules of points and terms over FeatureColumns. Because rules are
// declared, the engine can find the best candidates through indexes and needs no pair-wise calls.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "tenon/result.hpp"

namespace tenon::catalog {

enum class Kind : std::uint8_t { necessity, accessory, related };
inline constexpr int kind_count = 3;

const char* to_string(Kind kind);
Result<Kind> kind_from_string(std::string_view text);

// Fires for the pair (A, B) when every term holds. Fires at most once a pair.
struct Rule {
  std::string id;
  int points = 0;             // 1..1000, in hundredths
  std::uint64_t a_flags = 0;  // A has all of these
  std::uint64_t b_flags = 0;  // B has all of these
  std::uint32_t same = 0;     // bit i: A and B have the same value, not 0, in key column i
  bool shares = false;        // A and B have a family in common
  bool overlap = false;       // A's and B's tokens share half of the smaller set; neither is empty
  int within_percent = 0;     // both prices known, |a-b| <= percent/100 * max(a,b); 0: no such term
  bool provides = false;      // B provides something that A needs
  bool operator==(const Rule&) const = default;
};

struct Model {
  Kind kind = Kind::related;
  int threshold = 0;  // a pair is kept when its sum is strictly greater
  int limit = 0;      // how many are kept for one product
  std::vector<std::string> flags;
  std::vector<std::string> keys;
  std::vector<Rule> rules;
  bool operator==(const Model&) const = default;
};

boost::json::value model_to_json(const Model& model);
// The error's path is that of the member: "rules[2].points".
Result<Model> model_from_json(const boost::json::value& json);
// Limits: 64 flags, 8 keys, 64 rules, points 1..1000, percent 0..100, one percentage a model.
Result<void> check_model(const Model& model);

}  // namespace tenon::catalog
