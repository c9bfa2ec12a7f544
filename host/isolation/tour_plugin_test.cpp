#include "host/isolation/tour_plugin.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

#include "host/isolation/fake_host.hpp"
#include "tenon/views.hpp"

namespace tenon::isolation {

namespace {

class Tour {
 public:
  Tour(const tn_host* host, const tn_call* call) : host_(host), call_(call) {}

  std::string run() {
    text_ += show(host_->version) + show(host_->instance) + "\n";
    log();
    config();
    message();
    column();
    store();
    state();
    clock();
    metrics();
    progress();
    events();
    text_ += host_->query(host_->ctx, view("acme.unknown/1")) ? "?" : "no such table\n";
    return text_;
  }

 private:
  template <class T>
  const T* table(std::string_view id) {
    const auto* found = static_cast<const T*>(host_->query(host_->ctx, view(id)));
    if (!found) text_ += "no " + std::string(id) + "\n";
    return found;
  }
  // Runs one function with an error sink and an output of its own and tells all that it did.
  template <class Function>
  void tell(std::string name, Function&& function) {
    ErrorCapture capture;
    StringSink output;
    tn_call mine = *call_;
    mine.error = capture.get();
    uint64_t value = 424242;
    const tn_status status = function(&mine, output.get(), &value);
    const auto result = capture.result(status);
    text_ += name + " " + std::to_string(status) + " " + std::to_string(value) + " " +
             show(view(output.text()));
    if (!result.ok()) text_ += " error " + result.error().message + " at " + result.error().path;
    text_ += "\n";
  }

