// A parsed configuration value that knows where it was written.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/config/mark.hpp"

namespace tenon::config {

struct MapEntry;

enum class Secrets { reveal, redact };

struct Node {
  using List = std::vector<Node>;
  using Map = std::vector<MapEntry>;  // in the order of the file, keys are unique
  using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Map>;

  Value value;
  Mark mark;
  // Came from the environment or a secrets file, or its schema says writeOnly: never printed.
  bool secret = false;
  // A problem was already reported for this value (an unset variable, say): validation passes by.
  bool broken = false;

  bool is_null() const { return std::holds_alternative<std::monostate>(value); }
  const std::string* string() const { return std::get_if<std::string>(&value); }
  const List* list() const { return std::get_if<List>(&value); }
  const Map* map() const { return std::get_if<Map>(&value); }
  List* list() { return std::get_if<List>(&value); }
  Map* map() { return std::get_if<Map>(&value); }

  // The value of a key, null where there is none or this is no map. Linear in the map's size.
  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);

  // With Secrets::redact, secret values become the string "<secret>".
  boost::json::value to_json(Secrets secrets) const;
};

struct MapEntry {
  std::string key;
  Mark key_mark;
  Node value;
};

// The number of values in the tree, the root included.
std::size_t count_nodes(const Node& node);
// Whether the value, or one within it, is broken.
bool has_broken(const Node& node);

}  // namespace tenon::config
