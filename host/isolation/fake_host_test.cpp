#include <algorithm>
#include <cinttypes>

#include "host/isolation/fake_host.hpp"
#include "tenon/views.hpp"

namespace tenon::isolation {

std::string show(tn_str text) {
  std::string shown(view(text).substr(0, 200));
  if (text.size > 200) shown += "...#" + std::to_string(std::hash<std::string_view>()(view(text)));
  return "'" + shown + "'" + std::to_string(text.size);
}

std::string show(const tn_call* call) {
  if (!call) return "no call";
  std::string trace(reinterpret_cast<const char*>(call->trace_id), 16);
  trace.append(reinterpret_cast<const char*>(call->span_id), 8);
  return "call{" + std::to_string(call->flags) + "," + std::to_string(call->deadline_ns) + "," +
         std::to_string(call->principal) + "," + show(call->request_id) + "," +
         show(call->idempotency_key) + "," + show(view(trace)) + "," +
         std::to_string(call->trace_flags) + (call->cancelled ? ",cancellable" : "") +
         (call->error ? ",wants error" : "") + "}";
}

std::string show(const tn_http_field* fields, uint64_t count) {
  std::string shown;
  for (uint64_t i = 0; i < count; ++i) shown += show(fields[i].name) + "=" + show(fields[i].value);
  return shown;
}

std::string show(const tn_batch& batch) {
  static constexpr uint64_t kSizes[] = {0, 1, 4, 4, 8, 8, 8};
  std::string shown = std::to_string(batch.rows) + " rows";
  for (uint32_t i = 0; i < batch.column_count; ++i) {
    const tn_column& c = batch.columns[i];
    if (reinterpret_cast<uintptr_t>(c.data) % kSizes[c.type] != 0) shown += " MISALIGNED";
    shown += "; " + show(c.name) + " " + std::to_string(c.type) + " " +
             show(tn_str{static_cast<const char*>(c.data), c.count * kSizes[c.type]});
    if (c.offsets)
      shown +=
          " at " + show(tn_str{reinterpret_cast<const char*>(c.offsets), (batch.rows + 1) * 8});
  }
  return shown;
}

namespace {

FakeHost& self(void* ctx) {
  return *static_cast<FakeHost*>(ctx);
}

tn_status error(const tn_call* call, Code code, std::string message, std::string path = "") {
  return fail(call, {code, std::move(message), std::move(path)});
}

tn_status write_all(const tn_sink* sink, std::string_view text, size_t piece = 1 << 20) {
  for (size_t at = 0; at < text.size(); at += piece)
    if (const auto status = sink->write(sink->ctx, bytes(text.substr(at, piece)))) return status;
  return TN_OK;
}

std::string number(uint64_t value) {
  return " " + std::to_string(value);
}

uint32_t log_level(void* ctx) {
  return self(ctx).log_level;
}
void log_write(void* ctx, const tn_call* call, uint32_t level, tn_str message,
               const tn_log_field* fields, uint64_t count) {
  std::string line = "log.write " + show(call) + number(level) + show(message);
  for (uint64_t i = 0; i < count; ++i) line += show(fields[i].name) + show(fields[i].value);
  self(ctx).note(line);
}

tn_status config_get(void* ctx, const tn_call* call, tn_str pointer, const tn_sink* output) {
  self(ctx).note("config.get " + show(call) + show(pointer));
  if (view(pointer) == "/missing")
    return error(call, Code::not_found, "there is no such value", "/missing");
  if (view(pointer) == "/big") return write_all(output, std::string(1 << 20, 'b'), 777);
  return write_all(output, "{\"a\":1}", 2);
}
tn_status config_folder(void* ctx, const tn_call* call, const tn_sink* output) {
  self(ctx).note("config.data_folder " + show(call));
  return write_all(output, "/data/x");
}
tn_status config_resolve(void* ctx, const tn_call* call, tn_str path, const tn_sink* output) {
  self(ctx).note("config.resolve_path " + show(call) + show(path));
  return write_all(output, "/etc/" + std::string(view(path)));
}

tn_status message_providers(void* ctx, const tn_call* call, const tn_selector* s,
                            const tn_sink* output) {
  self(ctx).note("message.providers " + show(call) + show(s->interface_id) + show(s->range) +
                 show(s->instance));
  return write_all(output, "[]");
}
tn_status message_resolve(void* ctx, const tn_call* call, const tn_selector* s, tn_str method,
                          tn_method* handle) {
  self(ctx).note("message.resolve " + show(call) + show(s->interface_id) + show(method));
  if (view(method) == "none") return error(call, Code::not_found, "no such method", "method");
  *handle = 77;
  return TN_OK;
}
tn_status message_call(void* ctx, const tn_call* call, tn_method handle, tn_str input,
                       const tn_sink* output) {
  self(ctx).note("message.call " + show(call) + number(handle) + show(input));
  if (self(ctx).on_message) self(ctx).on_message(input);
  return write_all(output, view(input), 100'000);
}
void message_release(void* ctx, tn_method handle) {
  self(ctx).note("message.release" + number(handle));
}

tn_status column_call(void* ctx, const tn_call* call, tn_method handle, const tn_batch* input,
                      const tn_batch_sink* output) {
  self(ctx).note("column.call " + show(call) + number(handle) + show(*input));
  if (const auto status = output->write(output->ctx, input)) return status;
  return output->write(output->ctx, input);
}

std::string show_values(const tn_sql_value* values, uint64_t count) {
  std::string shown;
  for (uint64_t i = 0; i < count; ++i) {
    const tn_sql_value& v = values[i];
    shown += " " + std::to_string(v.type) + ":";
    if (v.type == TN_SQL_INT) shown += std::to_string(v.integer);
    if (v.type == TN_SQL_REAL) shown += std::to_string(v.real);
    if (v.type >= TN_SQL_TEXT) shown += show(view(chars(v.bytes)));
  }
  return shown;
}
tn_status store_migrate(void* ctx, const tn_call* call, const tn_migration* steps, uint64_t count) {
  std::string line = "store.migrate " + show(call);
  for (uint64_t i = 0; i < count; ++i)
    line += number(steps[i].version) + show(steps[i].name) + show(steps[i].sqlite) +
            show(steps[i].postgres);
  self(ctx).note(line);
  return count == 0 ? error(call, Code::invalid, "no steps") : TN_OK;
}
tn_status store_query(void* ctx, const tn_call* call, tn_tx tx, tn_str sql,
                      const tn_sql_value* params, uint64_t count, const tn_sink* rows,
                      uint64_t* affected) {
  self(ctx).note("store.query " + show(call) + number(tx) + show(sql) + show_values(params, count) +
                 (affected ? " affected?" : ""));
  if (view(sql) == "bad") return error(call, Code::conflict, "constraint failed", "$1");
  if (affected) *affected = 0;
  return rows ? write_all(rows, std::string(300'000, 'r'), 4096) : TN_OK;
}
tn_status store_many(void* ctx, const tn_call* call, tn_tx tx, tn_str sql,
                     const tn_sql_value* params, uint64_t per_row, uint64_t rows) {
  self(ctx).note("store.execute_many " + show(call) + number(tx) + show(sql) + number(per_row) +
                 number(rows) + show_values(params, per_row * rows));
  return TN_OK;
}
tn_status store_begin(void* ctx, const tn_call* call, uint32_t mode, tn_tx* tx) {
  self(ctx).note("store.begin " + show(call) + number(mode));
  *tx = 5;
  return TN_OK;
}
tn_status store_commit(void* ctx, const tn_call* call, tn_tx tx) {
  self(ctx).note("store.commit " + show(call) + number(tx));
  return TN_OK;
}
tn_status store_rollback(void* ctx, const tn_call* call, tn_tx tx) {
  self(ctx).note("store.rollback " + show(call) + number(tx));
  return error(call, Code::not_found, "no such transaction", std::to_string(tx));
}

tn_status state_get(void* ctx, const tn_call* call, tn_str key, const tn_sink* value,
                    uint64_t* version) {
  self(ctx).note("state.get " + show(call) + show(key) + (version ? " version?" : ""));
  if (view(key) == "none") return error(call, Code::not_found, "no such key", "none");
  if (version) *version = 9;
  return write_all(value, "state");
}
tn_status state_put(void* ctx, const tn_call* call, tn_str key, tn_bytes value) {
  self(ctx).note("state.put " + show(call) + show(key) + show(view(chars(value))));
  return TN_OK;
}
tn_status state_put_if(void* ctx, const tn_call* call, tn_str key, tn_bytes value,
                       uint64_t version) {
  self(ctx).note("state.put_if " + show(call) + show(key) + show(view(chars(value))) +
                 number(version));
  return error(call, Code::conflict, "it has version 9", "version");
}
tn_status state_remove(void* ctx, const tn_call* call, tn_str key) {
  self(ctx).note("state.remove " + show(call) + show(key));
  return TN_OK;
}
tn_status state_list(void* ctx, const tn_call* call, tn_str prefix, tn_str after, uint64_t limit,
                     const tn_sink* output) {
  self(ctx).note("state.list " + show(call) + show(prefix) + show(after) + number(limit));
  return write_all(output, "[\"a\",\"b\"]", 1);
}

int64_t clock_now(void* ctx) {
  self(ctx).note("clock.now_ns");
  return 1'700'000'000'000'000'000;
}
int64_t clock_monotonic(void* ctx) {
  self(ctx).note("clock.monotonic_ns");
  return -3;
}
tn_status clock_start(void* ctx, const tn_call* call, int64_t delay, int64_t period, uint64_t token,
                      uint64_t* timer) {
  self(ctx).note("clock.start_timer " + show(call) + " " + std::to_string(delay) + " " +
                 std::to_string(period) + number(token));
  *timer = 31;
  return TN_OK;
}
void clock_stop(void* ctx, uint64_t timer) {
  self(ctx).note("clock.stop_timer" + number(timer));
}

tn_status metrics_series(void* ctx, const tn_call* call, uint32_t kind, tn_str name, tn_str help,
                         const tn_metric_label* labels, uint64_t label_count, const double* bounds,
                         uint64_t bound_count, uint64_t* series) {
  std::string line = "metrics.series " + show(call) + number(kind) + show(name) + show(help);
  for (uint64_t i = 0; i < label_count; ++i) line += show(labels[i].name) + show(labels[i].value);
  for (uint64_t i = 0; i < bound_count; ++i) line += " " + std::to_string(bounds[i]);
  self(ctx).note(line);
  *series = 12;
  return TN_OK;
}
void metrics_record(void* ctx, uint64_t series, double value) {
  self(ctx).note("metrics.record" + number(series) + " " + std::to_string(value));
}

void progress_report(void* ctx, const tn_call* call, tn_str text, uint64_t done, uint64_t total) {
  self(ctx).note("progress.report " + show(call) + show(text) + number(done) + number(total));
}

tn_status events_publish(void* ctx, const tn_call* call, tn_str topic, tn_str data, uint64_t* id) {
  self(ctx).note("events.publish " + show(call) + show(topic) + show(data));
  if (view(topic) == "not.mine") return error(call, Code::denied, "not declared", "topic");
  if (id) *id = 91;
  return TN_OK;
}
tn_status events_subscribe(void* ctx, const tn_call* call, tn_str pattern, tn_str name,
                           uint32_t flags, uint64_t token) {
  self(ctx).note("events.subscribe " + show(call) + show(pattern) + show(name) + number(flags) +
                 number(token));
  return TN_OK;
}
tn_status events_unsubscribe(void* ctx, const tn_call* call, tn_str name) {
  self(ctx).note("events.unsubscribe " + show(call) + show(name));
  return error(call, Code::not_found, "there is no such subscription");
}

const void* TN_ABI query(void* ctx, tn_str table) {
  static const tn_host_log log{sizeof log, 0, log_level, log_write};
  static const tn_host_config config{sizeof config, 0, config_get, config_folder, config_resolve};
  static const tn_host_message message{
      sizeof message, 0, message_providers, message_resolve, message_call, message_release};
  static const tn_host_column column{sizeof column, 0, column_call};
  static const tn_host_store store{sizeof store, 0,           store_migrate, store_query,
                                   store_many,   store_begin, store_commit,  store_rollback};
  static const tn_host_state state{sizeof state, 0,         state_get, state_put, state_put_if,
                                   state_remove, state_list};
  static const tn_host_clock clock{sizeof clock,    0,           clock_now,
                                   clock_monotonic, clock_start, clock_stop};
  static const tn_host_metrics metrics{sizeof metrics, 0, metrics_series, metrics_record};
  static const tn_host_progress progress{sizeof progress, 0, progress_report};
  static const tn_host_events events{sizeof events, 0, events_publish, events_subscribe,
                                     events_unsubscribe};
  const std::string_view id = view(table);
  if (id == self(ctx).hidden) return nullptr;
  if (id == TN_LOG_ID) return &log;
  if (id == TN_CONFIG_ID) return &config;
  if (id == TN_MESSAGE_ID) return &message;
  if (id == TN_COLUMN_ID) return &column;
  if (id == TN_STORE_ID) return &store;
  if (id == TN_STATE_ID) return &state;
  if (id == TN_CLOCK_ID) return &clock;
  if (id == TN_METRICS_ID) return &metrics;
  if (id == TN_PROGRESS_ID) return &progress;
  if (id == TN_EVENTS_ID) return &events;
  return nullptr;
}

}  // namespace

FakeHost::FakeHost()
    : host_{sizeof(tn_host), TN_ABI_MAJOR, TN_ABI_MINOR, this, view("0.1.0"), view("tour"), query} {
}

void FakeHost::note(const std::string& line) {
  std::lock_guard lock(mutex_);
  record_ += line + "\n";
}

std::string FakeHost::record() const {
  std::lock_guard lock(mutex_);
  return record_;
}

FakeExchange::FakeExchange(std::string body, size_t piece)
    : body_(std::move(body)),
      piece_(piece),
      exchange_{sizeof(tn_http_exchange), 0, this, read, respond, begin, write, finish} {}

tn_status FakeExchange::read(void* ctx, void* data, uint64_t* size) {
  auto& self = *static_cast<FakeExchange*>(ctx);
  if (self.body_ == "too large") return TN_E_TOO_LARGE;
  *size = std::min<uint64_t>({*size, self.piece_, self.body_.size() - self.at_});
  std::copy_n(self.body_.data() + self.at_, *size, static_cast<char*>(data));
  self.at_ += *size;
  return TN_OK;
}
tn_status FakeExchange::respond(void* ctx, uint32_t status, const tn_http_field* headers,
                                uint64_t count, tn_bytes body) {
  static_cast<FakeExchange*>(ctx)->record_ +=
      "respond" + number(status) + show(headers, count) + show(view(chars(body))) + "\n";
  return TN_OK;
}
tn_status FakeExchange::begin(void* ctx, uint32_t status, const tn_http_field* headers,
                              uint64_t count, int64_t length) {
  static_cast<FakeExchange*>(ctx)->record_ +=
      "begin" + number(status) + show(headers, count) + std::to_string(length) + "\n";
  return TN_OK;
}
tn_status FakeExchange::write(void* ctx, tn_bytes chunk) {
  auto& self = *static_cast<FakeExchange*>(ctx);
  if (self.writes_++ >= self.writes_before_gone) return TN_E_CANCELLED;
  self.record_ += "write" + show(view(chars(chunk))) + "\n";
  return TN_OK;
}
tn_status FakeExchange::finish(void* ctx) {
  static_cast<FakeExchange*>(ctx)->record_ += "finish\n";
  return TN_OK;
}

}  // namespace tenon::isolation
