// JSON Schemas of described structs, written at compile time, so that they can lie in the
// manifest's ELF note.
#pragma once

#include <charconv>
#include <string_view>

#include "tenon/json.hpp"

namespace tenon::schema {

// Writes JSON text into a buffer, or only counts it (buffer null). Literal type: works in constant
// expressions.
class Writer {
 public:
  constexpr explicit Writer(char* buffer = nullptr) : buffer_(buffer) {}
  constexpr size_t size() const { return size_; }

  constexpr void raw(std::string_view text) {
    for (char c : text) put(c);
  }
  constexpr void string(std::string_view text) {
    put('"');
    for (char c : text) {
      if (c == '"' || c == '\\') {
        put('\\');
        put(c);
      } else if (c == '\n') {
        raw("\\n");
      } else if (c == '\t') {
        raw("\\t");
      } else if (static_cast<unsigned char>(c) < 0x20) {
        raw("\\u00");
        put(c < 0x10 ? '0' : '1');
        put("0123456789abcdef"[c & 15]);
      } else {
        put(c);
      }
    }
    put('"');
  }
  constexpr void number(int64_t value) {
    if (value < 0) put('-');
    uint64_t rest = value < 0 ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value);
    char digits[20] = {};
    int count = 0;
    do {
      digits[count++] = static_cast<char>('0' + rest % 10);
      rest /= 10;
    } while (rest);
    while (count) put(digits[--count]);
  }
  constexpr void key(std::string_view name) {
    string(name);
    put(':');
  }
  // A member of an object, with the comma before it when it is not the first.
  constexpr void member(bool& first, std::string_view name) {
    if (!first) put(',');
    first = false;
    key(name);
  }
  constexpr void member(bool& first, std::string_view name, std::string_view value) {
    member(first, name);
    string(value);
  }

 private:
  constexpr void put(char c) {
    if (buffer_) buffer_[size_] = c;
    ++size_;
  }
  char* buffer_;
  size_t size_ = 0;
};

namespace detail {

using json::Mode;

constexpr void type(Writer& out, std::string_view name, bool nullable) {
  out.key("type");
  if (nullable) {
    out.raw("[");
    out.string(name);
    out.raw(",\"null\"]");
  } else {
    out.string(name);
  }
}

constexpr void text_rule(Writer& out, std::string_view keyword, std::string_view text) {
  if (text.empty()) return;
  out.raw(",");
  out.key(keyword);
  out.string(text);
}

template <class T>
constexpr void example(Writer& out, std::string_view text) {
  if (text.empty()) return;
  out.raw(",");
  out.key("examples");
  out.raw("[");
  if constexpr (json::detail::Text<T> || std::same_as<T, std::optional<std::string>>) {
    out.string(text);
  } else {
    out.raw(text);
  }
  out.raw("]");
}

template <class T>
constexpr void field_rules(Writer& out, const std::optional<Field>& field) {
  if (!field) return;
  text_rule(out, "description", field->description);
  text_rule(out, "pattern", field->pattern);
  text_rule(out, "contentMediaType", field->media_type);
  text_rule(out, "contentEncoding", field->encoding);
  example<T>(out, field->example);
  if (field->minimum) {
    out.raw(",");
    out.key("minimum");
    out.number(*field->minimum);
  }
  if (field->maximum) {
    out.raw(",");
    out.key("maximum");
    out.number(*field->maximum);
  }
}

constexpr void path_format(Writer& out, PathAccess access) {
  if (access == PathAccess::none) return;
  out.raw(",");
  out.key("format");
  out.string(access == PathAccess::write ? "tenon-write-path" : "tenon-read-path");
}

template <class T>
constexpr void body(Writer& out, Mode mode, bool nullable, PathAccess access = PathAccess::none);

template <class T>
constexpr void object(Writer& out, Mode mode, bool nullable) {
  type(out, "object", nullable);
  out.raw(",");
  out.key("properties");
  out.raw("{");
  bool first = true;
  boost::mp11::mp_for_each<json::detail::Members<T>>([&](auto member) {
    using Member = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
    out.member(first, member.name);
    out.raw("{");
    const std::optional<Field> field = json::detail::find_field<T>(member.name);
    body<Member>(out, mode, false, field ? field->path : PathAccess::none);
    field_rules<Member>(out, field);
    out.raw("}");
  });
  out.raw("},");
  out.key("required");
  out.raw("[");
  first = true;
  boost::mp11::mp_for_each<json::detail::Members<T>>([&](auto member) {
    using Member = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
    const std::optional<Field> field = json::detail::find_field<T>(member.name);
    bool optional =
        json::detail::is_optional<Member> || mode == Mode::config || (field && field->optional);
    if (optional && !(field && field->required)) return;
    if (!first) out.raw(",");
    first = false;
    out.string(member.name);
  });
  out.raw("],");
  out.key("additionalProperties");
  out.raw("false");
}

// The members of the schema object of T, without the braces around them. `access` is for all texts
// in it but those of a struct, whose fields say it themselves.
template <class T>
constexpr void body(Writer& out, Mode mode, bool nullable, PathAccess access) {
  using namespace json::detail;  // NOLINT: the type traits
  if constexpr (is_optional<T>) {
    body<typename T::value_type>(out, mode, true, access);
  } else if constexpr (std::same_as<T, boost::json::value>) {
    out.key("description");
    out.string("any JSON value");
  } else if constexpr (std::same_as<T, boost::json::object>) {
    type(out, "object", nullable);
  } else if constexpr (std::same_as<T, boost::json::array>) {
    type(out, "array", nullable);
  } else if constexpr (std::same_as<T, bool>) {
    type(out, "boolean", nullable);
  } else if constexpr (std::is_integral_v<T>) {
    type(out, "integer", nullable);
  } else if constexpr (std::is_floating_point_v<T>) {
    type(out, "number", nullable);
  } else if constexpr (Text<T>) {
    type(out, "string", nullable);
    path_format(out, access);
  } else if constexpr (Enum<T>) {
    out.key("enum");
    out.raw("[");
    bool first = true;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto item) {
      if (!first) out.raw(",");
      first = false;
      out.string(item.name);
    });
    out.raw(nullable ? ",null]" : "]");
  } else if constexpr (is_list<T>) {
    type(out, "array", nullable);
    out.raw(",");
    out.key("items");
    out.raw("{");
    body<typename T::value_type>(out, mode, false, access);
    out.raw("}");
  } else if constexpr (is_map<T>) {
    type(out, "object", nullable);
    out.raw(",");
    out.key("additionalProperties");
    out.raw("{");
    body<typename T::mapped_type>(out, mode, false, access);
    out.raw("}");
  } else {
    static_assert(Struct<T>, "describe this struct with BOOST_DESCRIBE_STRUCT");
    object<T>(out, mode, nullable);
  }
}

}  // namespace detail

// Writes the schema of T. `mode`: whether members without an optional type may be absent
// (configurations); elsewhere an initialiser does not make a member optional, Field::optional does.
template <class T>
constexpr void write(Writer& out, json::Mode mode = json::Mode::strict) {
  out.raw("{");
  detail::body<T>(out, mode, false);
  out.raw("}");
}

}  // namespace tenon::schema
