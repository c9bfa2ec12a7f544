#include "host/config/schema_walker.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "host/config/nearest.hpp"
#include "host/config/schema_words.hpp"
#include "host/config/utf8.hpp"

namespace tenon::config {

namespace {

constexpr std::size_t kMaxIssues = 100;
constexpr std::size_t kMaxSteps = 20'000'000;
constexpr std::size_t kMaxDepth = 256;

bool is_multiple(long double number, long double of) {
  if (std::fmod(number, of) == 0) return true;
  // Decimal fractions such as 0.01 have no exact binary form: allow for their rounding.
  long double ratio = number / of;
  return std::trunc(of) != of && std::fabs(ratio) < 1e15L &&
         std::fabs(ratio - std::round(ratio)) < 1e-9L;
}

}  // namespace

Problems SchemaWalker::problems(const SchemaNode& schema, const ValueView& value) {
  Sink sink;
  check(schema, value, root(), sink);
  if (exhausted_)
    fail(sink, value.mark(), root(), "the value is too large or too deep to be validated");
  Problems out;
  for (Issue& issue : sink.issues) out.push_back(std::move(issue.problem));
  return out;
}

bool SchemaWalker::holds(const SchemaNode& schema, const ValueView& value) {
  return passes(schema, value, root());
}

void SchemaWalker::check(const SchemaNode& schema, const ValueView& value, const Place& place,
                         Sink& sink) {
  if (value.broken() || done(sink)) return;
  if (++steps_ > kMaxSteps || depth_ >= kMaxDepth) {
    exhausted_ = true;
    sink.failed = true;
    return;
  }
  ++depth_;
  if (schema.write_only && !place.hide) {
    Place hidden = place;
    hidden.hide = true;
    check_here(schema, value, hidden, sink);
  } else {
    check_here(schema, value, place, sink);
  }
  --depth_;
}

void SchemaWalker::check_here(const SchemaNode& schema, const ValueView& value, const Place& place,
                              Sink& sink) {
  if (schema.always) {
    if (!*schema.always) fail(sink, value.mark(), place, "no value is allowed here");
    return;
  }
  Kind kind = value.kind();
  bool wrong_type = schema.types != 0 && (schema.types & bit(kind)) == 0;
  if (wrong_type && sink.quiet) {
    sink.failed = true;
    return;
  }
  if (wrong_type)
    return fail(sink, value.mark(), place,
                "found " + value.describe(place.hide) + ", expected " + type_words(schema.types),
                boolean_suggestion(schema.types, value, place.hide), Cause::type, schema.types);
  if (schema.has_allowed && schema.canonical.count(canonical_text(value)) == 0) {
    std::vector<std::string_view> words;
    for (std::string_view word : schema.allowed)
      if (word.size() > 2 && word.front() == '"') words.push_back(word.substr(1, word.size() - 2));
    bool told = kind == Kind::string && !place.hide && !value.secret();
    return fail(sink, value.mark(), place,
                "found " + value.describe(place.hide) + ", expected " +
                    (schema.allowed.size() > 1 ? "one of " : "") + join(schema.allowed, ", "),
                told ? nearest(value.string(), words) : "", Cause::value);
  }
  if (kind == Kind::integer || kind == Kind::number) check_number(schema, value, place, sink);
  if (kind == Kind::string) check_string(schema, value, place, sink);
  if (kind == Kind::list) check_list(schema, value, place, sink);
  if (kind == Kind::map) check_map(schema, value, place, sink);

  if (schema.ref) check(*schema.ref, value, place, sink);
  for (const SchemaNode* part : schema.all_of) check(*part, value, place, sink);
  if (!schema.any_of.empty()) check_any_of(schema.any_of, value, place, sink);
  if (!schema.one_of.empty()) check_one_of(schema.one_of, value, place, sink);
  if (schema.negated && passes(*schema.negated, value, place))
    fail(sink, value.mark(), place,
         "found " + value.describe(place.hide) + ", which is excluded (\"not\") here");
  if (schema.condition) {
    bool holds = passes(*schema.condition, value, place);
    const SchemaNode* branch = holds ? schema.then_branch : schema.else_branch;
    if (branch) check(*branch, value, place, sink);
  }
}

void SchemaWalker::check_number(const SchemaNode& schema, const ValueView& value,
                                const Place& place, Sink& sink) {
  long double number = value.number();
  auto expect = [&](bool good, const char* relation, const std::optional<long double>& bound) {
    if (!good)
      fail(sink, value.mark(), place,
           "found " + value.describe(place.hide) + ", expected " + relation + " " +
               number_text(*bound));
  };
  expect(!schema.minimum || number >= *schema.minimum, "at least", schema.minimum);
  expect(!schema.maximum || number <= *schema.maximum, "at most", schema.maximum);
  expect(!schema.exclusive_minimum || number > *schema.exclusive_minimum, "more than",
         schema.exclusive_minimum);
  expect(!schema.exclusive_maximum || number < *schema.exclusive_maximum, "less than",
         schema.exclusive_maximum);
  expect(!schema.multiple_of || is_multiple(number, *schema.multiple_of), "a multiple of",
         schema.multiple_of);
}

void SchemaWalker::check_string(const SchemaNode& schema, const ValueView& value,
                                const Place& place, Sink& sink) {
  std::string_view text = value.string();
  auto refuse = [&](const std::string& expected) {
    fail(sink, value.mark(), place,
         "found " + value.describe(place.hide) + ", expected " + expected);
  };
  if (schema.min_length || schema.max_length) {
    std::size_t length = count_code_points(text);
    std::string told =
        place.hide || value.secret() ? "" : " (it has " + std::to_string(length) + ")";
    if (schema.min_length && length < *schema.min_length)
      refuse("at least " + count_words(*schema.min_length, "character") + told);
    if (schema.max_length && length > *schema.max_length)
      refuse("at most " + count_words(*schema.max_length, "character") + told);
  }
  if (schema.pattern && !schema.pattern->matches(text))
    refuse("text that matches the pattern " + schema.pattern->text);
  if (schema.format && !schema.format->check(text)) refuse(schema.format->expected);
}

void SchemaWalker::check_list(const SchemaNode& schema, const ValueView& value, const Place& place,
                              Sink& sink) {
  auto refuse = [&](const char* relation, std::size_t count) {
    fail(sink, value.mark(), place,
         "found " + value.describe(false) + ", expected " + relation + " " +
             count_words(count, "item"));
  };
  if (schema.min_items && value.size() < *schema.min_items) refuse("at least", *schema.min_items);
  if (schema.max_items && value.size() > *schema.max_items) refuse("at most", *schema.max_items);
  if (schema.unique_items) check_unique(value, place, sink);
  if (schema.contains) check_contains(schema, value, place, sink);
  for (std::size_t i = 0; i < value.size(); ++i) {
    const SchemaNode* item = i < schema.prefix_items.size() ? schema.prefix_items[i] : schema.items;
    if (!item) break;
    Place inner{&place, {}, i, true, place.hide};
    if (item->always == false)
      fail(sink, value.item(i).mark(), inner,
           "found one item too many, expected at most " + count_words(i, "item"));
    else
      check(*item, value.item(i), inner, sink);
  }
}

void SchemaWalker::check_contains(const SchemaNode& schema, const ValueView& value,
                                  const Place& place, Sink& sink) {
  std::size_t matches = 0;
  for (std::size_t i = 0; i < value.size(); ++i)
    if (passes(*schema.contains, value.item(i), Place{&place, {}, i, true, place.hide})) ++matches;
  std::size_t least = schema.min_contains.value_or(1);
  std::string found = "found " + count_words(matches, "item") + " of the wanted form, expected ";
  if (matches < least) fail(sink, value.mark(), place, found + "at least " + std::to_string(least));
  if (schema.max_contains && matches > *schema.max_contains)
    fail(sink, value.mark(), place, found + "at most " + std::to_string(*schema.max_contains));
}

void SchemaWalker::check_unique(const ValueView& value, const Place& place, Sink& sink) {
  std::unordered_map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < value.size(); ++i) {
    auto [first, inserted] = seen.emplace(canonical_text(value.item(i)), i);
    if (!inserted)
      fail(sink, value.item(i).mark(), Place{&place, {}, i, true, place.hide},
           "found the same value as item [" + std::to_string(first->second) +
               "], expected all items to differ");
  }
}

