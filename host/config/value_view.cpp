#include "host/config/value_view.hpp"

#include <boost/json/serialize.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "host/config/problem.hpp"

namespace tenon::config {

namespace {

Kind kind_of_double(double number) {
  return std::isfinite(number) && std::trunc(number) == number ? Kind::integer : Kind::number;
}

Kind kind_of(const Node& node) {
  constexpr Kind kinds[] = {Kind::null,   Kind::boolean, Kind::integer, Kind::number,
                            Kind::string, Kind::list,    Kind::map};
  if (const double* number = std::get_if<double>(&node.value)) return kind_of_double(*number);
  return kinds[node.value.index()];
}

Kind kind_of(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return Kind::null;
    case boost::json::kind::bool_:
      return Kind::boolean;
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
      return Kind::integer;
    case boost::json::kind::double_:
      return kind_of_double(value.get_double());
    case boost::json::kind::string:
      return Kind::string;
    case boost::json::kind::array:
      return Kind::list;
    case boost::json::kind::object:
      return Kind::map;
  }
  return Kind::null;
}

std::string json_string(std::string_view text) {
  return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

}  // namespace

Kind ValueView::kind() const {
  return node_ ? kind_of(*node_) : kind_of(*json_);
}

long double ValueView::number() const {
  if (node_) {
    if (const double* number = std::get_if<double>(&node_->value)) return *number;
    return static_cast<long double>(std::get<std::int64_t>(node_->value));
  }
  if (json_->is_double()) return json_->get_double();
  if (json_->is_uint64()) return static_cast<long double>(json_->get_uint64());
  return static_cast<long double>(json_->get_int64());
}

bool ValueView::boolean() const {
  return node_ ? std::get<bool>(node_->value) : json_->get_bool();
}

std::string_view ValueView::string() const {
  if (node_) return *node_->string();
  return {json_->get_string().data(), json_->get_string().size()};
}

std::size_t ValueView::size() const {
  return node_ ? node_->list()->size() : json_->get_array().size();
}

ValueView ValueView::item(std::size_t index) const {
  if (node_) return ValueView((*node_->list())[index]);
  return ValueView(json_->get_array()[index], *site_);
}

std::size_t ValueView::entry_count() const {
  return node_ ? node_->map()->size() : json_->get_object().size();
}

std::string_view ValueView::entry_key(std::size_t index) const {
  if (node_) return (*node_->map())[index].key;
  auto key = (json_->get_object().begin() + static_cast<std::ptrdiff_t>(index))->key();
  return {key.data(), key.size()};
}

const Mark& ValueView::entry_key_mark(std::size_t index) const {
  return node_ ? (*node_->map())[index].key_mark : *site_;
}

ValueView ValueView::entry_value(std::size_t index) const {
  if (node_) return ValueView((*node_->map())[index].value);
  return ValueView((json_->get_object().begin() + static_cast<std::ptrdiff_t>(index))->value(),
                   *site_);
}

bool ValueView::has(std::string_view key) const {
  if (node_) return node_->find(key) != nullptr;
  return json_->get_object().contains(boost::json::string_view(key.data(), key.size()));
}

std::string ValueView::describe(bool hide) const {
  hide = hide || secret();
  switch (kind()) {
    case Kind::null:
      return "nothing (null)";
    case Kind::boolean:
      if (hide) return "a secret true or false";
      return boolean() ? "true" : "false";
    case Kind::integer:
    case Kind::number:
      return hide ? "a secret number" : number_text(number());
    case Kind::string:
      return hide ? "a secret string" : in_quotes(string());
    case Kind::list:
      return "a list of " + std::to_string(size());
    case Kind::map:
      return "a map of " + std::to_string(entry_count());
  }
  return "";
}

std::string canonical_text(const ValueView& value) {
  switch (value.kind()) {
    case Kind::string:
      return json_string(value.string());
    case Kind::list: {
      std::string out = "[";
      for (std::size_t i = 0; i < value.size(); ++i) out += canonical_text(value.item(i)) + ",";
      return out + "]";
    }
    case Kind::map: {
      std::map<std::string_view, std::string> sorted;
      for (std::size_t i = 0; i < value.entry_count(); ++i)
        sorted[value.entry_key(i)] = canonical_text(value.entry_value(i));
      std::string out = "{";
      for (const auto& [key, text] : sorted) out += json_string(key) + ":" + text + ",";
      return out + "}";
    }
    case Kind::null:
      return "null";
    case Kind::boolean:
      return value.boolean() ? "true" : "false";
    default:
      return number_text(value.number());
  }
}

std::string number_text(long double number) {
  char text[64];
  if (std::trunc(number) == number && std::fabs(number) < 1e20L) {
    std::snprintf(text, sizeof text, "%.0Lf", number);
    return text;
  }
  auto value = static_cast<double>(number);
  for (int digits : {6, 15, 17}) {
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    if (std::strtod(text, nullptr) == value) break;
  }
  return text;
}

}  // namespace tenon::config
