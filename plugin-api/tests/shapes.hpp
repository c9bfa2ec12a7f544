// Described structs that the tests convert, describe and declare.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tenon/json.hpp"

namespace shapes {

enum class Size { small, large };
BOOST_DESCRIBE_ENUM(Size, small, large)

struct Item {
  std::string name;
  int32_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Item, (), (name, count))

struct Everything {
  bool flag = false;
  uint8_t byte = 0;
  int64_t number = 0;
  double ratio = 0;
  std::string text;
  Size size = Size::small;
  std::vector<Item> items;
  std::map<std::string, int64_t> counts;
  std::optional<std::string> note;
  boost::json::value anything;
};
BOOST_DESCRIBE_STRUCT(Everything, (),
                      (flag, byte, number, ratio, text, size, items, counts, note, anything))

struct Ruled {
  std::string name;
  int64_t limit = 10;

  static constexpr tenon::Field fields[] = {
      {.name = "name", .description = "Who", .required = true, .pattern = "^[a-z]+$"},
      {.name = "limit", .optional = true, .minimum = 1, .maximum = 99}};
};
BOOST_DESCRIBE_STRUCT(Ruled, (), (name, limit))

struct Shown {
  std::string name;
  std::optional<int64_t> count;
  std::string picture;

  static constexpr tenon::Field fields[] = {
      {.name = "name", .example = "a \"b\""},
      {.name = "count", .example = "7"},
      {.name = "picture", .media_type = "image/png", .encoding = "base64"}};
};
BOOST_DESCRIBE_STRUCT(Shown, (), (name, count, picture))

struct Base {
  int64_t inherited = 0;
};
BOOST_DESCRIBE_STRUCT(Base, (), (inherited))
struct Derived : Base {
  int64_t own = 0;
};
BOOST_DESCRIBE_STRUCT(Derived, (Base), (own))

struct Folder {
  std::string inbox;
  static constexpr tenon::Field fields[] = {
      {.name = "inbox", .description = "In", .path = tenon::PathAccess::read}};
};
BOOST_DESCRIBE_STRUCT(Folder, (), (inbox))
struct Files {
  std::string out;
  std::vector<std::string> lists;
  std::map<std::string, std::string> named;
  std::optional<std::string> maybe;
  std::vector<Folder> folders;
  std::string plain;

  static constexpr tenon::Field fields[] = {{.name = "out", .path = tenon::PathAccess::write},
                                            {.name = "lists", .path = tenon::PathAccess::read},
                                            {.name = "named", .path = tenon::PathAccess::read},
                                            {.name = "maybe", .path = tenon::PathAccess::read}};
};
BOOST_DESCRIBE_STRUCT(Files, (), (out, lists, named, maybe, folders, plain))

}  // namespace shapes