void SchemaWalker::check_map(const SchemaNode& schema, const ValueView& value, const Place& place,
                             Sink& sink) {
  auto refuse = [&](const char* relation, std::size_t count) {
    fail(sink, value.mark(), place,
         "found " + value.describe(false) + ", expected " + relation + " " +
             count_words(count, "entry"));
  };
  std::size_t count = value.entry_count();
  if (schema.min_properties && count < *schema.min_properties)
    refuse("at least", *schema.min_properties);
  if (schema.max_properties && count > *schema.max_properties)
    refuse("at most", *schema.max_properties);
  check_required(schema, value, place, sink);
  for (std::size_t i = 0; i < count && !done(sink); ++i) check_entry(schema, value, i, place, sink);
}

void SchemaWalker::check_required(const SchemaNode& schema, const ValueView& value,
                                  const Place& place, Sink& sink) {
  for (const std::string& name : schema.required)
    if (!value.has(name))
      fail(sink, value.mark(), place, "the key " + in_quotes(name) + " is missing");
  for (const DependentRequired& rule : schema.dependent_required) {
    if (!value.has(rule.name)) continue;
    for (const std::string& name : rule.required)
      if (!value.has(name))
        fail(
            sink, value.mark(), place,
            "the key " + in_quotes(name) + " is missing, which " + in_quotes(rule.name) + " needs");
  }
}

