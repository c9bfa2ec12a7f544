// A plugin on the other side of a channel, as the host sees it: the tables of a tn_entry, whose
// functions marshal.
#pragma once

#include "host/isolation/endpoint.hpp"
#include "tenon/entry.h"

namespace tenon::isolation {

class RemotePlugin {
 public:
  // `endpoint` outlives the plugin and its instances.
  explicit RemotePlugin(Endpoint& endpoint);
  RemotePlugin(const RemotePlugin&) = delete;
  RemotePlugin& operator=(const RemotePlugin&) = delete;

  // The entry's functions; init asks which tables the plugin has.
  tn_status init(const tn_call* call);
  void deinit();
  // Null before init.
  const void* query(std::string_view id) const;

  // tn_plugin.create. `host` and its tables must live until the instance is destroyed.
  tn_status create(const tn_call* call, const tn_host* host, tn_instance** instance);

 private:
  // What the host holds as tn_plugin*: create gets it back and finds the plugin behind it.
  struct Life {
    tn_plugin table;
    RemotePlugin* plugin;
  };
  Endpoint& endpoint_;
  Life life_;
  uint32_t tables_ = 0;
};

}  // namespace tenon::isolation
