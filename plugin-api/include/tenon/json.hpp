// Plain structs to and from JSON. A struct is described once with BOOST_DESCRIBE_STRUCT; optional
// members may be absent, unknown members are refused, and an error says where: "items[3].name:
// expected a string, found 12". Boost.JSON 1.81 may read a double with another last digit.
#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "tenon/result.hpp"

namespace tenon {

// What a plugin does with the files that a text of its configuration names.
enum class PathAccess { none, read, write };

// What a described struct may say of its members beyond their types, as
//   static constexpr tenon::Field fields[] = {{.name = "limit", .description = "...", .optional =
//   true}};
//
// In the input of a method a member is required unless it is a std::optional or says `optional`
// here. Its initialiser alone does not make it optional: C++ cannot tell `int limit = 0;` from `int
// limit;`. (In a configuration every member may be absent, so there initialisers are defaults.)
struct Field {
  const char* name = "";
  const char* description = "";
  bool optional = false;  // may be absent: the member keeps its initialiser
  bool required = false;  // must be present also in a configuration, where all else is optional
  std::optional<int64_t> minimum = {};
  std::optional<int64_t> maximum = {};
  const char* pattern = "";  // RE2, for text
  // The text (or each text of a list or map) names a file or folder, or a pattern of files such as
  // "lists/*.csv". What the operator writes there, the plugin may read, or read and write.
  PathAccess path = PathAccess::none;
  const char* example = "";     // for documents and forms; JSON, but of a text the text itself
  const char* media_type = "";  // of the document that the text holds, such as "image/png"
  const char* encoding = "";    // of that document in the text: "base64"
};

namespace json {

// How a document is held against a struct.
enum class Mode {
  strict,   // every member without an optional type must be there, unknown ones are refused
  config,   // an absent member keeps its initialiser, unknown ones are refused
  forward,  // as strict, but unknown members are ignored: documents that newer versions write
};

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_list = false;
template <class T, class A>
inline constexpr bool is_list<std::vector<T, A>> = true;

template <class T>
inline constexpr bool is_map = false;
template <class T, class C, class A>
inline constexpr bool is_map<std::map<std::string, T, C, A>> = true;
template <class T, class H, class E, class A>
inline constexpr bool is_map<std::unordered_map<std::string, T, H, E, A>> = true;

template <class T>
concept JsonValue = std::same_as<T, boost::json::value> || std::same_as<T, boost::json::object> ||
    std::same_as<T, boost::json::array>;
template <class T>
concept Text = std::same_as<T, std::string> || std::same_as<T, std::string_view>;
template <class T>
concept Struct = boost::describe::has_describe_members<T>::value && !std::is_enum_v<T>;
template <class T>
concept Enum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public |
                                                         boost::describe::mod_inherited>;

// What T says of that member. A copy: under -fsanitize=undefined gcc 12 compares no address in a
// constant expression.
template <class T>
constexpr std::optional<Field> find_field(std::string_view name) {
  if constexpr (requires { T::fields; }) {
    for (const Field& field : T::fields)
      if (name == field.name) return field;
  }
  return std::nullopt;
}

inline std::string join(const std::string& path, std::string_view member) {
  return path.empty() ? std::string(member) : path + "." + std::string(member);
}

inline Error unexpected(const std::string& path, std::string_view expected,
                        const boost::json::value& found) {
  std::string text = boost::json::serialize(found);
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  return {Code::invalid, "expected " + std::string(expected) + ", found " + text, path};
}

template <class T>
Result<void> decode(const boost::json::value& value, T& out, const std::string& path, Mode mode);

template <Struct T>
Result<void> decode_struct(const boost::json::value& value, T& out, const std::string& path,
                           Mode mode) {
  const auto* object = value.if_object();
  if (!object) return unexpected(path, "an object", value);
  size_t known = 0;
  Result<void> result;
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    if (!result.ok()) return;
    using Member = std::remove_reference_t<decltype(out.*member.pointer)>;
    const auto* found = object->if_contains(member.name);
    if (found) {
      ++known;
      result = decode(*found, out.*member.pointer, join(path, member.name), mode);
      return;
    }
    const std::optional<Field> field = find_field<T>(member.name);
    bool optional = is_optional<Member> || mode == Mode::config || (field && field->optional);
    if (!optional || (field && field->required))
      result = Error{Code::invalid, "is missing", join(path, member.name)};
  });
  if (!result.ok() || known == object->size() || mode == Mode::forward) return result;
  for (const auto& entry : *object) {
    bool described = false;
    boost::mp11::mp_for_each<Members<T>>(
        [&](auto member) { described |= entry.key() == member.name; });
    if (!described) return Error{Code::invalid, "is not a known member", join(path, entry.key())};
  }
  return {};
}

template <class T>
Result<void> decode_integer(const boost::json::value& value, T& out, const std::string& path) {
  boost::json::error_code failed;
  T number = value.is_number() ? value.to_number<T>(failed) : T{};
  if (!value.is_number() || failed) {
    return unexpected(path,
                      "an integer between " + std::to_string(std::numeric_limits<T>::min()) +
                          " and " + std::to_string(std::numeric_limits<T>::max()),
                      value);
  }
  out = number;
  return {};
}

template <Enum T>
Result<void> decode_enum(const boost::json::value& value, T& out, const std::string& path) {
  std::string names;
  bool found = false;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto item) {
    names += (names.empty() ? "" : ", ") + std::string(item.name);
    if (value.is_string() && value.get_string() == item.name) {
      out = item.value;
      found = true;
    }
  });
  if (!found) return unexpected(path, "one of " + names, value);
  return {};
}

