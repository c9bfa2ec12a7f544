// A whole host: every module of one deployment, made and taken apart in the right order.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "host/app/config_reload.hpp"
#include "host/app/options.hpp"
#include "host/app/route_observer.hpp"
#include "host/base/descriptor.hpp"
#include "host/crash/crash_store.hpp"
#include "host/http/civetweb_server.hpp"
#include "host/http/router.hpp"
#include "host/http/static_files.hpp"
#include "host/observe/health.hpp"
#include "host/observe/logging.hpp"
#include "host/observe/metrics.hpp"
#include "host/observe/request_log.hpp"
#include "host/plugins/plugin_host.hpp"
#include "host/store/data_dir.hpp"
#include "host/store/store.hpp"
#include "host/tools/mcp_http.hpp"

namespace tenon::app {

class Host {
 public:
  // Locks the data directory, opens log and store. Runs nothing of a plugin yet. `loaded` must be
  // free of problems.
  static Result<std::unique_ptr<Host>> create(LoadedDeployment loaded);
  // Stops what runs, in reverse order.
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // Shows how far long work of plugins has come; set before start_plugins. [any-thread]
  void on_progress(decltype(plugins::HostServices::on_progress) show) {
    services_->on_progress = std::move(show);
  }

  // Whether it will be able to listen there; from now on it is. To ask before anything of a plugin
  // runs.
  Result<void> hold(const std::string& address, std::uint16_t port);
  // Starts the plugins.
  Result<void> start_plugins();
  // Opens the HTTP server on address and port; returns the URL.
  Result<std::string> listen(const std::string& address, std::uint16_t port);

  // Stops everything, once. False when something of a plugin never came back: end the process then,
  // without destroying this.
  bool stop();

  plugins::PluginHost& plugins() { return *plugins_; }
  crash::CrashStore& crashes() { return *crashes_; }
  observe::Metrics& metrics() { return *metrics_; }
  observe::Health& health() { return health_; }
  spdlog::logger& log() { return *log_; }
  plugins::EventHub& events() { return *events_; }
  // Null: agents are not served.
  tools::McpServer* agents() { return mcp_server_.get(); }
  tools::McpHttp* mcp() { return mcp_.get(); }
  const std::shared_ptr<http::Handler>& openapi() const { return openapi_; }
  // What it was started with: what cannot change while it runs.
  const config::HostConfig& config() const { return configuration_.started_with(); }
  ConfigReload& configuration() { return configuration_; }
  // What a caller of the host's own controls must send.
  const std::string& token() const { return token_; }
  // Serves the files of a folder; the same handler for each table of routes, so that replaced ones
  // hold no folder open.
  Result<std::shared_ptr<http::StaticFiles>> files_of(const std::filesystem::path& folder);
  // Routes now served, for listings.
  std::shared_ptr<const http::RouteTable> route_table() const { return router_.table(); }

  // ---- for a change of the configuration

  using Levels = std::map<std::string, config::LogLevel>;  // by instance; "": of all others
  // Whether its routes clash with each other or with the host's own.
  Result<void> check_routes(const plugins::Deployment& next);
  // The levels of instances that are new are needed when they start.
  void prepare_levels(const Levels& levels);
  void set_levels(const Levels& levels);
  // Health tells of the instances that there are now.
  void settle(const config::HostConfig& next);
  // Serves routes and pages as they are now. [any-thread]
  Result<void> install_routes();

 private:
  explicit Host(LoadedDeployment loaded) : configuration_(std::move(loaded)) {}
  Result<void> open();
  Result<void> open_logging();
  Result<void> open_store();
  Result<void> open_events();
  void open_tools();
  // What runs may be other now. [any-thread]
  void tell_agents();
  Result<void> allow_reload(const std::string& instance, const plugins::Manifest& next);
  void on_crash(const crash::CrashReport& report);
  void on_reload(const std::string& instance, std::string_view outcome, const std::string& text);
  void on_state(const std::string& instance, std::string_view state, const std::string& reason);

  ConfigReload configuration_;
  std::unique_ptr<store::DataDir> data_dir_;
  std::string token_;
  std::unique_ptr<observe::Logging> logging_;
  std::shared_ptr<spdlog::logger> log_;
  std::unique_ptr<observe::Metrics> metrics_;
  observe::Health health_;
  std::unique_ptr<observe::RequestLog> request_log_;
  std::unique_ptr<store::Store> store_;
  plugins::MessageBus bus_;
  std::unique_ptr<plugins::Timers> timers_;
  std::unique_ptr<plugins::Timers> keeper_;
  plugins::Transactions transactions_;
  plugins::CallChains chains_;
  std::unique_ptr<plugins::EventHub> events_;
  std::unique_ptr<crash::CrashStore> crashes_;
  std::unique_ptr<workers::Workers> workers_;
  std::unique_ptr<tools::McpServer> mcp_server_;  // told of what the plugins do until they end
  std::unique_ptr<plugins::HostServices> services_;
  std::unique_ptr<plugins::PluginHost> plugins_;
  std::unique_ptr<tools::McpHttp> mcp_;
  std::shared_ptr<http::Handler> openapi_;
  std::mutex routes_mutex_;  // one installation of routes at a time
  // A folder may be exchanged for another of the same name.
  struct OpenFolder {
    uint64_t device = 0;
    uint64_t inode = 0;
    std::shared_ptr<http::StaticFiles> files;
  };
  std::mutex files_mutex_;
  std::map<std::filesystem::path, OpenFolder> files_;  // guarded by files_mutex_
  http::Router router_;
  std::unique_ptr<http::AccessPolicy> policy_;
  std::unique_ptr<RouteObserver> observer_;
  std::unique_ptr<http::Pipeline> pipeline_;
  Descriptor held_;  // the address, until the server has it
  std::unique_ptr<http::HttpServer> server_;
  bool stopped_ = false;
};

}  // namespace tenon::app
