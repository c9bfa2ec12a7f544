/* A plugin in C that uses every table of version 1.0, and has every table a plugin may have. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon/tenon.h>

TN_MANIFEST(
    "{\"manifest\":1,\"id\":\"frozen-c\",\"version\":\"1.0.0\","
    "\"provides\":[{\"interface\":\"frozen.c/1\",\"version\":\"1.0.0\",\"methods\":["
    "{\"name\":\"tour\",\"input\":{},\"output\":{},\"idempotent\":true},"
    "{\"name\":\"seen\",\"input\":{},\"output\":{}}]},"
    "{\"interface\":\"frozen.double/1\",\"version\":\"1.0.0\",\"kind\":\"column\","
    "\"methods\":[{\"name\":\"double\"}]}],"
    "\"requires\":[{\"interface\":\"frozen.cpp/1\",\"range\":\">=1.0\",\"optional\":true},"
    "{\"interface\":\"frozen.cpp-double/1\",\"range\":\">=1.0\",\"optional\":true}],"
    "\"routes\":[{\"method\":\"POST\",\"path\":\"/frozen-c/{name}\"},"
    "{\"method\":\"GET\",\"path\":\"/frozen-c/stream\",\"stream\":true}],"
    "\"events\":{\"publishes\":[\"frozen.c\"],\"subscribes\":[\"frozen.*\"]},"
    "\"config_schema\":{\"type\":\"object\",\"properties\":{\"greeting\":{\"type\":\"string\","
    "\"default\":\"hello\"}},\"additionalProperties\":false}}");

struct tn_instance {
  const tn_host* host;
  uint64_t fired;   /* token of the timer, once it has */
  int64_t events;   /* that were delivered */
  int64_t visits;   /* handed over */
};

static tn_str text(const char* s) {
  tn_str view = {s, strlen(s)};
  return view;
}
static tn_bytes raw(const char* s) {
  tn_bytes view = {s, strlen(s)};
  return view;
}
static int same(tn_str a, const char* b) { return a.size == strlen(b) && !memcmp(a.data, b, a.size); }

/* ---- output into memory */

struct buffer {
  char data[1024];
  uint64_t size;
};
static tn_status append(void* ctx, tn_bytes chunk) {
  struct buffer* to = ctx;
  if (chunk.size >= sizeof to->data - to->size) return TN_E_TOO_LARGE;
  memcpy(to->data + to->size, chunk.data, chunk.size);
  to->size += chunk.size;
  to->data[to->size] = 0;
  return TN_OK;
}
static tn_sink into(struct buffer* to) {
  tn_sink sink = {sizeof sink, 0, to, append};
  to->size = 0;
  to->data[0] = 0;
  return sink;
}

/* ---- a tour of the host's tables; each gives TN_OK when it did what it is for */

static const void* find(tn_instance* self, const char* id) {
  return self->host->query(self->host->ctx, text(id));
}

static tn_status try_config(tn_instance* self, const tn_call* call) {
  const tn_host_config* config = find(self, TN_CONFIG_ID);
  void* ctx = self->host->ctx;
  struct buffer got;
  tn_sink sink = into(&got);
  if (!config || config->get(ctx, call, text("/greeting"), &sink) || strcmp(got.data, "\"hello\"")) return TN_E_INTERNAL;
  sink = into(&got);
  if (config->data_folder(ctx, call, &sink) || got.data[0] != '/') return TN_E_INTERNAL;
  sink = into(&got);
  return config->resolve_path(ctx, call, text("x"), &sink) || got.data[0] != '/' ? TN_E_INTERNAL : TN_OK;
}

static tn_status try_log(tn_instance* self, const tn_call* call) {
  const tn_host_log* log = find(self, TN_LOG_ID);
  tn_log_field field = {text("colour"), text("blue")};
  if (!log || log->level(self->host->ctx) > TN_LOG_ERROR) return TN_E_INTERNAL;
  log->write(self->host->ctx, call, TN_LOG_WARN, text("frozen in C"), &field, 1);
  return TN_OK;
}

static tn_status try_metrics(tn_instance* self, const tn_call* call) {
  const tn_host_metrics* metrics = find(self, TN_METRICS_ID);
  tn_metric_label label = {text("tool"), text("ice")};
  uint64_t series = 0;
  if (!metrics) return TN_E_INTERNAL;
  const tn_status made = metrics->series(self->host->ctx, call, TN_COUNTER, text("frozen_uses_total"), text("Uses"),
                                         &label, 1, NULL, 0, &series);
  if (!made) metrics->record(self->host->ctx, series, 3);
  return made;
}

