/* Breaks one rule of the interface for each of its methods and routes. */
#include <string.h>
#include <tenon/http.h>
#include <tenon/tenon.h>

#define METHOD(name) "{\"name\":\"" name "\",\"input\":{},\"output\":{}},"
#define ROUTE(name) "{\"method\":\"GET\",\"path\":\"/" name "\"}"
TN_MANIFEST(
    "{\"manifest\":1,\"id\":\"testing-offender\",\"version\":\"1.0.0\",\"provides\":[{\"interface\":\"offender/1\","
    "\"version\":\"1.0.0\",\"methods\":[" METHOD("keep") METHOD("read_kept") METHOD("no_reason") METHOD("reason_and_ok")
        METHOD("no_json") METHOD("late_sink") METHOD("strange_status") "{\"name\":\"release_twice\",\"input\":{}}]}],"
    "\"routes\":[" ROUTE("silent") "," ROUTE("twice") "," ROUTE("unfinished") "," ROUTE("short") "," ROUTE("own_header") "," ROUTE("split") "]}");

static tn_str kept;
static const tn_sink* kept_sink;
static const tn_host* the_host;
struct tn_instance {
  int unused;
};
static struct tn_instance the_instance;

static tn_str text(const char* s) {
  tn_str view = {s, strlen(s)};
  return view;
}
static tn_status create(const tn_plugin* self, const tn_call* call, const tn_host* host, tn_instance** out) {
  (void)self;
  (void)call;
  the_host = host;
  *out = &the_instance;
  return TN_OK;
}
static tn_status nothing(tn_instance* instance, const tn_call* call) {
  (void)instance;
  (void)call;
  return TN_OK;
}
static void destroy(tn_instance* instance, const tn_call* call) {
  (void)instance;
  (void)call;
}
static tn_status answer(const tn_sink* output, const char* json) {
  tn_bytes bytes = {json, strlen(json)};
  return output->write(output->ctx, bytes);
}

static tn_status message(tn_instance* instance, const tn_call* call, uint32_t method, tn_str input,
                         const tn_sink* output) {
  (void)instance;
  const tn_host_message* messages = the_host->query(the_host->ctx, text(TN_MESSAGE_ID));
  switch (method) {
    case 0: /* keep */
      kept = input;
      kept_sink = output;
      return answer(output, "{}");
    case 1: /* read_kept: a plugin that believes its view still holds */
      return answer(output, kept.size == 7 && memcmp(kept.data, "\"mine?\"", 7) == 0 ? "\"valid\"" : "\"rubbish\"");
    case 2: /* no_reason */
      return TN_E_CONFLICT;
    case 3: /* reason_and_ok */
      call->error->set(call->error->ctx, TN_E_LIMIT, text("changed its mind"), text(""));
      return answer(output, "{}");
    case 4: /* no_json */
      return answer(output, "{broken");
    case 5: /* late_sink */
      answer(kept_sink, "late");
      return answer(output, "{}");
    case 6: /* strange_status */
      return 99;
    default: /* release_twice */
      messages->release(the_host->ctx, 77);
      return answer(output, "{}");
  }
}

static tn_status handle(tn_instance* instance, const tn_call* call, uint32_t route, const tn_http_request* request,
                        const tn_http_exchange* exchange) {
  (void)instance;
  (void)call;
  (void)request;
  tn_bytes body = {"body", 4};
  switch (route) {
    case 0: /* silent */
      return TN_OK;
    case 1: /* twice */
      exchange->respond(exchange->ctx, 200, NULL, 0, body);
      exchange->respond(exchange->ctx, 200, NULL, 0, body);
      return TN_OK;
    case 2: /* unfinished */
      exchange->begin(exchange->ctx, 200, NULL, 0, -1);
      exchange->write(exchange->ctx, body);
      return TN_OK;
    case 4: /* own_header */
    case 5: /* split */ {
      tn_http_field field = {text(route == 4 ? "Content-Length" : "X-Note"), text(route == 4 ? "4" : "a\r\nX-B: c")};
      exchange->respond(exchange->ctx, 200, &field, 1, body);
      return TN_OK;
    }
    default: /* short */
      exchange->begin(exchange->ctx, 200, NULL, 0, 5);
      exchange->write(exchange->ctx, body);
      exchange->finish(exchange->ctx);
      return TN_OK;
  }
}

static const void* query(tn_str table) {
  static const tn_plugin life = {sizeof life, 0, create, nothing, NULL, nothing, destroy};
  static const tn_plugin_message messages = {sizeof messages, 0, message};
  static const tn_plugin_http http = {sizeof http, 0, handle};
  if (table.size == strlen(TN_PLUGIN_ID) && !memcmp(table.data, TN_PLUGIN_ID, table.size)) return &life;
  if (table.size == strlen(TN_MESSAGE_ID) && !memcmp(table.data, TN_MESSAGE_ID, table.size)) return &messages;
  if (table.size == strlen(TN_HTTP_ID) && !memcmp(table.data, TN_HTTP_ID, table.size)) return &http;
  return NULL;
}

TN_EXPORT const tn_entry tenon_entry = {sizeof(tn_entry), TN_ENTRY_MAGIC, TN_PLATFORM_HERE, NULL, NULL, query};
