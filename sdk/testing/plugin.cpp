#include "tenon/testing/plugin.hpp"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "call_frame.hpp"
#include "exchange.hpp"
#include "routes.hpp"
#include "tenon/handover.h"
#include "world.hpp"

namespace tenon::testing {
namespace {

const tn_entry& load(const std::string& file, void*& handle) {
  handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) throw std::runtime_error("the plugin cannot be loaded: " + std::string(dlerror()));
  const auto* entry = static_cast<const tn_entry*>(dlsym(handle, TN_ENTRY_SYMBOL));
  if (!entry) throw std::runtime_error(file + " is no plugin: it exports no " TN_ENTRY_SYMBOL);
  return *entry;
}

// The request as the plugin gets it.
const tn_http_request* describe(Lent& lent, const HttpRequest& request, const Routed& routed) {
  std::vector<tn_http_field> params, headers;
  for (size_t i = 0; i < routed.match.param_count; ++i)
    params.push_back(
        {lent.text(routed.match.route->param_names[i]), lent.text(routed.match.params[i])});
  for (const auto& [name, value] : request.headers)
    headers.push_back({lent.text(name), lent.text(value)});
  return lent.item(tn_http_request{sizeof(tn_http_request), static_cast<uint32_t>(params.size()),
                                   static_cast<uint32_t>(headers.size()), 0,
                                   lent.text(request.method == "HEAD" ? "GET" : request.method),
                                   lent.text(routed.path.decoded()), lent.text(routed.query),
                                   lent.text("127.0.0.1"),
                                   request.chunked ? -1 : static_cast<int64_t>(request.body.size()),
                                   lent.items(params), lent.items(headers)});
}

}  // namespace

class Plugin::Impl {
 public:
  Impl(Host& host, const tn_entry& entry, void* handle);
  ~Impl();

  template <class Table>
  const Table* table(std::string_view id) const {
    return static_cast<const Table*>(entry_.query(view(id)));
  }
  // An error when the plugin does not run.
  Result<void> check_running() const {
    if (guest_->instance) return {};
    return Error{Code::unavailable, "the plugin does not run: call start() first"};
  }
  Result<uint32_t> method_number(std::string_view interface_id, std::string_view method,
                                 bool column) const;
  Result<void> start(const CallOptions& options);
  Result<void> stop(const CallOptions& options);
  HttpResponse handle(const HttpRequest& request);

  World& world_;
  const tn_entry& entry_;
  void* handle_;
  const tn_plugin* life_ = nullptr;
  std::unique_ptr<Guest> guest_;

 private:
  Result<void> create(const CallOptions& options);
  void destroy();

  std::optional<Routes> routes_;
  bool initialised_ = false;
  size_t violations_told_ = 0;
};

Plugin::Impl::Impl(Host& host, const tn_entry& entry, void* handle)
    : world_(*host.world_), entry_(entry), handle_(handle) {
  if (entry.magic != TN_ENTRY_MAGIC || entry.platform.abi_major != TN_ABI_MAJOR)
    throw std::runtime_error("tenon_entry is none of version 1 of the interface");
  auto declared = read_declared(entry);
  if (!declared.ok()) throw std::runtime_error(declared.error().message);
  routes_.emplace(declared->routes);
  life_ = this->table<tn_plugin>(TN_PLUGIN_ID);
  if (!life_) throw std::runtime_error("the plugin has no table " TN_PLUGIN_ID);
  guest_ = std::make_unique<Guest>(world_, std::move(*declared));
  guest_->timer_table = this->table<tn_plugin_timer>(TN_CLOCK_ID);
  guest_->events_table = this->table<tn_plugin_events>(TN_EVENTS_ID);
  violations_told_ = host.violations().size();
}

Plugin::Impl::~Impl() {
  const auto stopped = stop({});
  if (!stopped.ok()) {
    std::fprintf(stderr, "the plugin did not stop well: %s\n", stopped.error().message.c_str());
    std::abort();
  }
  guest_.reset();
  if (initialised_ && entry_.deinit) entry_.deinit();
  if (handle_) dlclose(handle_);
}

