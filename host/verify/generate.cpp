#include "host/verify/generate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace tenon::verify {
namespace {

namespace js = boost::json;

constexpr unsigned kMaxDepth = 8;
constexpr uint64_t kLongest = 20'000;  // elements or characters, where the schema allows more

uint64_t count_of(const js::object& schema, const char* keyword, uint64_t otherwise) {
  const auto* found = schema.if_contains(keyword);
  if (!found || !found->is_number()) return otherwise;
  const double count = found->to_number<double>();
  return count < 0 ? 0 : static_cast<uint64_t>(std::min(count, 1e9));
}

// At the least, at the most, one more than the least, or in between.
uint64_t at_bounds(Random& random, uint64_t least, uint64_t most) {
  most = std::max(least, std::min(most, kLongest));
  switch (random.below(4)) {
    case 0:
      return least;
    case 1:
      return random.one_in(8) ? most : std::min(most, least + 8);
    case 2:
      return std::min(least + 1, most);
    default:
      return least + random.below(std::min<uint64_t>(most - least, 16) + 1);
  }
}

constexpr std::array<std::string_view, 10> kWords = {"a",
                                                     "Nova 61 MKII",
                                                     "0",
                                                     "null",
                                                     "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
                                                     "\xf0\x9f\x8e\xb9",
                                                     "\"quoted\\\"",
                                                     "line\nbreak\ttab",
                                                     "'; DROP TABLE x; --",
                                                     "../../etc/passwd"};

std::string of_format(const std::string& format, Random& random) {
  if (format == "date-time")
    return random.one_in(2) ? "2026-01-31T12:00:00Z" : "1970-01-01T00:00:00.999+14:00";
  if (format == "date") return random.one_in(2) ? "2024-02-29" : "0001-01-01";
  if (format == "time") return "23:59:59Z";
  if (format == "uri" || format == "iri") return "https://example.com/a?b=c#d";
  if (format == "uri-reference") return random.one_in(2) ? "../x?y" : "";
  if (format == "email") return "someone@example.com";
  if (format == "uuid") return "123e4567-e89b-12d3-a456-426614174000";
  if (format == "ipv4") return "127.0.0.1";
  if (format == "ipv6") return "::1";
  if (format == "hostname") return "example.com";
  if (format == "tenon-read-path" || format == "tenon-write-path") return "input.txt";
  return {};
}

}  // namespace

const js::value* Generator::resolve(std::string_view pointer) const {
  if (!pointer.starts_with('#')) return nullptr;
  boost::system::error_code failed;
  const auto* found = root_.find_pointer(pointer.substr(1), failed);
  return failed ? nullptr : found;
}

js::value Generator::make(const js::value& schema, unsigned depth) {
  const auto* object = schema.if_object();
  if (!object || depth > kMaxDepth) return object ? js::value(nullptr) : anything(depth);
  if (const auto* same = object->if_contains("const")) return *same;
  for (const char* keyword : {"enum", "examples"})
    if (const auto* all = object->if_contains(keyword);
        all && all->is_array() && !all->get_array().empty())
      // One of the enumerated always, an example often: it says what generated text cannot.
      if (std::string_view(keyword) == "enum" || random_.one_in(2))
        return all->get_array()[random_.below(all->get_array().size())];
  if (const auto* ref = object->if_contains("$ref"); ref && ref->is_string())
    if (const auto* target = resolve(std::string_view(ref->get_string())))
      return make(*target, depth + 1);
  for (const char* keyword : {"anyOf", "oneOf", "allOf"})
    if (const auto* all = object->if_contains(keyword);
        all && all->is_array() && !all->get_array().empty())
      return make(all->get_array()[random_.below(all->get_array().size())], depth + 1);
  const auto* type = object->if_contains("type");
  if (type && type->is_string()) return of_type(std::string(type->get_string()), *object, depth);
  if (type && type->is_array() && !type->get_array().empty()) {
    const auto& one = type->get_array()[random_.below(type->get_array().size())];
    if (one.is_string()) return of_type(std::string(one.get_string()), *object, depth);
  }
  if (object->if_contains("properties")) return make_object(*object, depth);
  return anything(depth);
}

js::value Generator::of_type(const std::string& type, const Object& schema, unsigned depth) {
  if (type == "object") return make_object(schema, depth);
  if (type == "array") return make_array(schema, depth);
  if (type == "string") return js::value(js::string(make_string(schema)));
  if (type == "integer") return make_number(schema, true);
  if (type == "number") return make_number(schema, random_.one_in(2));
  if (type == "boolean") return random_.one_in(2);
  return nullptr;
}

