/* @NAME@: a message method and a route, in C. */
#include <stdlib.h>
#include <string.h>
#include <tenon/http.h>
#include <tenon/tenon.h>

TN_MANIFEST(
    "{\"manifest\":1,\"id\":\"@NAME@\",\"version\":\"1.0.0\",\"description\":\"A plugin in C\","
    "\"provides\":[{\"interface\":\"@NAME@.echo/1\",\"version\":\"1.0.0\",\"methods\":[{\"name\":\"echo\","
    "\"input\":{},\"output\":{},\"idempotent\":true}]}],"
    "\"routes\":[{\"method\":\"GET\",\"path\":\"/@NAME@\"}]}");

struct tn_instance {
  const tn_host* host;
};

static tn_str text(const char* s) {
  tn_str view = {s, strlen(s)};
  return view;
}

/* What a caller sees of a failure: each has a code and a phrase. */
static tn_status fail(const tn_call* call, tn_status code, const char* why) {
  if (call && call->error) call->error->set(call->error->ctx, code, text(why), text(""));
  return code;
}

static tn_status create(const tn_plugin* self, const tn_call* call, const tn_host* host, tn_instance** out) {
  (void)self;
  tn_instance* made = malloc(sizeof *made);
  if (!made) return fail(call, TN_E_LIMIT, "there is no memory for an instance");
  made->host = host;
  *out = made;
  return TN_OK;
}

static tn_status start(tn_instance* instance, const tn_call* call) {
  const tn_host_log* log = instance->host->query(instance->host->ctx, text(TN_LOG_ID));
  if (log) log->write(instance->host->ctx, call, TN_LOG_INFO, text("a plugin in C has started"), NULL, 0);
  return TN_OK;
}

static tn_status stop(tn_instance* instance, const tn_call* call) {
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
  (void)method; /* there is one */
  tn_bytes chunk = {input.data, input.size};
  tn_status status = output->write(output->ctx, chunk);
  return status == TN_OK ? TN_OK : fail(call, status, "the answer was not taken");
}

static tn_status handle(tn_instance* instance, const tn_call* call, uint32_t route,
                        const tn_http_request* request, const tn_http_exchange* exchange) {
  (void)instance;
  (void)route; /* there is one */
  (void)request;
  tn_http_field type = {text("Content-Type"), text("text/plain")};
  tn_bytes body = {"hello from C\n", 13};
  tn_status status = exchange->respond(exchange->ctx, 200, &type, 1, body);
  return status == TN_OK ? TN_OK : fail(call, status, "the answer was not sent");
}

static const void* query(tn_str table) {
  static const tn_plugin life = {sizeof life, 0, create, start, NULL, stop, destroy};
  static const tn_plugin_message messages = {sizeof messages, 0, echo};
  static const tn_plugin_http http = {sizeof http, 0, handle};
  if (table.size == strlen(TN_PLUGIN_ID) && !memcmp(table.data, TN_PLUGIN_ID, table.size)) return &life;
  if (table.size == strlen(TN_MESSAGE_ID) && !memcmp(table.data, TN_MESSAGE_ID, table.size)) return &messages;
  if (table.size == strlen(TN_HTTP_ID) && !memcmp(table.data, TN_HTTP_ID, table.size)) return &http;
  return NULL;
}

TN_EXPORT const tn_entry tenon_entry = {sizeof(tn_entry), TN_ENTRY_MAGIC, TN_PLATFORM_HERE, NULL, NULL, query};
