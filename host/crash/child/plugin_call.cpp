#include "host/crash/child/plugin_call.hpp"

#include <dlfcn.h>

#include "host/crash/worker/crash_handlers.hpp"
#include "tenon/message.h"
#include "tenon/views.hpp"

namespace tenon::crash {

int call_plugin(void* library, uint32_t method) {
  const auto* entry = static_cast<const tn_entry*>(dlsym(library, TN_ENTRY_SYMBOL));
  if (!entry) return 9;
  const auto* plugin = static_cast<const tn_plugin*>(entry->query(view(TN_PLUGIN_ID)));
  const auto* messages = static_cast<const tn_plugin_message*>(entry->query(view(TN_MESSAGE_ID)));
  tn_host host{};
  host.struct_size = sizeof host;
  host.query = [](void*, tn_str) -> const void* { return nullptr; };
  tn_call call{};
  call.struct_size = sizeof call;
  tn_sink sink{};
  sink.struct_size = sizeof sink;
  sink.write = [](void*, tn_bytes) -> tn_status { return TN_OK; };
  // Static, for whoever looks for leaks when the method ends the process.
  static tn_instance* instance = nullptr;
  if (plugin->create(plugin, &call, &host, &instance) != TN_OK) return 9;
  set_crash_activity("a method of the plugin");
  return messages->call(instance, &call, method, view("{}"), &sink) == TN_OK ? 0 : 1;
}

}  // namespace tenon::crash