static tn_status try_state(tn_instance* self, const tn_call* call) {
  const tn_host_state* state = find(self, TN_STATE_ID);
  void* ctx = self->host->ctx;
  struct buffer got;
  uint64_t version = 0;
  tn_sink sink = into(&got);
  if (!state || state->put(ctx, call, text("key"), raw("one"))) return TN_E_INTERNAL;
  if (state->get(ctx, call, text("key"), &sink, &version) || strcmp(got.data, "one")) return TN_E_INTERNAL;
  if (state->put_if(ctx, call, text("key"), raw("two"), version)) return TN_E_INTERNAL;
  if (state->put_if(ctx, call, text("key"), raw("old"), version) != TN_E_CONFLICT) return TN_E_INTERNAL;
  sink = into(&got);
  if (state->list(ctx, call, text("k"), text(""), 10, &sink) || strcmp(got.data, "[\"key\"]")) return TN_E_INTERNAL;
  if (state->remove(ctx, call, text("key"))) return TN_E_INTERNAL;
  sink = into(&got);
  return state->get(ctx, call, text("key"), &sink, NULL) == TN_E_NOT_FOUND ? TN_OK : TN_E_INTERNAL;
}

static tn_status try_store(tn_instance* self, const tn_call* call) {
  const tn_host_store* store = find(self, TN_STORE_ID);
  void* ctx = self->host->ctx;
  struct buffer rows;
  tn_sink sink = into(&rows);
  uint64_t affected = 0;
  tn_tx tx = 0;
  tn_sql_value values[2] = {{TN_SQL_INT, 0, 7, 0, {NULL, 0}}, {TN_SQL_INT, 0, 8, 0, {NULL, 0}}};
  if (!store || store->query(ctx, call, 0, text("DELETE FROM {things}"), NULL, 0, &sink, &affected)) return TN_E_INTERNAL;
  if (store->begin(ctx, call, TN_TX_WRITE, &tx)) return TN_E_INTERNAL;
  if (store->execute_many(ctx, call, tx, text("INSERT INTO {things} (n) VALUES ($1)"), values, 1, 2)) return TN_E_INTERNAL;
  if (store->commit(ctx, call, tx) || store->begin(ctx, call, TN_TX_WRITE, &tx)) return TN_E_INTERNAL;
  sink = into(&rows);
  if (store->query(ctx, call, tx, text("DELETE FROM {things} WHERE n = $1"), values, 1, &sink, &affected) || affected != 1)
    return TN_E_INTERNAL;
  if (store->rollback(ctx, call, tx)) return TN_E_INTERNAL;
  sink = into(&rows);
  return store->query(ctx, call, 0, text("SELECT n FROM {things}"), NULL, 0, &sink, NULL) || !rows.size ? TN_E_INTERNAL
                                                                                                        : TN_OK;
}

static tn_status try_clock(tn_instance* self, const tn_call* call) {
  const tn_host_clock* clock = find(self, TN_CLOCK_ID);
  void* ctx = self->host->ctx;
  uint64_t timer = 0, never = 0;
  if (!clock || clock->now_ns(ctx) < 1700000000000000000 || clock->monotonic_ns(ctx) <= 0) return TN_E_INTERNAL;
  if (clock->start_timer(ctx, call, 1000000, 0, 42, &timer)) return TN_E_INTERNAL;
  if (clock->start_timer(ctx, call, 3600000000000, 0, 43, &never)) return TN_E_INTERNAL;
  clock->stop_timer(ctx, never);
  return TN_OK;
}

static tn_status try_message(tn_instance* self, const tn_call* call) {
  const tn_host_message* message = find(self, TN_MESSAGE_ID);
  void* ctx = self->host->ctx;
  tn_selector selector = {.struct_size = sizeof selector, .interface_id = text("frozen.cpp/1"), .range = text(">=1.0")};
  struct buffer got;
  tn_sink sink = into(&got);
  tn_method method = 0;
  if (!message || message->providers(ctx, call, &selector, &sink) || !strstr(got.data, "\"frozen-cpp\"")) return TN_E_INTERNAL;
  if (message->resolve(ctx, call, &selector, text("greet"), &method) || !method) return TN_E_INTERNAL;
  sink = into(&got);
  const tn_status called = message->call(ctx, call, method, text("{\"name\":\"C\"}"), &sink);
  message->release(ctx, method);
  return called || !strstr(got.data, "Hello, C") ? TN_E_INTERNAL : TN_OK;
}

