/* What the benchmark of isolated calls calls: echoes messages and columns, and logs as often as it is told. */
#include <stdlib.h>
#include <string.h>
#include <tenon/column.h>
#include <tenon/tenon.h>

TN_MANIFEST(
    "{\"manifest\":1,\"id\":\"bench-isolated\",\"version\":\"1.0.0\",\"description\":\"Benchmark\","
    "\"provides\":[{\"interface\":\"bench.isolated/1\",\"version\":\"1.0.0\",\"methods\":["
    "{\"name\":\"echo\",\"input\":{},\"output\":{}},{\"name\":\"log\",\"input\":{},\"output\":{}}]}]}");

static tn_str text(const char* s) {
  tn_str view = {s, strlen(s)};
  return view;
}

static tn_status create(const tn_plugin* self, const tn_call* call, const tn_host* host, tn_instance** out) {
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

/* Method 0 echoes; 1 writes one line for each byte of its input. */
static tn_status message(tn_instance* instance, const tn_call* call, uint32_t method, tn_str input,
                         const tn_sink* output) {
  if (method == 0) {
    tn_bytes chunk = {input.data, input.size};
    return output->write(output->ctx, chunk);
  }
  const tn_host* host = (const tn_host*)instance;
  const tn_host_log* log = host->query(host->ctx, text(TN_LOG_ID));
  for (uint64_t i = 0; i < input.size; ++i)
    log->write(host->ctx, call, TN_LOG_INFO, text("one line of a plugin that logs much"), NULL, 0);
  return TN_OK;
}

static tn_status column(tn_instance* instance, const tn_call* call, uint32_t method, const tn_batch* input,
                        const tn_batch_sink* output) {
  (void)instance;
  (void)call;
  (void)method;
  return output->write(output->ctx, input);
}

static const void* query(tn_str table) {
  static const tn_plugin life = {sizeof life, 0, create, step, NULL, step, destroy};
  static const tn_plugin_message messages = {sizeof messages, 0, message};
  static const tn_plugin_column columns = {sizeof columns, 0, column};
  if (table.size == strlen(TN_PLUGIN_ID) && !memcmp(table.data, TN_PLUGIN_ID, table.size)) return &life;
  if (table.size == strlen(TN_MESSAGE_ID) && !memcmp(table.data, TN_MESSAGE_ID, table.size)) return &messages;
  if (table.size == strlen(TN_COLUMN_ID) && !memcmp(table.data, TN_COLUMN_ID, table.size)) return &columns;
  return NULL;
}

TN_EXPORT const tn_entry tenon_entry = {sizeof(tn_entry), TN_ENTRY_MAGIC, TN_PLATFORM_HERE, NULL, NULL, query};
