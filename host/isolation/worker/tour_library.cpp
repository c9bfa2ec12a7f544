// The tour of the tests as a plugin file of its own.
#include "host/isolation/tour_plugin.hpp"
#include "tenon/views.hpp"

namespace {
const void* query(tn_str table) {
  return tenon::isolation::tour_entry.query(table);
}
tn_status init(const tn_call* call) {
  return tenon::isolation::tour_entry.init(call);
}
}  // namespace

extern "C" {
TN_EXPORT extern const tn_entry tenon_entry;
const tn_entry tenon_entry{sizeof(tn_entry), TN_ENTRY_MAGIC, TN_PLATFORM_HERE, init,
                           nullptr,          query};
}
