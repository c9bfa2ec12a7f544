// The host as a C++ plugin sees it. Cheap handles onto the C tables; all [any-thread] unless they
// say otherwise.
#pragma once

#include <initializer_list>
#include <memory>
#include <vector>

#include "tenon/config.h"
#include "tenon/entry.h"
#include "tenon/json.hpp"
#include "tenon/log.h"
#include "tenon/message.h"
#include "tenon/views.hpp"

namespace tenon {

// Looks up a table of the host; null when this host does not have it.
template <class Table>
const Table* host_table(const tn_host& host, std::string_view id) {
  return static_cast<const Table*>(host.query(host.ctx, view(id)));
}

inline Error missing_table(std::string_view id) {
  return {Code::unsupported, "this host does not offer " + std::string(id) + " to this plugin"};
}

class Log {
 public:
  using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  explicit Log(const tn_host& host)
      : ctx_(host.ctx), table_(host_table<tn_host_log>(host, TN_LOG_ID)) {}

  bool enabled(uint32_t level) const { return table_ && level >= table_->level(ctx_); }
  void debug(std::string_view message, Fields fields = {}) const {
    write(TN_LOG_DEBUG, message, fields);
  }
  void info(std::string_view message, Fields fields = {}) const {
    write(TN_LOG_INFO, message, fields);
  }
  void warn(std::string_view message, Fields fields = {}) const {
    write(TN_LOG_WARN, message, fields);
  }
  void error(std::string_view message, Fields fields = {}) const {
    write(TN_LOG_ERROR, message, fields);
  }

  // `call` gives the line its request id.
  void write(uint32_t level, std::string_view message, Fields fields = {},
             const Call* call = nullptr) const {
    if (!enabled(level)) return;
    std::vector<tn_log_field> raw;
    raw.reserve(fields.size());
    for (const auto& [name, value] : fields) raw.push_back({view(name), view(value)});
    table_->write(ctx_, call ? &call->raw() : nullptr, level, view(message), raw.data(),
                  raw.size());
  }

 private:
  void* ctx_;
  const tn_host_log* table_;
};

// A method of another plugin, resolved once. Move-only; released with this object.
class Method {
 public:
  Method(void* ctx, const tn_host_message* table, tn_method handle)
      : ctx_(ctx), table_(table), handle_(handle) {}
  Method(Method&& other) noexcept
      : ctx_(other.ctx_), table_(other.table_), handle_(std::exchange(other.handle_, 0)) {}
  Method& operator=(Method&& other) noexcept {
    std::swap(ctx_, other.ctx_);
    std::swap(table_, other.table_);
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Method() {
    if (handle_) table_->release(ctx_, handle_);
  }

  tn_method handle() const { return handle_; }

  // JSON text in and out.
  Result<std::string> call_text(const Call& call, std::string_view input) const {
    StringSink output;
    TN_CHECK(call.invoke([&](const tn_call* raw) {
      return table_->call(ctx_, raw, handle_, view(input), output.get());
    }));
    return output.take();
  }
  template <class Out, class In>
  Result<Out> call(const Call& call, const In& input) const {
    TN_TRY(auto text, call_text(call, json::encode(input)));
    return json::decode<Out>(text);
  }

 private:
  void* ctx_;
  const tn_host_message* table_;
  tn_method handle_;
};

// One provider of an interface, as Messages::providers lists them.
struct Provider {
  std::string instance;
  std::string library;
  std::string version;
  std::string state;   // "ready", or "away" while it is started again
  std::string labels;  // "region=eu,tier=gold"
  int64_t priority = 0;

  static constexpr Field fields[] = {{.name = "labels", .optional = true},
                                     {.name = "priority", .optional = true}};
};
BOOST_DESCRIBE_STRUCT(Provider, (), (instance, library, version, state, labels, priority))

// Which provider is meant: all but the interface may be empty.
struct Selector {
  std::string_view interface_id;
  std::string_view range = {};
  std::string_view instance = {};
  std::string_view labels = {};  // "region=eu,tier=gold"

  tn_selector raw() const {
    return {sizeof(tn_selector), 0, view(interface_id), view(range), view(instance), view(labels)};
  }
};

class Messages {
 public:
  explicit Messages(const tn_host& host)
      : ctx_(host.ctx), table_(host_table<tn_host_message>(host, TN_MESSAGE_ID)) {}

  Result<std::vector<Provider>> providers(const Call& call, const Selector& selector) const {
    if (!table_) return missing_table(TN_MESSAGE_ID);
    StringSink output;
    const tn_selector raw = selector.raw();
    TN_CHECK(call.invoke(
        [&](const tn_call* c) { return table_->providers(ctx_, c, &raw, output.get()); }));
    return json::decode<std::vector<Provider>>(output.text(), json::Mode::forward);
  }

  Result<Method> resolve(const Call& call, const Selector& selector,
                         std::string_view method) const {
    if (!table_) return missing_table(TN_MESSAGE_ID);
    tn_method handle = 0;
    const tn_selector raw = selector.raw();
    TN_CHECK(call.invoke(
        [&](const tn_call* c) { return table_->resolve(ctx_, c, &raw, view(method), &handle); }));
    return Method(ctx_, table_, handle);
  }

 private:
  void* ctx_;
  const tn_host_message* table_;
};

class ConfigView {
 public:
  explicit ConfigView(const tn_host& host)
      : ctx_(host.ctx), table_(host_table<tn_host_config>(host, TN_CONFIG_ID)) {}

  // The value at a JSON pointer as JSON text; the whole configuration for an empty one.
  Result<std::string> text(std::string_view pointer = "") const {
    return read([&](const tn_call* call, const tn_sink* out) {
      return table_->get(ctx_, call, view(pointer), out);
    });
  }
  template <class T>
  Result<T> as() const {
    TN_TRY(auto json_text, text());
    return json::decode<T>(json_text, json::Mode::config);
  }
  // A folder that belongs to this instance alone.
  Result<std::string> data_folder() const {
    return read([&](const tn_call* call, const tn_sink* out) {
      return table_->data_folder(ctx_, call, out);
    });
  }
  Result<std::string> resolve_path(std::string_view path) const {
    return read([&](const tn_call* call, const tn_sink* out) {
      return table_->resolve_path(ctx_, call, view(path), out);
    });
  }

 private:
  template <class Function>
  Result<std::string> read(Function&& function) const {
    if (!table_) return missing_table(TN_CONFIG_ID);
    StringSink output;
    TN_CHECK(Call().invoke([&](const tn_call* call) { return function(call, output.get()); }));
    return output.take();
  }
  void* ctx_;
  const tn_host_config* table_;
};

// Handed to the constructor of a plugin; valid as long as the plugin object lives.
class Host {
 public:
  explicit Host(const tn_host* raw) : raw_(raw), log_(*raw) {}

  std::string_view version() const { return view(raw_->version); }
  std::string_view instance() const { return view(raw_->instance); }
  const Log& log() const { return log_; }
  ConfigView config() const { return ConfigView(*raw_); }
  Messages messages() const { return Messages(*raw_); }
  // For the faces in tenon/*.hpp.
  const tn_host& raw() const { return *raw_; }

 private:
  const tn_host* raw_;
  Log log_;
};

}  // namespace tenon