static tn_status try_events(tn_instance* self, const tn_call* call) {
  const tn_host_events* events = find(self, TN_EVENTS_ID);
  uint64_t id = 0;
  if (!events || events->subscribe(self->host->ctx, call, text("frozen.*"), text("more"), 0, 8)) return TN_E_INTERNAL;
  if (events->unsubscribe(self->host->ctx, call, text("more"))) return TN_E_INTERNAL;
  return events->publish(self->host->ctx, call, text("frozen.c"), text("{\"n\":1}"), &id) || !id ? TN_E_INTERNAL : TN_OK;
}

static tn_status take_doubled(void* ctx, const tn_batch* batch) {
  if (batch->column_count != 1 || batch->rows != 2) return TN_E_INTERNAL;
  memcpy(ctx, batch->columns[0].data, 2 * sizeof(int64_t));
  return TN_OK;
}
static tn_status try_column(tn_instance* self, const tn_call* call) {
  const tn_host_message* message = find(self, TN_MESSAGE_ID);
  const tn_host_column* column = find(self, TN_COLUMN_ID);
  tn_selector selector = {.struct_size = sizeof selector, .interface_id = text("frozen.cpp-double/1")};
  int64_t numbers[2] = {4, 5}, doubled[2] = {0, 0};
  tn_column one = {text("n"), TN_I64, 0, numbers, 2, NULL};
  tn_batch batch = {sizeof batch, 1, &one, 2};
  tn_batch_sink sink = {sizeof sink, 0, doubled, take_doubled};
  tn_method method = 0;
  if (!message || !column || message->resolve(self->host->ctx, call, &selector, text("double"), &method)) return TN_E_INTERNAL;
  const tn_status called = column->call(self->host->ctx, call, method, &batch, &sink);
  message->release(self->host->ctx, method);
  return called || doubled[0] != 8 || doubled[1] != 10 ? TN_E_INTERNAL : TN_OK;
}

static tn_status try_progress(tn_instance* self, const tn_call* call) {
  const tn_host_progress* progress = find(self, TN_PROGRESS_ID);
  if (!progress) return TN_E_INTERNAL;
  progress->report(self->host->ctx, call, text("thawing"), 1, 2);
  return TN_OK;
}

static const struct {
  const char* name;
  tn_status (*run)(tn_instance* self, const tn_call* call);
} steps[] = {{"config", try_config}, {"log", try_log},         {"metrics", try_metrics}, {"state", try_state},
             {"store", try_store},   {"clock", try_clock},     {"message", try_message}, {"events", try_events},
             {"column", try_column}, {"progress", try_progress}};

static tn_status tour(tn_instance* self, const tn_call* call, const tn_sink* output) {
  char line[64];
  for (size_t i = 0; i < sizeof steps / sizeof *steps; ++i) {
    snprintf(line, sizeof line, "%s\"%s\":%d", i ? "," : "{", steps[i].name, (int)steps[i].run(self, call));
    const tn_status written = output->write(output->ctx, raw(line));
    if (written) return written;
  }
  return output->write(output->ctx, raw("}"));
}

/* ---- the plugin's own tables */

static tn_status create(const tn_plugin* plugin, const tn_call* call, const tn_host* host, tn_instance** out) {
  (void)plugin, (void)call;
  if (host->abi_major != 1 || !host->version.size || !same(host->instance, "frozen-c")) return TN_E_UNSUPPORTED;
  tn_instance* made = calloc(1, sizeof *made);
  if (!made) return TN_E_LIMIT;
  made->host = host;
  *out = made;
  return TN_OK;
}
static tn_status start(tn_instance* self, const tn_call* call) {
  const tn_migration step = {1, 0, text("things"), text("CREATE TABLE {things} (n BIGINT)"), text("")};
  const tn_host_store* store = find(self, TN_STORE_ID);
  const tn_host_events* events = find(self, TN_EVENTS_ID);
  if (!store || !events) return TN_E_UNSUPPORTED;
  const tn_status migrated = store->migrate(self->host->ctx, call, &step, 1);
  return migrated ? migrated : events->subscribe(self->host->ctx, call, text("frozen.*"), text("own"), 0, 9);
}
static tn_status probe(tn_instance* self, const tn_call* call) { return (void)self, (void)call, TN_OK; }
static tn_status stop(tn_instance* self, const tn_call* call) { return (void)self, (void)call, TN_OK; }
static void destroy(tn_instance* self, const tn_call* call) {
  (void)call;
  free(self);
}