Result<void> Plugin::Impl::create(const CallOptions& options) {
  std::string config;
  {
    const std::lock_guard lock(world_.mutex);
    config = world_.config;
  }
  TN_TRY(guest_->config, complete_config(guest_->declared.manifest, config));
  guest_->readable = readable_paths(guest_->declared.manifest, guest_->config);
  if (!initialised_ && entry_.init) {
    CallFrame frame(world_, options, "init");
    TN_CHECK(frame.result(entry_.init(frame.call())));
  }
  initialised_ = true;
  CallFrame frame(world_, options, "create");
  tn_instance* made = nullptr;
  const auto created = frame.result(life_->create(life_, frame.call(), &guest_->raw, &made));
  if (created.ok() && !made) return Error{Code::internal, "create made no instance"};
  if (!created.ok() && made) world_.violation("create: failed and left an instance");
  guest_->instance = created.ok() ? made : nullptr;
  return created;
}

Result<void> Plugin::Impl::start(const CallOptions& options) {
  if (guest_->instance) return Error{Code::conflict, "the plugin runs already"};
  TN_CHECK(create(options));
  CallFrame frame(world_, options, "start");
  auto started = frame.result(life_->start(guest_->instance, frame.call()));
  if (!started.ok()) destroy();
  return started;
}

void Plugin::Impl::destroy() {
  guest_->leave();
  CallFrame frame(world_, {}, "destroy");
  life_->destroy(guest_->instance, frame.call());
  (void)frame.result(TN_OK);
  world_.end_call(0);  // transactions that belong to no call belong to the instance
  guest_->instance = nullptr;
}

Result<void> Plugin::Impl::stop(const CallOptions& options) {
  Result<void> stopped;
  if (guest_->instance) {
    CallFrame frame(world_, options, "stop");
    stopped = frame.result(life_->stop(guest_->instance, frame.call()));
    destroy();
  }
  if (!stopped.ok()) return stopped;
  const std::lock_guard lock(world_.mutex);
  if (violations_told_ >= world_.violations.size()) return {};
  std::string all;
  for (; violations_told_ < world_.violations.size(); ++violations_told_)
    all += (all.empty() ? "" : "; ") + world_.violations[violations_told_];
  return Error{Code::internal, "against the rules of the interface: " + all};
}

Result<uint32_t> Plugin::Impl::method_number(std::string_view interface_id, std::string_view method,
                                             bool column) const {
  TN_CHECK(check_running());
  const auto& methods = guest_->declared.methods;
  for (uint32_t i = 0; i < methods.size(); ++i)
    if (methods[i].interface_id == interface_id && methods[i].name == method &&
        methods[i].column == column)
      return i;
  return Error{Code::not_found, "the manifest has no " +
                                    std::string(column ? "column" : "message") + " method " +
                                    std::string(interface_id) + " " + std::string(method)};
}

HttpResponse Plugin::Impl::handle(const HttpRequest& request) {
  if (const auto running = check_running(); !running.ok()) return host_answer(503, running.error());
  Routed routed;
  if (auto refused = routes_->find(request, routed)) return std::move(*refused);
  const auto* http = table<tn_plugin_http>(TN_HTTP_ID);
  if (!http) throw std::runtime_error("the plugin has routes and no table " TN_HTTP_ID);
  CallFrame frame(world_, request.call, request.method + " " + routed.route().pattern);
  const tn_http_request* const raw = describe(frame.lent(), request, routed);
  Exchange exchange(frame, request, routed.max_body());
  const tn_status status =
      http->handle(guest_->instance, frame.call(), routed.number, raw, exchange.get());
  exchange.check(status);
  return exchange.end(frame.result(status));
}

Plugin::Plugin(Host& host, const std::string& file) {
  void* handle = nullptr;
  const tn_entry& entry = load(file, handle);
  impl_ = std::make_unique<Impl>(host, entry, handle);
}
Plugin::Plugin(Host& host, const tn_entry& entry)
    : impl_(std::make_unique<Impl>(host, entry, nullptr)) {}
