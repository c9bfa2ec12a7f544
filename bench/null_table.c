/* A message method behind the plugin interface that only returns: the bare cost of a call. */
#include <tenon/tenon.h>

TN_MANIFEST(
    "{\"manifest\":1,\"id\":\"bench-table\",\"version\":\"1.0.0\",\"provides\":[{\"interface\":"
    "\"bench.table/1\","
    "\"version\":\"1.0.0\",\"methods\":[{\"name\":\"nothing\"}]}]}");

static tn_status create(const tn_plugin* self, const tn_call* call, const tn_host* host,
                        tn_instance** out) {
  (void)self;
  (void)call;
  *out = (tn_instance*)host;
  return TN_OK;
}
static tn_status step(tn_instance* instance, const tn_call* call) {
  (void)instance;
  (void)call;
  return TN_OK;
}
static void destroy(tn_instance* instance, const tn_call* call) {
  (void)instance;
  (void)call;
}
static tn_status nothing(tn_instance* instance, const tn_call* call, uint32_t method, tn_str input,
                         const tn_sink* output) {
  (void)instance;
  (void)call;
  (void)output;
  return (tn_status)(input.size >> 40) + (tn_status)(method >> 20);
}

static const void* query(tn_str table) {
  static const tn_plugin life = {sizeof life, 0, create, step, NULL, step, destroy};
  static const tn_plugin_message messages = {sizeof messages, 0, nothing};
  if (table.size == sizeof(TN_PLUGIN_ID) - 1 && table.data[6] == 'p') return &life;
  if (table.size == sizeof(TN_MESSAGE_ID) - 1 && table.data[6] == 'm') return &messages;
  return NULL;
}

TN_EXPORT const tn_entry tenon_entry = {
    sizeof(tn_entry), TN_ENTRY_MAGIC, TN_PLATFORM_HERE, NULL, NULL, query};
