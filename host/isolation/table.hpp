// Names of the tables on the wire. An op is a table and the position of a function in it, which
// never changes because tables only grow at their end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tenon::isolation {

enum class Table : uint8_t {
  entry,  // the plugin's side
  life,
  message,
  column,
  http,
  timer,
  host_log,  // the host's side
  host_config,
  host_message,
  host_column,
  host_store,
  host_state,
  host_clock,
  host_metrics,
  sink,  // objects of one call
  batch_sink,
  exchange,
  host_progress,  // the host's side again: numbers never change
  host_events,
  events,  // the plugin's side
  handover,
};
constexpr size_t kTableCount = 21;
constexpr size_t kMemberLimit = 8;

constexpr uint16_t op_of(Table table, size_t member) {
  return static_cast<uint16_t>(static_cast<size_t>(table) * kMemberLimit + member);
}

// What a call can go to: for each table that the object has, the table and its first argument.
struct Port {
  void* context = nullptr;
  const void* table = nullptr;
};
struct Target {
  std::array<Port, kTableCount> ports{};
  Port& operator[](Table table) { return ports[static_cast<size_t>(table)]; }
  const Port& operator[](Table table) const { return ports[static_cast<size_t>(table)]; }
};

}  // namespace tenon::isolation
