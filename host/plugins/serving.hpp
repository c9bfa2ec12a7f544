// One generation of an instance as its callers see it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "host/observe/latency_histogram.hpp"
#include "host/plugins/call_gate.hpp"
#include "host/plugins/manifest.hpp"
#include "tenon/column.h"
#include "tenon/events.h"
#include "tenon/http.h"
#include "tenon/message.h"

namespace tenon::plugins {

// What a loaded copy offers. All of it outlives the calls that entered it.
struct GenerationTables {
  uint64_t generation = 1;
  const Manifest* manifest = nullptr;
  tn_instance* object = nullptr;
  const tn_plugin_message* messages = nullptr;  // null: provides none
  const tn_plugin_column* columns = nullptr;
  const tn_plugin_http* http = nullptr;
  // Set once the process that the tables lead to has ended; null: they lead nowhere else.
  const std::atomic<bool>* gone = nullptr;
  const tn_plugin_events* events = nullptr;  // null: takes none
};

// What a slot stands for in one generation. Slots are dealt once for a name, numbers differ between
// versions and providers.
struct SlotMeaning {
  static constexpr uint32_t kNone = UINT32_MAX >> 2;
  uint32_t number = kNone;  // kNone: this version does not have it
  bool idempotent = false;
  bool columns = false;  // a method of a column interface
};

class SlotTable {
 public:
  static constexpr uint32_t kSlots = 16384;

  SlotTable() = default;
  ~SlotTable();
  SlotTable(const SlotTable&) = delete;
  SlotTable& operator=(const SlotTable&) = delete;

  // [any-thread]
  SlotMeaning get(uint32_t slot) const {
    const Block* const block = blocks_[slot / kBlock].load(std::memory_order_acquire);
    if (!block) return {};
    const uint32_t word = (*block)[slot % kBlock].load(std::memory_order_relaxed);
    return {word >> 2, (word & 1) != 0, (word & 2) != 0};
  }
  // `slot` is below kSlots. [one thread at a time]
  void set(uint32_t slot, SlotMeaning meaning);

 private:
  static constexpr uint32_t kBlock = 128;
  using Block = std::array<std::atomic<uint32_t>, kBlock>;
  std::array<std::atomic<Block*>, kSlots / kBlock> blocks_{};
};

// Memory of a Serving is used again for a later generation but never freed while its provider
// lives: a caller who read a pointer to it long ago finds a closed gate, or an open one and then a
// whole generation behind it. Everything but the gate is written while the gate is closed and
// empty.
class Serving {
 public:
  CallGate gate;
  GenerationTables tables;
  SlotTable methods;
  SlotTable routes;
  observe::LatencyHistogram latency;  // only while a trial compares generations
  bool in_use = false;                // guarded by the provider
  CallGate::Counts before;  // what the gate counted for those that had this memory earlier

  bool is_gone() const { return tables.gone && tables.gone->load(std::memory_order_acquire); }
  CallGate::Counts counts() const {
    auto now = gate.counts();
    now.calls -= before.calls;
    now.errors -= before.errors;
    return now;
  }
};

}  // namespace tenon::plugins