void SchemaWalker::check_entry(const SchemaNode& schema, const ValueView& map, std::size_t index,
                               const Place& place, Sink& sink) {
  std::string_view key = map.entry_key(index);
  Place inner{&place, key, 0, false, place.hide};
  if (schema.property_names) check_key_name(schema, map, index, inner, sink);
  bool known = false;
  auto property = schema.property_index.find(key);
  if (property != schema.property_index.end()) {
    known = true;
    check(*property->second, map.entry_value(index), inner, sink);
  }
  for (const PatternProperty& candidate : schema.pattern_properties) {
    if (!candidate.pattern.matches(key)) continue;
    known = true;
    check(*candidate.schema, map.entry_value(index), inner, sink);
  }
  if (known || !schema.additional_properties) return;
  if (schema.additional_properties->always == false)
    report_unknown_key(schema, map, index, inner, sink);
  else
    check(*schema.additional_properties, map.entry_value(index), inner, sink);
}

void SchemaWalker::check_key_name(const SchemaNode& schema, const ValueView& map, std::size_t index,
                                  const Place& place, Sink& sink) {
  Node name;
  name.value = std::string(map.entry_key(index));
  name.mark = map.entry_key_mark(index);
  Sink inner{sink.quiet};
  check(*schema.property_names, ValueView(name), place, inner);
  sink.failed = sink.failed || inner.failed;
  for (Issue& issue : inner.issues) {
    issue.problem.message = "as a key, " + issue.problem.message;
    sink.issues.push_back(std::move(issue));
  }
}

void SchemaWalker::report_unknown_key(const SchemaNode& schema, const ValueView& map,
                                      std::size_t index, const Place& place, Sink& sink) {
  if (sink.quiet) {
    sink.failed = true;
    return;
  }
  std::vector<std::string> allowed;
  std::vector<std::string_view> absent;
  for (const Property& property : schema.properties) {
    allowed.push_back(property.name);
    if (!map.has(property.name)) absent.push_back(property.name);
  }
  for (const PatternProperty& property : schema.pattern_properties)
    allowed.push_back("keys that match " + property.pattern.text);
  std::string message = allowed.empty() ? "unknown key, expected no keys here"
                                        : "unknown key, expected " + join(allowed, " or ");
  fail(sink, map.entry_key_mark(index), place, std::move(message),
       nearest(map.entry_key(index), absent));
}

