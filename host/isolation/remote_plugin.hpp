// A plugin on the other side of a channel, as the host sees it: the tables of a tn_entry, whose
// functions marshal.
#pragma once

#include <map>
#include <mutex>

#include "host/isolation/endpoint.hpp"
#include "tenon/entry.h"

namespace tenon::isolation {

// What a plugin's host says its log level is, by the host's number on the wire.
using LogLevels = std::map<uint64_t, uint32_t>;

class RemotePlugin {
 public:
  // `endpoint` outlives the plugin and its instances. `own_clock`: the host's clock table is not
  // the system's, so that every question for the time goes there.
  explicit RemotePlugin(Endpoint& endpoint, bool own_clock = false);
  RemotePlugin(const RemotePlugin&) = delete;
  RemotePlugin& operator=(const RemotePlugin&) = delete;

  // The entry's functions; init asks which tables the plugin has.
  tn_status init(const tn_call* call);
  void deinit();
  // Null before init.
  const void* query(std::string_view id) const;

  // tn_plugin.create. `host` and its tables must live until the instance is destroyed.
  tn_status create(const tn_call* call, const tn_host* host, tn_instance** instance);

  // The levels that have changed since they were last told to the plugin. [any-thread]
  LogLevels changed_log_levels();

 private:
  // What the host holds as tn_plugin*: create gets it back and finds the plugin behind it.
  struct Life {
    tn_plugin table;
    RemotePlugin* plugin;
  };
  struct Host {
    const tn_host* host = nullptr;
    uint32_t level = 0;  // as last told
  };
  static void TN_ABI destroy(tn_instance* instance, const tn_call* call) noexcept;
  void forget(uint64_t host);

  Endpoint& endpoint_;
  const bool own_clock_;
  Life life_;
  uint32_t tables_ = 0;
  std::mutex mutex_;
  std::map<uint64_t, Host> hosts_;  // guarded by mutex_
};

}  // namespace tenon::isolation