  void log() {
    const auto* t = table<tn_host_log>(TN_LOG_ID);
    if (!t) return;
    text_ += "level " + std::to_string(t->level(ctx())) + "\n";
    const tn_log_field fields[] = {{view("a"), view("1")}, {view(""), view("\0x")}};
    t->write(ctx(), call_, TN_LOG_WARN, view("line"), fields, 2);
    t->write(ctx(), nullptr, 99, view(""), nullptr, 0);
  }
  void config() {
    const auto* t = table<tn_host_config>(TN_CONFIG_ID);
    if (!t) return;
    for (const char* pointer : {"", "/missing", "/big"})
      tell("get", [&](auto* c, auto* out, auto*) { return t->get(ctx(), c, view(pointer), out); });
    tell("get without call",
         [&](auto*, auto* out, auto*) { return t->get(ctx(), nullptr, view("/missing"), out); });
    tell("folder", [&](auto* c, auto* out, auto*) { return t->data_folder(ctx(), c, out); });
    tell("resolve",
         [&](auto* c, auto* out, auto*) { return t->resolve_path(ctx(), c, view("x"), out); });
  }
  void message() {
    const auto* t = table<tn_host_message>(TN_MESSAGE_ID);
    if (!t) return;
    const tn_selector s{sizeof s, 0, view("acme.x/1"), view(">=1.2 <2"), view("one"), {}};
    tell("providers", [&](auto* c, auto* out, auto*) { return t->providers(ctx(), c, &s, out); });
    for (const char* name : {"some", "none"})
      tell("resolve", [&](auto* c, auto*, auto* value) {
        return t->resolve(ctx(), c, &s, view(name), value);
      });
    for (const size_t size : {size_t{0}, size_t{5}, size_t{1} << 20})
      tell("call", [&](auto* c, auto* out, auto*) {
        return t->call(ctx(), c, 77, view(std::string(size, 'm')), out);
      });
    t->release(ctx(), 77);
  }
  void column() {
    const auto* t = table<tn_host_column>(TN_COLUMN_ID);
    if (!t) return;
    const uint8_t u8[] = {1, 2, 255};
    const int32_t i32[] = {-1, 0, 1};
    const uint32_t u32[] = {1, 2, 4'000'000'000};
    const int64_t i64[] = {INT64_MIN, 0, INT64_MAX};
    const uint64_t u64[] = {1, 2, UINT64_MAX};
    const double f64[] = {0.5, -1e300, 3};
    const uint64_t offsets[] = {0, 0, 2, 3};
    const tn_column columns[] = {
        {view("u8"), TN_U8, 0, u8, 3, nullptr},      {view("i32"), TN_I32, 0, i32, 3, nullptr},
        {view("u32"), TN_U32, 0, u32, 3, nullptr},   {view("i64"), TN_I64, 0, i64, 3, nullptr},
        {view("u64"), TN_U64, 0, u64, 3, nullptr},   {view("f64"), TN_F64, 0, f64, 3, nullptr},
        {view("text"), TN_U8, 0, u8, 3, offsets},    {view(""), TN_F64, 0, f64, 3, offsets},
        {view("empty"), TN_I32, 0, i32, 3, nullptr},
    };
    for (const tn_batch& batch :
         {tn_batch{sizeof(tn_batch), 9, columns, 3}, tn_batch{sizeof(tn_batch), 0, nullptr, 0}})
      tell("column", [&](auto* c, auto* out, auto*) {
        struct Seen {
          const tn_sink* out;
        } seen{out};
        const tn_batch_sink sink{sizeof sink, 0, &seen, [](void* self, const tn_batch* b) {
                                   const auto* to = static_cast<Seen*>(self)->out;
                                   return to->write(to->ctx, bytes(show(*b)));
                                 }};
        return t->call(ctx(), c, 78, &batch, &sink);
      });
  }
  void store() {
    const auto* t = table<tn_host_store>(TN_STORE_ID);
    if (!t) return;
    const tn_migration steps[] = {{1, 0, view("first"), view("create"), view("")},
                                  {2, 0, view("second"), view("alter"), view("alter pg")}};
    for (const uint64_t count : {0, 2})
      tell("migrate", [&](auto* c, auto*, auto*) { return t->migrate(ctx(), c, steps, count); });
    const tn_sql_value values[] = {{TN_SQL_NULL, 0, 0, 0, {}},
                                   {TN_SQL_INT, 0, -7, 0, {}},
                                   {TN_SQL_REAL, 0, 0, 2.5, {}},
                                   {TN_SQL_TEXT, 0, 0, 0, bytes("text")},
                                   {TN_SQL_BYTES, 0, 0, 0, bytes(std::string_view("\0\1", 2))},
                                   {TN_SQL_TEXT, 0, 0, 0, bytes("")}};
    for (const char* sql : {"select", "bad"})
      tell("query", [&](auto* c, auto* out, auto* value) {
        return t->query(ctx(), c, 5, view(sql), values, 6, out, value);
      });
    tell("query without outputs", [&](auto* c, auto*, auto*) {
      return t->query(ctx(), c, 0, view("x"), nullptr, 0, nullptr, nullptr);
    });
    tell("many", [&](auto* c, auto*, auto*) {
      return t->execute_many(ctx(), c, 5, view("insert"), values, 2, 3);
    });
    tell("begin", [&](auto* c, auto*, auto* value) { return t->begin(ctx(), c, 1, value); });
    tell("commit", [&](auto* c, auto*, auto*) { return t->commit(ctx(), c, 5); });
    tell("rollback", [&](auto* c, auto*, auto*) { return t->rollback(ctx(), c, 5); });
  }
  void state() {
    const auto* t = table<tn_host_state>(TN_STATE_ID);
    if (!t) return;
    for (const char* key : {"key", "none"})
      tell("state", [&](auto* c, auto* out, auto* value) {
        return t->get(ctx(), c, view(key), out, value);
      });
    tell("state without version",
         [&](auto* c, auto* out, auto*) { return t->get(ctx(), c, view("key"), out, nullptr); });
    tell("put", [&](auto* c, auto*, auto*) { return t->put(ctx(), c, view("k"), bytes("")); });
    tell("put_if",
         [&](auto* c, auto*, auto*) { return t->put_if(ctx(), c, view("k"), bytes("v"), 8); });
    tell("remove", [&](auto* c, auto*, auto*) { return t->remove(ctx(), c, view("k")); });
    tell("list", [&](auto* c, auto* out, auto*) {
      return t->list(ctx(), c, view("a"), view("b"), 10, out);
    });
  }
  void clock() {
    const auto* t = table<tn_host_clock>(TN_CLOCK_ID);
    if (!t) return;
    text_ += std::to_string(t->now_ns(ctx())) + " " + std::to_string(t->monotonic_ns(ctx())) + "\n";
    tell("timer",
         [&](auto* c, auto*, auto* value) { return t->start_timer(ctx(), c, 10, 20, 30, value); });
    t->stop_timer(ctx(), 31);
  }
  void metrics() {
    const auto* t = table<tn_host_metrics>(TN_METRICS_ID);
    if (!t) return;
    const tn_metric_label label{view("l"), view("v")};
    const double bounds[] = {0.1, 1, 10};
    tell("series", [&](auto* c, auto*, auto* value) {
      return t->series(ctx(), c, TN_HISTOGRAM, view("n.m"), view("help"), &label, 1, bounds, 3,
                       value);
    });
    t->record(ctx(), 12, 1.5);
  }

  void events() {
    const auto* t = table<tn_host_events>(TN_EVENTS_ID);
    if (!t) return;
    for (const char* topic : {"shop.sold", "not.mine"})
      tell("publish", [&](auto* c, auto*, auto* value) {
        return t->publish(ctx(), c, view(topic), view(R"({"n":1})"), value);
      });
    tell("publish without id", [&](auto* c, auto*, auto*) {
      return t->publish(ctx(), c, view(""), view(std::string(1 << 20, 'e')), nullptr);
    });
    tell("subscribe", [&](auto* c, auto*, auto*) {
      return t->subscribe(ctx(), c, view("shop.**"), view("mine"), TN_EVENT_DURABLE, UINT64_MAX);
    });
    tell("unsubscribe",
         [&](auto* c, auto*, auto*) { return t->unsubscribe(ctx(), c, view("mine")); });
  }
  void progress() {
    const auto* t = table<tn_host_progress>(TN_PROGRESS_ID);
    if (t) t->report(ctx(), call_, view("pages"), 3, UINT64_MAX);
  }

  void* ctx() const { return host_->ctx; }
  const tn_host* host_;
  const tn_call* call_;
  std::string text_;
};

const tn_host* host_of(tn_instance* instance) {
  return reinterpret_cast<const tn_host*>(instance);
}

const tn_host_log* log_of(const tn_host* host) {
  return static_cast<const tn_host_log*>(host->query(host->ctx, view(TN_LOG_ID)));
}

void say(tn_instance* instance, const tn_call* call, const std::string& line) {
  const auto* host = host_of(instance);
  log_of(host)->write(host->ctx, call, TN_LOG_INFO, view(line), nullptr, 0);
}

tn_status create(const tn_plugin*, const tn_call* call, const tn_host* host,
                 tn_instance** instance) {
  if (!log_of(host)) return fail(call, {Code::unsupported, "cannot live without a log", "/log"});
  *instance = reinterpret_cast<tn_instance*>(const_cast<tn_host*>(host));
  return TN_OK;
}
tn_status start(tn_instance* instance, const tn_call* call) {
  say(instance, call, "started");
  return TN_OK;
}
tn_status probe(tn_instance*, const tn_call* call) {
  return fail(call, {Code::unavailable, "warming up", "/cache"});
}
tn_status stop(tn_instance* instance, const tn_call* call) {
  say(instance, call, "stopped");
  return TN_OK;
}
void destroy(tn_instance* instance, const tn_call* call) {
  say(instance, call, "destroyed");
}

tn_status wait_for_cancel(tn_instance* instance, const tn_call* call) {
  say(instance, call, "waiting");
  while (__atomic_load_n(call->cancelled, __ATOMIC_ACQUIRE) == 0) sched_yield();
  return fail(call, {Code::cancelled, "given up", ""});
}

tn_status write_on(const tn_call* call, const tn_sink* output) {
  tn_status status = TN_OK;
  for (int i = 0; i < 100 && status == TN_OK; ++i)
    status = output->write(output->ctx, bytes(std::string(100'000, 'w')));
  return status == TN_OK ? TN_OK : fail(call, {static_cast<Code>(status), "refused"});
}

// So many threads of the plugin's own call the host 200 times each.
tn_status from_threads(const tn_host* host, tn_str input, const tn_sink* output) {
  const auto* t = static_cast<const tn_host_message*>(host->query(host->ctx, view(TN_MESSAGE_ID)));
  std::atomic<int> answers = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < std::stoi(std::string(view(input))); ++i)
    threads.emplace_back([&, i] {
      const std::string question(static_cast<size_t>(i) * 5000, 'q');
      for (int n = 0; n < 200; ++n) {
        StringSink answer;
        if (t->call(host->ctx, nullptr, 1, view(question), answer.get()) == TN_OK &&
            answer.text() == question)
          ++answers;
      }
    });
  for (auto& thread : threads) thread.join();
  return output->write(output->ctx, bytes(std::to_string(answers) + " answers"));
}

tn_status show_environment(const tn_sink* output) {
  std::string text;
  for (char** setting = environ; *setting; ++setting) text += std::string(*setting) + " ";
  return output->write(output->ctx, bytes(text));
}

tn_status show_descriptors(const tn_sink* output) {
  std::string text;
  for (int fd = 0; fd < 1024; ++fd)
    if (fcntl(fd, F_GETFD) >= 0) text += std::to_string(fd) + " ";
  return output->write(output->ctx, bytes(text));
}

tn_status message(tn_instance* instance, const tn_call* call, uint32_t method, tn_str input,
                  const tn_sink* output) {
  const tn_host* host = host_of(instance);
  switch (method) {
    case 0:
      return output->write(output->ctx, {input.data, input.size});
    case 1:
      return output->write(output->ctx, bytes(Tour(host, call).run()));
    case 2:
      return fail(call, {Code::invalid, "the name is empty", "/name"});
    case 3:
      return TN_E_DATA_LOSS;
    case 4:
      for (uint64_t i = 0; i < input.size; ++i)
        if (const auto status = output->write(output->ctx, {input.data + i, 1})) return status;
      return TN_OK;
    case 5: {
      const auto* t =
          static_cast<const tn_host_message*>(host->query(host->ctx, view(TN_MESSAGE_ID)));
      return t->call(host->ctx, call, 1, input, output);
    }
    case 6:
      return wait_for_cancel(instance, call);
    case 7:
      return write_on(call, output);
    case 8:
      return TN_OK;
    case 10:
      for (;;) pause();
    case 11:
      std::abort();
    case 12:
      return from_threads(host, input, output);
    case 13:
      for (int i = 0; i < 1000; ++i) say(instance, nullptr, "line " + std::to_string(i));
      return TN_OK;
    case 14:
      for (int i = 0; i < 8; ++i)
        if (const auto status = output->write(output->ctx, bytes(std::string(1 << 18, 's'))))
          return status;
      return raise(SIGKILL);
    case 15:
      return show_environment(output);
    case 16:
      return show_descriptors(output);
    default:
      return fail(call, {Code::not_found, "there is no method " + std::to_string(method)});
  }
}

tn_status column(tn_instance*, const tn_call* call, uint32_t method, const tn_batch* input,
                 const tn_batch_sink* output) {
  if (method == 1) return fail(call, {Code::invalid, "no such column", "price"});
  for (int i = 0; i < 3; ++i)
    if (const auto status = output->write(output->ctx, input)) return status;
  return TN_OK;
}

// Route 0 answers in one piece with what it was asked; 1 streams the body back; 2 fails.
tn_status handle(tn_instance*, const tn_call* call, uint32_t route, const tn_http_request* r,
                 const tn_http_exchange* exchange) {
  const tn_http_field type{view("Content-Type"), view("text/plain")};
  if (route == 2) return fail(call, {Code::denied, "not for you", "/"});
  if (route == 0) {
    const std::string seen = show(call) + show(r->method) + show(r->path) + show(r->query) +
                             show(r->remote_address) + std::to_string(r->content_length) +
                             show(r->params, r->param_count) + show(r->headers, r->header_count);
    return exchange->respond(exchange->ctx, 200, &type, 1, bytes(seen));
  }
  if (const auto status = exchange->begin(exchange->ctx, 206, &type, 1, -1)) return status;
  std::string room(700'000, '\0');
  for (;;) {
    uint64_t size = room.size();
    if (const auto status = exchange->read(exchange->ctx, room.data(), &size)) return status;
    if (size == 0) return exchange->finish(exchange->ctx);
    if (const auto status = exchange->write(exchange->ctx, {room.data(), size})) return status;
  }
}

tn_status fire(tn_instance* instance, const tn_call* call, uint64_t token) {
  say(instance, call, "fired " + std::to_string(token));
  return token == 0 ? fail(call, {Code::limit, "no token"}) : TN_OK;
}

tn_status deliver(tn_instance* instance, const tn_call* call, uint64_t token,
                  const tn_event* event) {
  say(instance, call,
      "event " + std::to_string(token) + " " + std::to_string(event->attempt) + " " +
          std::to_string(event->id) + " " + std::to_string(event->time_ns) + " " +
          std::to_string(event->missed) + show(event->topic) + show(event->source) +
          show(event->data));
  return token == 0 ? fail(call, {Code::conflict, "not now", "event"}) : TN_OK;
}

// Two chunks, one of them large, unless the call is to be refused.
tn_status save(tn_instance* instance, const tn_call* call, const tn_sink* state) {
  say(instance, call, "save");
  if (call && view(call->request_id) == "refuse")
    return fail(call, {Code::unavailable, "in the middle of something", "save"});
  const std::string large(3 << 20, 's');
  const tn_status first = state->write(state->ctx, bytes("state "));
  return first == TN_OK ? state->write(state->ctx, bytes(large)) : first;
}

tn_status restore(tn_instance* instance, const tn_call* call, tn_bytes state) {
  say(instance, call, "restore" + show({static_cast<const char*>(state.data), state.size}));
  return state.size == 0 ? fail(call, {Code::invalid, "nothing to restore", "restore"}) : TN_OK;
}

tn_status init(const tn_call* call) {
  if (call && view(call->request_id) == "refuse")
    return fail(call, {Code::unavailable, "not today", "init"});
  return TN_OK;
}
void deinit() {}

const void* query(tn_str table) {
  static const tn_plugin life{sizeof life, 0, create, start, probe, stop, destroy};
  static const tn_plugin_message messages{sizeof messages, 0, message};
  static const tn_plugin_column columns{sizeof columns, 0, column};
  static const tn_plugin_http http{sizeof http, 0, handle};
  static const tn_plugin_timer timers{sizeof timers, 0, fire};
  static const tn_plugin_events events{sizeof events, 0, deliver};
  static const tn_plugin_handover handover{sizeof handover, 0, save, restore};
  if (view(table) == TN_PLUGIN_ID) return &life;
  if (view(table) == TN_MESSAGE_ID) return &messages;
  if (view(table) == TN_COLUMN_ID) return &columns;
  if (view(table) == TN_HTTP_ID) return &http;
  if (view(table) == TN_CLOCK_ID) return &timers;
  if (view(table) == TN_EVENTS_ID) return &events;
  if (view(table) == TN_HANDOVER_ID) return &handover;
  return nullptr;
}

}  // namespace

const tn_entry tour_entry{sizeof(tn_entry), TN_ENTRY_MAGIC, TN_PLATFORM_HERE, init, deinit, query};

}  // namespace tenon::isolation
