// The first frame of a worker: what it was built for, and whether it has its plugin.
#pragma once

#include "host/isolation/socket_channel.hpp"
#include "tenon/abi.h"

namespace tenon::isolation {

constexpr uint32_t kWireVersion = 1;

struct Hello {
  tn_platform platform = TN_PLATFORM_HERE;
  int64_t monotonic_ns = 0;  // of its clock, to tell whether both sides share one
  std::string failure;       // empty: the plugin is loaded
};

Result<void> send_hello(const Socket& control, const Hello& hello);
// Refuses another wire version or platform, and passes the worker's own failure on.
Result<Hello> receive_hello(const Socket& control, Deadline deadline);

}  // namespace tenon::isolation