js::value Generator::make_object(const Object& schema, unsigned depth) {
  Object out;
  const auto is_required = [&](std::string_view name) {
    const auto* all = schema.if_contains("required");
    return all && all->is_array() &&
           std::any_of(all->get_array().begin(), all->get_array().end(), [&](const auto& one) {
             return one.is_string() && one.get_string() == name;
           });
  };
  const bool sparse = random_.one_in(3);
  if (const auto* properties = schema.if_contains("properties");
      properties && properties->is_object())
    for (const auto& member : properties->get_object())
      if (is_required(member.key()) || (!sparse && random_.below(4) != 0))
        out[member.key()] = make(member.value(), depth + 1);
  const auto* more = schema.if_contains("additionalProperties");
  if (more && more->is_object())
    for (uint64_t i = at_bounds(random_, 0, 4); i > 0; --i)
      out["key" + std::to_string(i)] = make(*more, depth + 1);
  return out;
}

js::value Generator::make_array(const Object& schema, unsigned depth) {
  js::array out;
  if (const auto* first = schema.if_contains("prefixItems"); first && first->is_array())
    for (const auto& one : first->get_array()) out.push_back(make(one, depth + 1));
  const uint64_t most = count_of(schema, "maxItems", depth < 2 ? kLongest : 4);
  const uint64_t wanted = at_bounds(random_, count_of(schema, "minItems", 0), most);
  const auto* items = schema.if_contains("items");
  // A long list of large elements would only be slow.
  const uint64_t size =
      items && items->is_object() && depth > 0 ? std::min<uint64_t>(wanted, 32) : wanted;
  while (out.size() < std::min<uint64_t>(size, 2000))
    out.push_back(items ? make(*items, depth + 1) : anything(depth + 1));
  return out;
}

js::value Generator::make_number(const Object& schema, bool integer) {
  const auto bound = [&](const char* keyword) -> std::optional<double> {
    const auto* found = schema.if_contains(keyword);
    if (!found || !found->is_number()) return std::nullopt;
    return found->to_number<double>();
  };
  const double step = integer ? 1 : 0.5;
  const auto above = bound("exclusiveMinimum"), below = bound("exclusiveMaximum");
  const auto least = above ? std::optional(*above + step) : bound("minimum");
  const auto most = below ? std::optional(*below - step) : bound("maximum");
  double number = 0;
  switch (random_.below(5)) {
    case 0:
      number = least.value_or(most ? *most - 1000 : -1e15);
      break;
    case 1:
      number = most.value_or(least ? *least + 1e9 : 1e15);
      break;
    case 2:
      number = least.value_or(0);
      break;
    default: {
      const double from = least.value_or(most ? std::min(*most - 100, 0.0) : -10);
      const double to = most.value_or(std::max(from, 0.0) + 1000);
      number = from + static_cast<double>(random_.below(1001)) / 1000 * (to - from);
    }
  }
  if (const auto multiple = bound("multipleOf"); multiple && *multiple > 0)
    number = std::ceil(number / *multiple) * *multiple;
  if (!integer) return number;
  number = std::clamp(std::round(number), -9e18, 9e18);
  return static_cast<int64_t>(number);
}

std::string Generator::make_string(const Object& schema) {
  if (const auto* format = schema.if_contains("format"); format && format->is_string())
    if (auto text = of_format(std::string(format->get_string()), random_); !text.empty())
      return text;
  const uint64_t least = count_of(schema, "minLength", 0);
  const uint64_t most = count_of(schema, "maxLength", kLongest);
  if (most >= 32 && least < 8 && random_.below(3) != 0) {
    const std::string word(kWords[random_.below(kWords.size())]);
    if (word.size() >= least) return word;
  }
  std::string out;
  for (uint64_t length = at_bounds(random_, least, most); length > 0; --length)
    out += static_cast<char>('a' + random_.below(26));
  return out;
}

js::value Generator::anything(unsigned depth) {
  switch (random_.below(depth > kMaxDepth ? 5 : 7)) {
    case 0:
      return nullptr;
    case 1:
      return random_.one_in(2);
    case 2:
      return static_cast<int64_t>(random_.below(2000)) - 1000;
    case 3:
      return 0.5;
    case 4:
      return js::value(js::string(kWords[random_.below(kWords.size())]));
    case 5:
      return js::array{anything(depth + 1), anything(depth + 1)};
    default:
      return js::object{{"name", anything(depth + 1)}};
  }
}

}  // namespace tenon::verify
