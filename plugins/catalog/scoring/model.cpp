#include "catalog/scoring/model.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

namespace tenon::catalog {
namespace {

namespace json = boost::json;

json::array names_of(std::uint64_t mask, const std::vector<std::string>& names) {
  json::array out;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (mask >> i & 1) out.emplace_back(names[i]);
  return out;
}

json::object rule_to_json(const Rule& rule, const Model& model) {
  json::object out{{"id", rule.id}, {"points", rule.points}};
  if (rule.a_flags != 0) out["a"] = names_of(rule.a_flags, model.flags);
  if (rule.b_flags != 0) out["b"] = names_of(rule.b_flags, model.flags);
  if (rule.same != 0) out["same"] = names_of(rule.same, model.keys);
  if (rule.shares) out["shares"] = true;
  if (rule.overlap) out["overlap"] = true;
  if (rule.within_percent != 0) out["within_percent"] = rule.within_percent;
  if (rule.provides) out["provides"] = true;
  return out;
}

Error wrong(std::string path, std::string message) {
  return {Code::invalid, std::move(message), std::move(path)};
}

// Reads members of one JSON object, and remembers which, so that unknown ones can be refused.
class Reader {
 public:
  Reader(const json::object& object, std::string path)
      : object_(object), path_(path.empty() ? "" : path + ".") {}

  Result<int> integer(const char* name, int fallback, int least, int most) {
    const json::value* value = member(name);
    if (value == nullptr) return fallback;
    const std::int64_t* number = value->if_int64();
    if (number == nullptr || *number < least || *number > most)
      return wrong(path_ + name, "must be an integer from " + std::to_string(least) + " to " +
                                     std::to_string(most) + ", not " + json::serialize(*value));
    return static_cast<int>(*number);
  }
  Result<bool> boolean(const char* name) {
    const json::value* value = member(name);
    if (value == nullptr) return false;
    if (!value->is_bool())
      return wrong(path_ + name, "must be true or false, not " + json::serialize(*value));
    return value->get_bool();
  }
  Result<std::string> text(const char* name) {
    const json::value* value = member(name);
    if (value == nullptr || !value->is_string() || value->get_string().empty())
      return wrong(path_ + name, "must be a text that is not empty");
    return std::string(value->get_string());
  }
  Result<std::vector<std::string>> texts(const char* name) {
    std::vector<std::string> out;
    const json::value* value = member(name);
    if (value == nullptr) return out;
    if (!value->is_array()) return wrong(path_ + name, "must be a list of texts");
    for (const json::value& item : value->get_array()) {
      if (!item.is_string()) return wrong(path_ + name, "must be a list of texts");
      out.emplace_back(item.get_string());
    }
    return out;
  }
  Result<std::uint64_t> mask(const char* name, const std::vector<std::string>& names) {
    TN_TRY(const auto chosen, texts(name));
    std::uint64_t out = 0;
    for (const std::string& text : chosen) {
      const auto found = std::find(names.begin(), names.end(), text);
      if (found == names.end())
        return wrong(path_ + name, "names \"" + text + "\", which the model does not declare");
      out |= std::uint64_t{1} << (found - names.begin());
    }
    return out;
  }
  const json::value* member(const char* name) {
    seen_.insert(name);
    return object_.if_contains(name);
  }
  Result<void> done() const {
    for (const auto& member : object_)
      if (seen_.count(std::string(member.key())) == 0)
        return wrong(path_ + std::string(member.key()), "is not a known member");
    return {};
  }

 private:
  const json::object& object_;
  std::string path_;
  std::set<std::string> seen_;
};

Result<Rule> rule_from_json(const json::value& value, const Model& model, std::string path) {
  if (!value.is_object()) return wrong(path, "must be an object");
  Reader read(value.get_object(), std::move(path));
  Rule rule;
  TN_TRY(rule.id, read.text("id"));
  TN_TRY(rule.points, read.integer("points", 0, 1, 1000));
  TN_TRY(rule.a_flags, read.mask("a", model.flags));
  TN_TRY(rule.b_flags, read.mask("b", model.flags));
  TN_TRY(const auto same, read.mask("same", model.keys));
  rule.same = static_cast<std::uint32_t>(same);
  TN_TRY(rule.shares, read.boolean("shares"));
  TN_TRY(rule.overlap, read.boolean("overlap"));
  TN_TRY(rule.within_percent, read.integer("within_percent", 0, 0, 100));
  TN_TRY(rule.provides, read.boolean("provides"));
  TN_CHECK(read.done());
  return rule;
}

}  // namespace

const char* to_string(Kind kind) {
  switch (kind) {
    case Kind::necessity:
      return "necessity";
    case Kind::accessory:
      return "accessory";
    case Kind::related:
      break;
  }
  return "related";
}

Result<Kind> kind_from_string(std::string_view text) {
  for (const Kind kind : {Kind::necessity, Kind::accessory, Kind::related})
    if (text == to_string(kind)) return kind;
  return wrong("kind",
               "must be necessity, accessory or related, not \"" + std::string(text) + "\"");
}

json::value model_to_json(const Model& model) {
  json::array rules;
  for (const Rule& rule : model.rules) rules.push_back(rule_to_json(rule, model));
  return json::object{{"kind", to_string(model.kind)},
                      {"threshold", model.threshold},
                      {"limit", model.limit},
                      {"flags", json::value_from(model.flags)},
                      {"keys", json::value_from(model.keys)},
                      {"rules", std::move(rules)}};
}

Result<Model> model_from_json(const json::value& value) {
  if (!value.is_object()) return wrong("", "a model must be an object");
  Reader read(value.get_object(), "");
  Model model;
  TN_TRY(const auto kind, read.text("kind"));
  TN_TRY(model.kind, kind_from_string(kind));
  TN_TRY(model.threshold, read.integer("threshold", 0, 0, 1'000'000));
  TN_TRY(model.limit, read.integer("limit", 0, 0, 1000));
  TN_TRY(model.flags, read.texts("flags"));
  TN_TRY(model.keys, read.texts("keys"));
  TN_CHECK(check_model(model));
  const json::value* rules = read.member("rules");
  if (rules == nullptr || !rules->is_array()) return wrong("rules", "must be a list");
  for (std::size_t i = 0; i < rules->get_array().size(); ++i) {
    TN_TRY(auto rule,
           rule_from_json(rules->get_array()[i], model, "rules[" + std::to_string(i) + "]"));
    model.rules.push_back(std::move(rule));
  }
  TN_CHECK(read.done());
  TN_CHECK(check_model(model));
  return model;
}

Result<void> check_model(const Model& model) {
  if (model.flags.size() > 64) return wrong("flags", "at most 64 flags are allowed");
  if (model.keys.size() > 8) return wrong("keys", "at most 8 keys are allowed");
  if (model.rules.size() > 64) return wrong("rules", "at most 64 rules are allowed");
  int percent = 0;
  for (std::size_t i = 0; i < model.rules.size(); ++i) {
    const Rule& rule = model.rules[i];
    const std::string path = "rules[" + std::to_string(i) + "]";
    if (rule.points < 1 || rule.points > 1000)
      return wrong(path + ".points", "must be from 1 to 1000");
    if (rule.within_percent < 0 || rule.within_percent > 100)
      return wrong(path + ".within_percent", "must be from 0 to 100");
    if (rule.within_percent != 0 && percent != 0 && rule.within_percent != percent)
      return wrong(path + ".within_percent", "must be the same in all rules of a model");
    percent = std::max(percent, rule.within_percent);
  }
  return {};
}

}  // namespace tenon::catalog
