#include "host/config/node.hpp"

#include <algorithm>

namespace tenon::config {

const Node* Node::find(std::string_view key) const {
  if (const Map* entries = map())
    for (const MapEntry& entry : *entries)
      if (entry.key == key) return &entry.value;
  return nullptr;
}

Node* Node::find(std::string_view key) {
  return const_cast<Node*>(static_cast<const Node*>(this)->find(key));
}

boost::json::value Node::to_json(Secrets secrets) const {
  if (secret && secrets == Secrets::redact) return "<secret>";
  switch (value.index()) {
    case 1:
      return std::get<bool>(value);
    case 2:
      return std::get<std::int64_t>(value);
    case 3:
      return std::get<double>(value);
    case 4:
      return boost::json::value(std::get<std::string>(value));
    case 5: {
      boost::json::array out;
      for (const Node& item : *list()) out.push_back(item.to_json(secrets));
      return out;
    }
    case 6: {
      boost::json::object out;
      for (const MapEntry& entry : *map()) out[entry.key] = entry.value.to_json(secrets);
      return out;
    }
    default:
      return nullptr;
  }
}

std::size_t count_nodes(const Node& node) {
  std::size_t count = 1;
  if (const Node::List* items = node.list())
    for (const Node& item : *items) count += count_nodes(item);
  if (const Node::Map* entries = node.map())
    for (const MapEntry& entry : *entries) count += count_nodes(entry.value);
  return count;
}

bool has_broken(const Node& node) {
  if (node.broken) return true;
  if (const Node::List* items = node.list())
    if (std::any_of(items->begin(), items->end(), has_broken)) return true;
  const Node::Map* entries = node.map();
  return entries && std::any_of(entries->begin(), entries->end(),
                                [](const MapEntry& entry) { return has_broken(entry.value); });
}

}  // namespace tenon::config
