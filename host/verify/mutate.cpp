#include <fmt/format.h>

#include "host/verify/generate.hpp"

namespace tenon::verify {
namespace {

namespace js = boost::json;

constexpr size_t kLongText = 1 << 20;
constexpr size_t kManyItems = 50'000;

// A random value inside, or the whole.
js::value& pick(js::value& value, Random& random) {
  if (random.one_in(3)) return value;
  if (auto* object = value.if_object(); object && !object->empty())
    return pick((object->begin() + static_cast<long>(random.below(object->size())))->value(),
                random);
  if (auto* list = value.if_array(); list && !list->empty())
    return pick((*list)[random.below(list->size())], random);
  return value;
}

js::value other_type(const js::value& value, Random& random) {
  switch (random.below(6)) {
    case 0:
      return value.is_string() ? js::value(7) : js::value("text");
    case 1:
      return nullptr;
    case 2:
      return value.is_array() ? js::value(js::object()) : js::value(js::array{value});
    case 3:
      return value.is_object() ? js::value(js::array()) : js::value(js::object{{"value", value}});
    case 4:
      return true;
    default:
      return value.is_number() ? js::value("12") : js::value(-1.5);
  }
}

js::value extreme_number(Random& random) {
  switch (random.below(6)) {
    case 0:
      return INT64_MIN;
    case 1:
      return INT64_MAX;
    case 2:
      return UINT64_MAX;
    case 3:
      return 1e308;
    case 4:
      return -0.0;
    default:
      return 5e-324;
  }
}

// A change of one place that leaves it JSON; "" where the place does not lend itself to it.
std::string change(js::value& place, Random& random) {
  switch (random.below(7)) {
    case 0:
      if (auto* object = place.if_object(); object && !object->empty()) {
        const auto gone = object->begin() + static_cast<long>(random.below(object->size()));
        const std::string name(gone->key());
        object->erase(gone);
        return fmt::format("without \"{}\"", name);
      }
      return {};
    case 1:
      if (auto* object = place.if_object()) {
        (*object)["not_in_the_schema"] = 1;
        return "with an unknown member";
      }
      return {};
    case 2:
      place = extreme_number(random);
      return "with an extreme number";
    case 3:
      place = js::string(kLongText, 'x');
      return "with a text of 1 MiB";
    case 4:
      if (auto* list = place.if_array(); list && !list->empty()) {
        const js::value one = list->front();
        list->resize(kManyItems, one);
        return "with a list of 50000";
      }
      return {};
    case 5:
      place = js::string(std::string_view("nul\0nul", 7));
      return "with a NUL in a text";
    default:
      place = other_type(place, random);
      return "with a value of another type";
  }
}

// Text that is no JSON, or that parsers disagree about.
std::string no_json(const std::string& valid, Random& random, std::string& what) {
  switch (random.below(9)) {
    case 0:
      what = "no text at all";
      return {};
    case 1:
      what = "cut off";
      return valid.substr(0, random.below(valid.size() + 1));
    case 2:
      what = "lists within each other, 100000 deep";
      return std::string(100'000, '[');
    case 3:
      what = "objects within each other, 20000 deep";
      {
        std::string out;
        for (int i = 0; i < 20'000; ++i) out += "{\"a\":";
        return out + "1" + std::string(20'000, '}');
      }
    case 4:
      what = "bytes that are not UTF-8";
      return "{\"name\":\"\xff\xfe\xc0\xaf\xed\xa0\x80\"}";
    case 5:
      what = "half a surrogate pair";
      return "{\"name\":\"\\ud800\"}";
    case 6:
      what = "a number too large for any type";
      return "{\"name\":1" + std::string(400, '0') + "}";
    case 7:
      what = "a member twice";
      return "{\"name\":1,\"name\":\"x\"}";
    default: {
      what = "with some bytes changed";
      std::string out = valid;
      for (uint64_t i = random.below(4) + 1; i > 0 && !out.empty(); --i)
        out[random.below(out.size())] = static_cast<char>(random.next());
      return out;
    }
  }
}

}  // namespace

std::string mutated(const js::value& valid, Random& random, std::string& what) {
  if (random.one_in(3)) return no_json(js::serialize(valid), random, what);
  js::value value = valid;
  what.clear();
  while (what.empty()) what = change(pick(value, random), random);
  return js::serialize(value);
}

}  // namespace tenon::verify
