#include <algorithm>
#include <boost/json.hpp>
#include <functional>

#include "catalog/scoring/rules.hpp"

namespace tenon::catalog {
namespace {

namespace json = boost::json;

Error wrong(const std::string& path, std::string message) {
  return {Code::invalid, std::move(message), path};
}

Result<void> read(const json::value& value, const std::string& path, int& out) {
  const std::int64_t* number = value.if_int64();
  if (number == nullptr || *number < 0 || *number > 1'000'000)
    return wrong(path, "must be an integer from 0 to 1000000, not " + json::serialize(value));
  out = static_cast<int>(*number);
  return {};
}

Result<void> read(const json::value& value, const std::string& path, bool& out) {
  if (!value.is_bool()) return wrong(path, "must be true or false, not " + json::serialize(value));
  out = value.get_bool();
  return {};
}

Result<void> read(const json::value& value, const std::string& path,
                  std::vector<std::string>& out) {
  if (!value.is_array()) return wrong(path, "must be a list of texts");
  std::vector<std::string> texts;
  for (const json::value& item : value.get_array()) {
    if (!item.is_string())
      return wrong(path + "[" + std::to_string(texts.size()) + "]", "must be a text");
    texts.emplace_back(item.get_string());
  }
  out = std::move(texts);
  return {};
}

// One member of an object and where it goes.
struct Field {
  std::string name;
  std::function<Result<void>(const json::value&, const std::string&)> read;
};
template <class T>
Field field(std::string name, T& out);

Result<void> read_object(const json::value& value, const std::string& path,
                         const std::vector<Field>& fields) {
  if (!value.is_object()) return wrong(path, "must be an object");
  for (const auto& member : value.get_object()) {
    const std::string at = (path.empty() ? "" : path + ".") + std::string(member.key());
    const auto known = std::find_if(fields.begin(), fields.end(), [&](const Field& f) {
      return f.name == std::string_view(member.key().data(), member.key().size());
    });
    if (known == fields.end()) {
      std::string allowed;
      for (const Field& f : fields) allowed += (allowed.empty() ? "" : ", ") + f.name;
      return wrong(at, "is not a known member; known are " + allowed);
    }
    TN_CHECK(known->read(member.value(), at));
  }
  return {};
}

Result<void> read(const json::value& value, const std::string& path, CategoryClass& out) {
  return read_object(value, path,
                     {field("original", out.original), field("universal", out.universal)});
}

Result<void> read(const json::value& value, const std::string& path, SpecGroup& out) {
  return read_object(
      value, path,
      {field("needs", out.needs), field("provides", out.provides),
       field("model_provided", out.model_provided), field("model_needed", out.model_needed)});
}

template <class T>
Result<void> read(const json::value& value, const std::string& path,
                  std::map<std::string, T>& out) {
  if (!value.is_object()) return wrong(path, "must be an object");
  for (const auto& member : value.get_object())
    TN_CHECK(read(member.value(), path + "." + std::string(member.key()),
                  out[std::string(member.key())]));
  return {};
}

// Points go by fixed names, and 0 turns a rule off.
Result<void> read_points(const json::value& value, const std::string& path,
                         std::map<std::string, int>& out) {
  std::vector<Field> fields;
  for (auto& [name, points] : out) fields.push_back(field(name, points));
  TN_CHECK(read_object(value, path, fields));
  for (const auto& [name, points] : out)
    if (points > 1000) return wrong(path + "." + name, "must be at most 1000");
  return {};
}

Result<void> read(const json::value& value, const std::string& path, KindRules& out) {
  return read_object(value, path,
                     {field("threshold", out.threshold),
                      field("limit", out.limit),
                      {"points", [&out](const json::value& points, const std::string& at) {
                         return read_points(points, at, out.points);
                       }}});
}

template <class T>
Field field(std::string name, T& out) {
  return {std::move(name),
          [&out](const json::value& value, const std::string& at) { return read(value, at, out); }};
}

// Maps whose names have a fixed meaning.
template <class T>
Field fixed_map(std::string name, std::map<std::string, T>& out) {
  return {std::move(name), [&out](const json::value& value, const std::string& at) {
            std::vector<Field> fields;
            for (auto& [key, entry] : out) fields.push_back(field(key, entry));
            return read_object(value, at, fields);
          }};
}

json::value to_json(const KindRules& kind) {
  return json::object{{"threshold", kind.threshold},
                      {"limit", kind.limit},
                      {"points", json::value_from(kind.points)}};
}

}  // namespace

json::value rules_to_json(const Rules& rules) {
  json::object classes, specs;
  for (const auto& [name, entry] : rules.classes)
    classes[name] = json::object{{"original", json::value_from(entry.original)},
                                 {"universal", json::value_from(entry.universal)}};
  for (const auto& [name, group] : rules.specs)
    specs[name] = json::object{{"needs", json::value_from(group.needs)},
                               {"provides", json::value_from(group.provides)},
                               {"model_provided", group.model_provided},
                               {"model_needed", group.model_needed}};
  return json::object{{"words", json::value_from(rules.words)},
                      {"classes", std::move(classes)},
                      {"families", json::value_from(rules.families)},
                      {"stop_words", json::value_from(rules.stop_words)},
                      {"specs", std::move(specs)},
                      {"price_within_percent", rules.price_within_percent},
                      {"necessity", to_json(rules.necessity)},
                      {"accessory", to_json(rules.accessory)},
                      {"related", to_json(rules.related)}};
}

Result<Rules> rules_from_json(const json::value& value) {
  Rules rules = default_rules();
  TN_CHECK(read_object(
      value, "",
      {fixed_map("words", rules.words), fixed_map("classes", rules.classes),
       field("families", rules.families), field("stop_words", rules.stop_words),
       field("specs", rules.specs), field("price_within_percent", rules.price_within_percent),
       field("necessity", rules.necessity), field("accessory", rules.accessory),
       field("related", rules.related)}));
  if (rules.price_within_percent > 100)
    return wrong("price_within_percent", "must be from 0 to 100");
  if (rules.families.size() > 64) return wrong("families", "at most 64 families are allowed");
  for (const auto& [name, kind] :
       std::map<std::string, const KindRules*>{{"necessity", &rules.necessity},
                                               {"accessory", &rules.accessory},
                                               {"related", &rules.related}})
    if (kind->limit > 1000) return wrong(name + ".limit", "must be at most 1000");
  return rules;
}

}  // namespace tenon::catalog