void SchemaWalker::check_any_of(const std::vector<const SchemaNode*>& branches,
                                const ValueView& value, const Place& place, Sink& sink) {
  for (const SchemaNode* branch : branches)
    if (passes(*branch, value, place)) return;
  report_no_branch(branches, value, place, sink);
}

void SchemaWalker::check_one_of(const std::vector<const SchemaNode*>& branches,
                                const ValueView& value, const Place& place, Sink& sink) {
  std::vector<std::string> matching;
  for (std::size_t i = 0; i < branches.size(); ++i)
    if (passes(*branches[i], value, place)) matching.push_back(std::to_string(i + 1));
  if (matching.size() == 1) return;
  if (matching.empty()) return report_no_branch(branches, value, place, sink);
  fail(sink, value.mark(), place,
       "found " + value.describe(place.hide) + ", which fits the forms " + join(matching, " and ") +
           " of " + std::to_string(branches.size()) + ", expected it to fit exactly one");
}

// Tells the problems of the branch that the writer most likely meant: the one whose type and fixed
// values fit, then the one with the fewest problems. Where the type fits none, all types are told.
void SchemaWalker::report_no_branch(const std::vector<const SchemaNode*>& branches,
                                    const ValueView& value, const Place& place, Sink& sink) {
  sink.failed = true;
  if (sink.quiet) return;
  std::size_t best_cost = 0;
  std::vector<Issue> best;
  bool only_types = true;
  unsigned types = 0;
  std::string path = path_of(place);
  for (const SchemaNode* branch : branches) {
    Sink inner;
    check(*branch, value, place, inner);
    std::size_t cost = 0;
    bool wrong_type = false;
    for (const Issue& issue : inner.issues) {
      bool here = issue.cause == Cause::type && issue.problem.path == path;
      if (here) types |= issue.types;
      wrong_type = wrong_type || here;
      cost += here ? 10'000 : issue.cause == Cause::value ? 100 : 1;
    }
    only_types = only_types && wrong_type;
    if (inner.issues.empty()) continue;
    if (best.empty() || cost < best_cost) {
      best_cost = cost;
      best = std::move(inner.issues);
    }
  }
  if (only_types && types != 0)
    return fail(sink, value.mark(), place,
                "found " + value.describe(place.hide) + ", expected " + type_words(types),
                boolean_suggestion(types, value, place.hide), Cause::type, types);
  if (best.empty())
    return fail(sink, value.mark(), place,
                "found " + value.describe(place.hide) + ", which fits none of the allowed forms");
  for (Issue& issue : best)
    if (!done(sink)) sink.issues.push_back(std::move(issue));
}

bool SchemaWalker::passes(const SchemaNode& schema, const ValueView& value, const Place& place) {
  Sink quiet{true};
  check(schema, value, place, quiet);
  return !quiet.failed;
}

bool SchemaWalker::done(const Sink& sink) const {
  return exhausted_ || (sink.quiet ? sink.failed : sink.issues.size() >= kMaxIssues);
}

void SchemaWalker::fail(Sink& sink, const Mark& mark, const Place& place, std::string message,
                        std::string suggestion, Cause cause, unsigned types) {
  sink.failed = true;
  if (sink.quiet || sink.issues.size() >= kMaxIssues + 1) return;
  Issue issue;
  issue.problem = {mark, path_of(place), std::move(message), std::move(suggestion)};
  issue.cause = cause;
  issue.types = types;
  sink.issues.push_back(std::move(issue));
}

std::string SchemaWalker::path_of(const Place& place) const {
  if (!place.parent) return root_path_;
  std::string parent = path_of(*place.parent);
  return place.is_index ? child_path(parent, place.index) : child_path(parent, place.key);
}

}  // namespace tenon::config
