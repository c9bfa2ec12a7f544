// The side of a channel where the plugin's code is: serves its entry and keeps its instances.
#pragma once

#include <mutex>
#include <unordered_map>

#include "host/isolation/remote_host.hpp"

namespace tenon::isolation {

class PluginServer {
 public:
  // Serves `entry` on `endpoint`; all three end together.
  PluginServer(Endpoint& endpoint, const tn_entry& entry);

  // What the host of that number keeps from now on. [any-thread]
  void set_log_level(uint64_t host, uint32_t level);

 private:
  struct Instance {
    std::unique_ptr<RemoteHost> host;
    tn_instance* plugin = nullptr;
  };

  Result<void> serve(Incoming& in);
  Result<void> init(Incoming& in);
  Result<void> deinit(Incoming& in);
  Result<void> create(Incoming& in);
  Result<void> destroy(Incoming& in);
  template <class T>
  const T* table(std::string_view id) const {
    return static_cast<const T*>(entry_.query(view(id)));
  }

  Endpoint& endpoint_;
  const tn_entry& entry_;
  std::mutex mutex_;
  std::unordered_map<uint64_t, Instance> instances_;  // guarded by mutex_
};

}  // namespace tenon::isolation
