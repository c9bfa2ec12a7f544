/* Writes to a client until that has gone, and tells the status that it learnt it from. */
#include <string.h>
#include <tenon/http.h>
#include <tenon/tenon.h>

TN_MANIFEST(
    "{\"manifest\":1,\"id\":\"flood\",\"version\":\"1.0.0\",\"routes\":["
    "{\"method\":\"GET\",\"path\":\"/flood\",\"stream\":true},{\"method\":\"GET\",\"path\":\"/flood/ended-with\"}]}");

struct tn_instance {
  tn_status last; /* accessed atomically; -1: nobody has gone yet */
};
static struct tn_instance the_instance = {-1};

static tn_status create(const tn_plugin* self, const tn_call* call, const tn_host* host, tn_instance** out) {
  (void)self;
  (void)call;
  (void)host;
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

static tn_status flood(tn_instance* instance, const tn_http_exchange* exchange) {
  static const char kDrops[8192];
  tn_bytes chunk = {kDrops, sizeof kDrops};
  tn_status status = exchange->begin(exchange->ctx, 200, NULL, 0, -1);
  while (status == TN_OK) status = exchange->write(exchange->ctx, chunk);
  __atomic_store_n(&instance->last, status, __ATOMIC_RELEASE);
  return TN_OK;
}

static tn_status handle(tn_instance* instance, const tn_call* call, uint32_t route, const tn_http_request* request,
                        const tn_http_exchange* exchange) {
  (void)call;
  (void)request;
  if (route == 0) return flood(instance, exchange);
  const tn_status last = __atomic_load_n(&instance->last, __ATOMIC_ACQUIRE);
  const char digit = (char)('0' + last);
  tn_bytes body = {last < 0 ? "-" : &digit, 1};
  return exchange->respond(exchange->ctx, 200, NULL, 0, body);
}

static const void* query(tn_str table) {
  static const tn_plugin life = {sizeof life, 0, create, nothing, NULL, nothing, destroy};
  static const tn_plugin_http http = {sizeof http, 0, handle};
  if (table.size == strlen(TN_PLUGIN_ID) && !memcmp(table.data, TN_PLUGIN_ID, table.size)) return &life;
  if (table.size == strlen(TN_HTTP_ID) && !memcmp(table.data, TN_HTTP_ID, table.size)) return &http;
  return NULL;
}

TN_EXPORT const tn_entry tenon_entry = {sizeof(tn_entry), TN_ENTRY_MAGIC, TN_PLATFORM_HERE, NULL, NULL, query};