template <class T>
Result<void> decode(const boost::json::value& value, T& out, const std::string& path, Mode mode) {
  if constexpr (std::same_as<T, boost::json::value>) {
    out = value;
  } else if constexpr (std::same_as<T, boost::json::object>) {
    if (!value.is_object()) return unexpected(path, "an object", value);
    out = value.get_object();
  } else if constexpr (std::same_as<T, boost::json::array>) {
    if (!value.is_array()) return unexpected(path, "a list", value);
    out = value.get_array();
  } else if constexpr (is_optional<T>) {
    if (value.is_null()) {
      out.reset();
      return {};
    }
    return decode(value, out.emplace(), path, mode);
  } else if constexpr (std::same_as<T, bool>) {
    if (!value.is_bool()) return unexpected(path, "true or false", value);
    out = value.get_bool();
  } else if constexpr (std::is_integral_v<T>) {
    return decode_integer(value, out, path);
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!value.is_number()) return unexpected(path, "a number", value);
    out = static_cast<T>(value.to_number<double>());
  } else if constexpr (std::same_as<T, std::string>) {
    if (!value.is_string()) return unexpected(path, "a string", value);
    out.assign(value.get_string().data(), value.get_string().size());
  } else if constexpr (Enum<T>) {
    return decode_enum(value, out, path);
  } else if constexpr (is_list<T>) {
    if (!value.is_array()) return unexpected(path, "a list", value);
    out.clear();
    for (const auto& item : value.get_array()) {
      const std::string at = path + "[" + std::to_string(out.size()) + "]";
      TN_CHECK(decode(item, out.emplace_back(), at, mode));
    }
  } else if constexpr (is_map<T>) {
    if (!value.is_object()) return unexpected(path, "an object", value);
    out.clear();
    for (const auto& entry : value.get_object())
      TN_CHECK(decode(entry.value(), out[std::string(entry.key())], join(path, entry.key()), mode));
  } else {
    static_assert(Struct<T>, "describe this struct with BOOST_DESCRIBE_STRUCT");
    return decode_struct(value, out, path, mode);
  }
  return {};
}

}  // namespace detail

// The JSON value of `in`. Absent optionals are left out.
template <class T>
boost::json::value to_value(const T& in, boost::json::storage_ptr storage = {}) {
  if constexpr (detail::JsonValue<T>) {
    return boost::json::value(in, storage);
  } else if constexpr (detail::is_optional<T>) {
    return in ? to_value(*in, storage) : boost::json::value(nullptr, storage);
  } else if constexpr (std::is_arithmetic_v<T>) {
    return boost::json::value(in, storage);
  } else if constexpr (detail::Text<T>) {
    return boost::json::value(boost::json::string_view(in.data(), in.size()), storage);
  } else if constexpr (detail::Enum<T>) {
    return boost::json::value(boost::describe::enum_to_string(in, "?"), storage);
  } else if constexpr (detail::is_list<T>) {
    boost::json::array list(storage);
    list.reserve(in.size());
    for (const auto& item : in) list.push_back(to_value(item, storage));
    return list;
  } else if constexpr (detail::is_map<T>) {
    boost::json::object object(storage);
    for (const auto& [key, item] : in) object.emplace(key, to_value(item, storage));
    return object;
  } else {
    static_assert(detail::Struct<T>, "describe this struct with BOOST_DESCRIBE_STRUCT");
    boost::json::object object(storage);
    boost::mp11::mp_for_each<detail::Members<T>>([&](auto member) {
      const auto& item = in.*member.pointer;
      if constexpr (detail::is_optional<std::remove_cvref_t<decltype(item)>>)
        if (!item) return;
      object.emplace(member.name, to_value(item, storage));
    });
    return object;
  }
}

template <class T>
std::string encode(const T& in) {
  return boost::json::serialize(to_value(in));
}

template <class T>
Result<T> from_value(const boost::json::value& value, Mode mode = Mode::strict) {
  T out{};
  if (auto done = detail::decode(value, out, "", mode); !done.ok()) return std::move(done).error();
  return out;
}

namespace detail {

inline boost::json::parse_options parse_options() {
  boost::json::parse_options options;
  options.max_depth = 64;
  return options;
}

// Where a text ceases to be JSON, with what stands before: "byte 57, after ..., {"a":1".
inline std::string place_of_error(std::string_view text) {
  constexpr size_t kShown = 40;
  boost::json::parser parser({}, parse_options());
  boost::json::error_code failed;
  const size_t at = parser.write_some(text.data(), text.size(), failed);
  std::string out = "byte " + std::to_string(at);
  if (at == 0) return out;
  const size_t from = at - std::min(at, kShown);
  out += from > 0 ? ", after ..." : ", after ";
  for (const char c : text.substr(from, at - from)) out += c < ' ' || c > '~' ? '?' : c;
  return out;
}

}  // namespace detail

// Parses JSON text (UTF-8, nesting up to 64) into a value.
inline Result<boost::json::value> parse(std::string_view text,
                                        boost::json::storage_ptr storage = {}) {
  boost::json::error_code failed;
  auto value = boost::json::parse(boost::json::string_view(text.data(), text.size()), failed,
                                  storage, detail::parse_options());
  if (failed)
    return Error{Code::invalid,
                 "is not JSON: " + failed.message() + " at " + detail::place_of_error(text)};
  return value;
}

template <class T>
Result<T> decode(std::string_view text, Mode mode = Mode::strict) {
  TN_TRY(auto value, parse(text));
  return from_value<T>(value, mode);
}

}  // namespace json
}  // namespace tenon