static tn_status call_method(tn_instance* self, const tn_call* call, uint32_t method, tn_str input, const tn_sink* output) {
  char line[128];
  (void)input;
  if (method == 0) return tour(self, call, output);
  snprintf(line, sizeof line, "{\"fired\":%d,\"events\":%d,\"visits\":%d}", (int)self->fired, (int)self->events,
           (int)self->visits);
  return output->write(output->ctx, raw(line));
}
static tn_status call_columns(tn_instance* self, const tn_call* call, uint32_t method, const tn_batch* input,
                              const tn_batch_sink* output) {
  int64_t doubled[16];
  (void)self, (void)call, (void)method;
  if (input->column_count != 1 || input->rows > 16 || input->columns->type != TN_I64) return TN_E_INVALID;
  for (uint64_t i = 0; i < input->rows; ++i) doubled[i] = 2 * ((const int64_t*)input->columns->data)[i];
  tn_column one = {text("n"), TN_I64, 0, doubled, input->rows, NULL};
  tn_batch batch = {sizeof batch, 1, &one, input->rows};
  return output->write(output->ctx, &batch);
}
static tn_status stream(const tn_http_exchange* exchange) {
  tn_status status = exchange->begin(exchange->ctx, 200, NULL, 0, -1);
  for (int i = 0; i < 3 && !status; ++i) status = exchange->write(exchange->ctx, raw("drop\n"));
  return status ? status : exchange->finish(exchange->ctx);
}
/* Answers with the parameter and the body. */
static tn_status handle(tn_instance* self, const tn_call* call, uint32_t route, const tn_http_request* request,
                        const tn_http_exchange* exchange) {
  struct buffer body = {.size = 0};
  (void)call;
  if (route == 1) return stream(exchange);
  ++self->visits;
  append(&body, (tn_bytes){request->params[0].value.data, request->params[0].value.size});
  append(&body, raw(": "));
  uint64_t size = sizeof body.data - body.size;
  const tn_status read = exchange->read(exchange->ctx, body.data + body.size, &size);
  if (read) return read;
  tn_http_field type = {text("Content-Type"), text("text/plain")};
  tn_bytes answer = {body.data, body.size + size};
  return exchange->respond(exchange->ctx, 200, &type, 1, answer);
}
static tn_status fire(tn_instance* self, const tn_call* call, uint64_t token) {
  (void)call;
  self->fired = token;
  return TN_OK;
}
static tn_status deliver(tn_instance* self, const tn_call* call, uint64_t token, const tn_event* event) {
  (void)call;
  if (token == 9 && event->attempt == 1 && event->id && same(event->topic, "frozen.c") && same(event->source, "frozen-c"))
    ++self->events;
  return TN_OK;
}
static tn_status save(tn_instance* self, const tn_call* call, const tn_sink* state) {
  char line[32];
  (void)call;
  snprintf(line, sizeof line, "%d", (int)self->visits);
  return state->write(state->ctx, raw(line));
}
static tn_status restore(tn_instance* self, const tn_call* call, tn_bytes state) {
  char line[32] = "";
  (void)call;
  if (state.size >= sizeof line) return TN_E_INVALID;
  memcpy(line, state.data, state.size);
  self->visits = atoi(line);
  return TN_OK;
}

static const void* query(tn_str table) {
  static const tn_plugin life = {sizeof life, 0, create, start, probe, stop, destroy};
  static const tn_plugin_message messages = {sizeof messages, 0, call_method};
  static const tn_plugin_column columns = {sizeof columns, 0, call_columns};
  static const tn_plugin_http http = {sizeof http, 0, handle};
  static const tn_plugin_timer timer = {sizeof timer, 0, fire};
  static const tn_plugin_events events = {sizeof events, 0, deliver};
  static const tn_plugin_handover handover = {sizeof handover, 0, save, restore};
  if (same(table, TN_PLUGIN_ID)) return &life;
  if (same(table, TN_MESSAGE_ID)) return &messages;
  if (same(table, TN_COLUMN_ID)) return &columns;
  if (same(table, TN_HTTP_ID)) return &http;
  if (same(table, TN_CLOCK_ID)) return &timer;
  if (same(table, TN_EVENTS_ID)) return &events;
  if (same(table, TN_HANDOVER_ID)) return &handover;
  return NULL;
}

TN_EXPORT const tn_entry tenon_entry = {sizeof(tn_entry), TN_ENTRY_MAGIC, TN_PLATFORM_HERE, NULL, NULL, query};
