// The tables that are found by their interface id.
#pragma once

#include <string_view>

#include "host/isolation/table.hpp"

namespace tenon::isolation {

struct TableId {
  Table table;
  std::string_view id;
};
extern const std::array<TableId, 7> kPluginTables;
extern const std::array<TableId, 10> kHostTables;

constexpr uint32_t bit_of(Table table) {
  return 1u << static_cast<uint32_t>(table);
}

// The proxy table, whose functions take a Remote as their first argument.
const void* proxy_of(Table table);

}  // namespace tenon::isolation
