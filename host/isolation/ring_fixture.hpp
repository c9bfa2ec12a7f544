// For tests: both sides of the lanes in one process, each with a mapping of its own.
#pragma once

#include <gtest/gtest.h>

#include "host/isolation/region.hpp"
#include "host/isolation/ring_channel.hpp"

namespace tenon::isolation {

struct SharedRegion {
  explicit SharedRegion(const RegionShape& shape) {
    auto file = Region::make(shape);
    EXPECT_TRUE(file.ok());
    host = std::move(Region::map(*file, shape)).value();
    plugin = std::move(Region::map(*file, shape)).value();
  }
  Region host;
  Region plugin;
};

// Two channels, each of which opens lanes at the other at once.
struct ChannelPair {
  explicit ChannelPair(const RegionShape& shape = {.host_lanes = 4, .plugin_lanes = 2},
                       bool far_serves = true)
      : memory(shape),
        near(std::move(memory.host), RingChannel::Side::host, watcher,
             {[this, far_serves](uint32_t lane) {
                return far_serves ? far.serve_lane(lane) : Result<void>();
              },
              [this](const Error& error) { refused = error.message; }}),
        far(std::move(memory.plugin), RingChannel::Side::plugin, watcher,
            {[this](uint32_t lane) { return near.serve_lane(lane); }, {}}) {}
  ~ChannelPair() {
    near.end({Code::unavailable, "the test is over"});
    far.end({Code::unavailable, "the test is over"});
    near.join();
    far.join();
  }
  SharedRegion memory;
  Watcher watcher;
  std::string refused;
  RingChannel near, far;
};

}  // namespace tenon::isolation
