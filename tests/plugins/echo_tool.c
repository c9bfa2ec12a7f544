/* A tool whose schema says what the C++ face does not write, to be handed on as it stands. */
#include <stdlib.h>
#include <string.h>
#include <tenon/message.h>
#include <tenon/tenon.h>

/* Another provider of the same interface, that wants more. */
#ifdef ECHO_STRICT
#define ECHO_ID "echo-strict"
#define ECHO_RULES "\"required\":[\"name\"],"
#else
#define ECHO_ID "echo-tool"
#define ECHO_RULES ""
#endif

TN_MANIFEST(
    "{\"manifest\":1,\"id\":\"" ECHO_ID "\",\"version\":\"1.0.0\",\"provides\":[{\"interface\":\"test.echo/2\","
    "\"version\":\"2.0.0\",\"methods\":[{\"name\":\"echo\",\"tool\":\"json_schema_2020_12_tool\",\"read_only\":true,"
    "\"summary\":\"Answers what it gets\",\"input\":{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","
    ECHO_RULES "\"type\":\"object\",\"$defs\":{\"address\":{\"type\":\"object\",\"properties\":{\"street\":{\"type\":\"string\"},"
    "\"city\":{\"type\":\"string\"}}}},\"properties\":{\"name\":{\"type\":\"string\"},"
    "\"address\":{\"$ref\":\"#/$defs/address\"}},\"additionalProperties\":false}},"
    /* Contains itself, in ways that have no end. */
    "{\"name\":\"tangle\",\"read_only\":true,\"input\":{\"type\":\"object\",\"$defs\":{\"tree\":{\"type\":\"array\","
    "\"items\":{\"$ref\":\"#/$defs/tree\"}}},\"properties\":{\"tree\":{\"$ref\":\"#/$defs/tree\"},\"again\":{\"$ref\":\"#\"},"
    "\"once more\":{\"$ref\":\"#/properties/tree\"}}}},"
    "{\"name\":\"break the rules\",\"read_only\":true,\"output\":{\"type\":\"object\","
    "\"properties\":{\"missing\":{\"type\":\"string\"}},\"required\":[\"missing\"]}}]}]}");

struct tn_instance {
  const tn_host* host;
};

static tn_status create(const tn_plugin* self, const tn_call* call, const tn_host* host, tn_instance** out) {
  (void)self;
  (void)call;
  tn_instance* made = malloc(sizeof *made);
  if (!made) return TN_E_LIMIT;
  made->host = host;
  *out = made;
  return TN_OK;
}

static tn_status step(tn_instance* instance, const tn_call* call) {
  (void)instance;
  (void)call;
  return TN_OK;
}

static void destroy(tn_instance* instance, const tn_call* call) {
  (void)call;
  free(instance);
}

static tn_status echo(tn_instance* instance, const tn_call* call, uint32_t method, tn_str input,
                      const tn_sink* output) {
  (void)instance;
  (void)call;
  (void)method;
  tn_bytes chunk = {input.data, input.size};
  return output->write(output->ctx, chunk);
}

static const void* query(tn_str table) {
  static const tn_plugin life = {sizeof life, 0, create, step, NULL, step, destroy};
  static const tn_plugin_message messages = {sizeof messages, 0, echo};
  if (table.size == strlen(TN_PLUGIN_ID) && !memcmp(table.data, TN_PLUGIN_ID, table.size)) return &life;
  if (table.size == strlen(TN_MESSAGE_ID) && !memcmp(table.data, TN_MESSAGE_ID, table.size)) return &messages;
  return NULL;
}

TN_EXPORT const tn_entry tenon_entry = {sizeof(tn_entry), TN_ENTRY_MAGIC, TN_PLATFORM_HERE, NULL, NULL, query};