Plugin::~Plugin() = default;

const boost::json::object& Plugin::manifest() const {
  return impl_->guest_->declared.manifest;
}
Result<void> Plugin::start(const CallOptions& options) {
  return impl_->start(options);
}
Result<void> Plugin::stop(const CallOptions& options) {
  return impl_->stop(options);
}

Result<void> Plugin::probe(const CallOptions& options) {
  TN_CHECK(impl_->check_running());
  if (!impl_->life_->probe) return {};
  CallFrame frame(impl_->world_, options, "probe");
  return frame.result(impl_->life_->probe(impl_->guest_->instance, frame.call()));
}

Result<std::string> Plugin::call_text(std::string_view interface_id, std::string_view method,
                                      std::string_view input, const CallOptions& options) {
  TN_TRY(const uint32_t number, impl_->method_number(interface_id, method, false));
  const auto* table = impl_->table<tn_plugin_message>(TN_MESSAGE_ID);
  if (!table) return Error{Code::unsupported, "the plugin has no table " TN_MESSAGE_ID};
  CallFrame frame(impl_->world_, options, "message " + std::string(method));
  const tn_status status = table->call(impl_->guest_->instance, frame.call(), number,
                                       frame.lent().text(input), frame.sink());
  if (status == TN_OK && !json::parse(frame.text()).ok())
    frame.complain("answered what is no JSON: " + frame.text().substr(0, 100));
  TN_CHECK(frame.result(status));
  return frame.text();
}

Result<std::vector<BatchBuffer>> Plugin::batch(std::string_view interface_id,
                                               std::string_view method, BatchBuffer& input,
                                               const CallOptions& options) {
  TN_TRY(const uint32_t number, impl_->method_number(interface_id, method, true));
  const auto* table = impl_->table<tn_plugin_column>(TN_COLUMN_ID);
  if (!table) return Error{Code::unsupported, "the plugin has no table " TN_COLUMN_ID};
  CallFrame frame(impl_->world_, options, "column " + std::string(method));
  tn_batch raw = input.raw();
  std::vector<tn_column> columns(raw.columns, raw.columns + raw.column_count);
  for (tn_column& column : columns) {
    column.name = frame.lent().text(view(column.name));
    column.data = frame.lent().copy(column.data, column.count * column_element_bytes(column.type));
    if (column.offsets)
      column.offsets = static_cast<const uint64_t*>(
          frame.lent().copy(column.offsets, (raw.rows + 1) * sizeof(uint64_t)));
  }
  raw.columns = frame.lent().items(columns);
  TN_CHECK(frame.result(table->call(impl_->guest_->instance, frame.call(), number,
                                    frame.lent().item(raw), frame.batch_sink())));
  return frame.batches();
}

HttpResponse Plugin::request(const HttpRequest& request) {
  return impl_->handle(request);
}

HttpResponse Plugin::post(std::string_view target, std::string_view body,
                          std::string_view content_type) {
  return request({.method = "POST",
                  .target = std::string(target),
                  .headers = {{"Content-Type", std::string(content_type)}},
                  .body = std::string(body)});
}

Result<std::string> Plugin::save(const CallOptions& options) {
  TN_CHECK(impl_->check_running());
  const auto* table = impl_->table<tn_plugin_handover>(TN_HANDOVER_ID);
  if (!table) return Error{Code::unsupported, "the plugin hands nothing over"};
  CallFrame frame(impl_->world_, options, "save");
  TN_CHECK(frame.result(table->save(impl_->guest_->instance, frame.call(), frame.sink())));
  return frame.text();
}

Result<void> Plugin::restore(std::string_view state, const CallOptions& options) {
  TN_CHECK(impl_->check_running());
  const auto* table = impl_->table<tn_plugin_handover>(TN_HANDOVER_ID);
  if (!table) return Error{Code::unsupported, "the plugin takes nothing over"};
  CallFrame frame(impl_->world_, options, "restore");
  return frame.result(
      table->restore(impl_->guest_->instance, frame.call(), frame.lent().bytes(state)));
}

}  // namespace tenon::testing
