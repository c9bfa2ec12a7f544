// The host on the other side of a channel, as one instance of a plugin sees it: a tn_host whose
// tables marshal. The log's level and, on the system's clocks, the time are answered here.
#pragma once

#include "host/isolation/endpoint.hpp"
#include "tenon/clock.h"
#include "tenon/entry.h"
#include "tenon/log.h"

namespace tenon::isolation {

// What the host says of itself when it makes an instance.
struct HostFacts {
  uint32_t tables = 0;     // one bit for each that it has (table_ids.hpp)
  uint32_t log_level = 0;  // as of now
  bool own_clock = false;  // a test's: only the host knows the time
  std::string version = {};
  std::string instance = {};
};

class RemoteHost {
 public:
  RemoteHost(Remote remote, HostFacts facts);
  RemoteHost(const RemoteHost&) = delete;
  RemoteHost& operator=(const RemoteHost&) = delete;

  const tn_host* get() const { return &host_; }
  uint64_t target() const { return remote_.target; }
  void set_log_level(uint32_t level) { level_.store(level, std::memory_order_relaxed); }

 private:
  static const void* TN_ABI query(void* self, tn_str table) noexcept;
  static uint32_t TN_ABI level(void* self) noexcept;

  Remote remote_;  // the first member: tn_host.ctx is a Remote too
  std::atomic<uint32_t> level_;
  HostFacts facts_;
  tn_host host_;
};

}  // namespace tenon::isolation
