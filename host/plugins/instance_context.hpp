// The host as one instance sees it: the tn_host it gets, and what is behind the tables.
#pragma once

#include <boost/json.hpp>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "host/crash/crash_report.hpp"
#include "host/observe/logging.hpp"
#include "host/observe/metrics.hpp"
#include "host/plugins/call_chain.hpp"
#include "host/plugins/call_listeners.hpp"
#include "host/plugins/event_hub.hpp"
#include "host/plugins/message_bus.hpp"
#include "host/plugins/permissions.hpp"
#include "host/plugins/timers.hpp"
#include "host/plugins/transactions.hpp"
#include "host/store/key_value.hpp"
#include "host/store/store.hpp"
#include "host/workers/workers.hpp"
#include "tenon/entry.h"
#include "tenon/result.hpp"

namespace tenon::plugins {

class Generation;

// What the host lends to its instances. Everything outlives them.
struct HostServices {
  std::string version;         // of the host
  std::filesystem::path data;  // instances' own folders lie below data/plugins
  observe::Logging& logging;
  observe::Metrics& metrics;
  MessageBus& bus;
  Timers& timers;
  Transactions& transactions;
  CallChains& chains;
  Timers& keeper;                       // the host's own: restarts, trials, drains
  store::Store* store = nullptr;        // null: no store is configured
  workers::Workers* workers = nullptr;  // null: this host runs no isolated instances
  EventHub* events = nullptr;           // null: this host passes no events
  // Told of every change of state. [any-thread]
  std::function<void(const std::string& instance, std::string_view state,
                     const std::string& reason)>
      on_state = [](const std::string&, std::string_view, const std::string&) {};
  // Told what became of a reload: "serving", "refused", "trial", "rolled back", or of an old
  // generation: "retiring". [any-thread]
  std::function<void(const std::string& instance, std::string_view outcome,
                     const std::string& text)>
      on_reload = [](const std::string&, std::string_view, const std::string&) {};
  // A worker was refused something; the text names the permission and the line to add. [any-thread]
  std::function<void(const std::string& instance, const std::string& text)> on_denied =
      [](const std::string&, const std::string&) {};
  // What the operator should know of the signature of code that is loaded: there is none to trust,
  // or soon not. [any-thread]
  std::function<void(const std::string& instance, const std::string& text)> on_signature =
      [](const std::string&, const std::string&) {};
  // A worker ended by itself. [any-thread]
  std::function<void(const crash::CrashReport& report)> on_crash = [](const crash::CrashReport&) {};
  // Routes or pages of an instance are others now. [any-thread]
  std::function<void()> on_routes = [] {};
  // Whether an instance may become a version with that manifest. [any-thread]
  std::function<Result<void>(const std::string& instance, const Manifest& next)> allow_reload =
      [](const std::string&, const Manifest&) { return Result<void>(); };
  // Told how far long work has come (tenon/progress.h). [any-thread]
  std::function<void(const std::string& instance, std::string_view text, uint64_t done,
                     uint64_t total)>
      on_progress = [](const std::string&, std::string_view, uint64_t, uint64_t) {};
  // Of single calls.
  std::shared_ptr<CallListeners> listeners = std::make_shared<CallListeners>();
};

class InstanceContext {
 public:
  // `config` is complete JSON; relative paths in it begin at `config_folder`.
  InstanceContext(HostServices& services, Generation& generation, std::string config,
                  std::filesystem::path config_folder);
  InstanceContext(const InstanceContext&) = delete;
  InstanceContext& operator=(const InstanceContext&) = delete;

  const tn_host& host() const { return host_; }

  // ---- for the tables; [any-thread]
  const std::string& id() const { return id_; }
  Generation& generation() { return generation_; }
  HostServices& services() { return services_; }
  const boost::json::value& config() const { return config_; }
  const std::filesystem::path& config_folder() const { return config_folder_; }
  const Permissions& permissions() const;
  Result<std::filesystem::path> data_folder();
  // Whether the manifest requires the interface, so that it may be resolved.
  bool may_use(std::string_view interface_id) const;
  void log(uint32_t level, std::string_view message) const;
  // Keeps a line that the plugin logged, for the report of a crash.
  void remember(std::string_view line);
  std::vector<std::string> recent_lines() const;
  spdlog::logger& logger() const { return *logger_; }

  observe::MetricOwner& metrics() { return *metrics_; }

  Result<store::Scope> scope();
  Result<store::KeyValue> state();

 private:
  static const void* TN_ABI query(void* ctx, tn_str table);

  HostServices& services_;
  Generation& generation_;
  const std::string id_;
  const boost::json::value config_;
  const std::filesystem::path config_folder_;
  std::shared_ptr<spdlog::logger> logger_;
  std::shared_ptr<observe::MetricOwner> metrics_;
  tn_host host_;

  mutable std::mutex lines_mutex_;
  std::deque<std::string> lines_;  // guarded by lines_mutex_

  mutable std::mutex mutex_;  // guards all below
  std::optional<store::Scope> scope_;
  std::optional<store::KeyValue> state_;
};

}  // namespace tenon::plugins
