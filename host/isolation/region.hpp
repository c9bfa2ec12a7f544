// The memory that a host shares with one worker: all lanes, each with two byte rings. The other
// side may write anything into it at any time, so nothing here is read twice or believed.
#pragma once

#include <atomic>
#include <cstdint>

#include "host/base/descriptor.hpp"
#include "tenon/result.hpp"

namespace tenon::isolation {

// Depths of nested calls on one lane that can be cancelled one by one.
constexpr size_t kCancelDepth = 16;

// What one side publishes on one lane; it alone writes here, but for `sleeping`, which the other
// side clears when it wakes this one.
struct LaneSide {
  alignas(64) std::atomic<uint64_t> written;  // bytes put into its outgoing ring, ever
  std::atomic<uint64_t> consumed;             // bytes taken out of its incoming ring, ever
  std::atomic<uint32_t> closed;               // this side uses the lane no more
  alignas(64) std::atomic<uint32_t> sleeping;
  alignas(64) std::atomic<uint32_t> cancelled[kCancelDepth];  // its calls under way, by depth
};
static_assert(std::atomic<uint64_t>::is_always_lock_free);
static_assert(std::atomic<uint32_t>::is_always_lock_free);

struct LaneControl {
  LaneSide caller;
  LaneSide server;
};

// Agreed on by both sides before the region is used; never read out of it.
struct RegionShape {
  uint32_t host_lanes = 64;    // calls at a time to the plugin
  uint32_t plugin_lanes = 16;  // calls at a time from the plugin's own threads
  uint32_t ring_bytes = 128 << 10;

  uint32_t lanes() const { return host_lanes + plugin_lanes; }
  size_t lane_bytes() const;
  size_t bytes() const { return lanes() * lane_bytes(); }
  // 1 to 64 and 0 to 64 lanes; a ring is a power of two from 4 KiB to 16 MiB.
  Result<void> check() const;
};

// One lane within a mapped region.
struct LaneMemory {
  LaneControl* control = nullptr;
  std::byte* to_server = nullptr;
  std::byte* to_caller = nullptr;
  uint32_t ring_bytes = 0;
};

class Region {
 public:
  Region() = default;
  Region(Region&& other) noexcept;
  Region& operator=(Region&& other) noexcept;
  ~Region();

  // A sealed memory file: its size never changes, so that nobody can pull it from under the other.
  static Result<Descriptor> make(const RegionShape& shape);
  // Refuses a file that is not sealed or not of the shape's size.
  static Result<Region> map(const Descriptor& file, const RegionShape& shape);

  const RegionShape& shape() const { return shape_; }
  LaneMemory lane(uint32_t index) const;  // the host's lanes come first

 private:
  std::byte* start_ = nullptr;
  RegionShape shape_;
};

}  // namespace tenon::isolation
