// The host on the other side of a channel, as one instance of a plugin sees it: a tn_host whose
// tables marshal.
#pragma once

#include "host/isolation/endpoint.hpp"
#include "tenon/entry.h"

namespace tenon::isolation {

class RemoteHost {
 public:
  // `tables`: one bit for each table that the host has (table_ids.hpp).
  RemoteHost(Remote remote, uint32_t tables, std::string version, std::string instance);
  RemoteHost(const RemoteHost&) = delete;
  RemoteHost& operator=(const RemoteHost&) = delete;

  const tn_host* get() const { return &host_; }

 private:
  static const void* TN_ABI query(void* self, tn_str table) noexcept;

  Remote remote_;  // the first member: tn_host.ctx is a Remote too
  uint32_t tables_;
  std::string version_;
  std::string instance_;
  tn_host host_;
};

}  // namespace tenon::isolation
