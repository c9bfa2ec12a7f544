#include "host/app/host.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <set>

#include "host/app/host_routes.hpp"
#include "host/app/installation.hpp"
#include "host/app/route_observer.hpp"
#include "host/http/held_address.hpp"
#include "host/observe/log_metrics.hpp"
#include "host/observe/process_metrics.hpp"
#include "host/tools/openapi_handler.hpp"

namespace tenon::app {
namespace {

using namespace std::chrono_literals;

observe::Level to_level(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::trace:
      return observe::Level::trace;
    case config::LogLevel::debug:
      return observe::Level::debug;
    case config::LogLevel::info:
      return observe::Level::info;
    case config::LogLevel::warn:
      return observe::Level::warn;
    case config::LogLevel::error:
      return observe::Level::error;
    case config::LogLevel::off:
      return observe::Level::off;
  }
  return observe::Level::info;
}

// One for all workers: the shortest that an instance asks for.
std::chrono::milliseconds heartbeat_of(const config::HostConfig& config) {
  std::chrono::milliseconds shortest{1000};
  for (const auto& instance : config.plugins)
    shortest = std::min(shortest, instance.settings.supervision.heartbeat);
  return shortest;
}

}  // namespace

Result<std::unique_ptr<Host>> Host::create(LoadedDeployment loaded) {
  std::unique_ptr<Host> host(new Host(std::move(loaded)));
  TN_CHECK(host->open());
  return host;
}

Result<void> Host::open() {
  auto data_dir = store::DataDir::open(config().data.string());
  if (!data_dir.ok()) {
    Error error = data_dir.error();
    if (error.code != Code::conflict) error.message += "; --data DIR names another";
    return error;
  }
  data_dir_ = std::make_unique<store::DataDir>(std::move(*data_dir));
  TN_TRY(token_, data_dir_->ensure_secret("host-token", 32));
  TN_CHECK(open_logging());
  TN_CHECK(open_store());
  TN_TRY(crashes_, crash::CrashStore::open({config().data / "crashes"}));
  workers_ = std::make_unique<workers::Workers>(worker_program(), heartbeat_of(config()));
  timers_ = std::make_unique<plugins::Timers>();
  keeper_ = std::make_unique<plugins::Timers>();
  TN_CHECK(open_events());
  services_ = std::make_unique<plugins::HostServices>(plugins::HostServices{
      TENON_VERSION, std::filesystem::absolute(config().data), *logging_, *metrics_, bus_, *timers_,
      transactions_, chains_, *keeper_, store_.get(), workers_.get(), events_.get()});
  services_->on_state = [this](const std::string& instance, std::string_view state,
                               const std::string& reason) { on_state(instance, state, reason); };
  services_->on_reload = [this](const std::string& instance, std::string_view outcome,
                                const std::string& text) { on_reload(instance, outcome, text); };
  services_->on_crash = [this](const crash::CrashReport& report) { on_crash(report); };
  services_->on_denied = [this](const std::string&, const std::string& text) {
    log_->warn("{}", text);
  };
  services_->on_signature = [this](const std::string& instance, const std::string& text) {
    log_->warn("plugin {} {}", instance, text);
  };
  services_->on_routes = [this] {
    if (const auto done = install_routes(); !done.ok())
      log_->error("the routes stay as they were: {}", done.error().message);
  };
  plugins::LibraryCopies copies{services_->data / "run" / "libraries"};
  if (config().library_copies == config::LibraryCopies::files)
    copies.kind = plugins::CopyKind::file;
  services_->allow_reload = [this](const std::string& instance, const plugins::Manifest& next) {
    return allow_reload(instance, next);
  };
  plugins_ = std::make_unique<plugins::PluginHost>(*services_, std::move(copies));
  open_tools();
  return {};
}

void Host::open_tools() {
  const auto served = [this] { return plugins_->served(); };
  openapi_ = std::make_shared<tools::OpenApiHandler>(tools::OpenApiHandler::Source{
      config().name, TENON_VERSION, [this] { return router_.table(); }, served});
  if (!config().mcp.enabled) return;
  tools::McpHost host;
  host.name = config().name;
  host.version = TENON_VERSION;
  host.settings = config().mcp;
  host.served = served;
  host.call = [this](const tn_call* call, const tools::Tool& tool, std::string_view input,
                     std::shared_ptr<const plugins::CallListener> listener) {
    return plugins_->call(call, {tool.interface_id, tool.method, tool.instance}, input,
                          std::move(listener));
  };
  host.on_problem = [this](const std::string& text) { log_->error("{}", text); };
  mcp_server_ = std::make_unique<tools::McpServer>(std::move(host));
  mcp_ = std::make_unique<tools::McpHttp>(*mcp_server_);
}

void Host::tell_agents() {
  if (mcp_server_) mcp_server_->changed();
}

Result<void> Host::open_logging() {
  observe::LogOptions options;
  options.level = to_level(config().log.level);
  options.format = config().log.format == config::LogFormat::json ? observe::LogFormat::json
                                                                  : observe::LogFormat::text;
  options.file = config().log.file.string();
  for (const auto& instance : config().plugins)
    options.levels[instance.id] = to_level(instance.log_level);
  TN_TRY(logging_, observe::Logging::create(options));
  TN_CHECK(logging_->redact(token_));
  log_ = logging_->logger("host");
  metrics_ = std::make_unique<observe::Metrics>();
  TN_CHECK(observe::add_process_metrics(*metrics_, TENON_VERSION));
  TN_CHECK(observe::add_log_metrics(*metrics_, *logging_));
  TN_TRY(request_log_, observe::RequestLog::create(*metrics_, logging_->logger("http")));
  return {};
}

Result<void> Host::open_store() {
  store::StoreOptions options;
  options.dialect = config().store.driver == config::StoreDriver::postgres
                        ? store::Dialect::postgres
                        : store::Dialect::sqlite;
  options.path = config().store.path.string();
  options.url = config().store.url;
  options.connections = config().store.readers;
  options.durability = config().store.durability == config::Durability::full
                           ? store::Durability::full
                           : store::Durability::normal;
  options.on_notice = [logger = logging_->logger("store")](std::string_view text) {
    logger->info("{}", text);
  };
  TN_TRY(store_, store::open_store(options));
  return {};
}

// Plugins hear of each other's coming and going by the events of the host.
Result<void> Host::open_events() {
  plugins::EventOptions options;
  options.threads = config().events.threads;
  options.live_events = config().events.live;
  options.durable_events = config().events.durable;
  options.durable_age = config().events.durable_age;
  options.deliver_timeout = config().events.deliver_timeout;
  events_ = std::make_unique<plugins::EventHub>(options, chains_, transactions_);
  events_->on_problem(
      [logger = logging_->logger("events")](const std::string& text) { logger->warn("{}", text); });
  TN_CHECK(events_->open(*store_));
  bus_.on_change([this](const plugins::ProviderChange& change) {
    events_->announce(plugins::kProviderTopic, plugins::provider_event(change),
                      change.interface_id);
    tell_agents();
  });
  return {};
}

void Host::on_state(const std::string& instance, std::string_view state,
                    const std::string& reason) {
  const bool failed = state == "failed";
  if (failed || state == "degraded")
    log_->error("plugin {} {} {}: {}", instance, failed ? "has" : "is", state, reason);
  else  // the steps on the way there are for who looks for trouble
    log_->log(state == "ready" || state == "stopped" ? spdlog::level::info : spdlog::level::debug,
              "plugin {} is {}{}", instance, state, reason.empty() ? "" : ": " + reason);
  using observe::HealthState;
  if (state == "ready")
    health_.report(instance, HealthState::ok);
  else if (state == "degraded")
    health_.report(instance, HealthState::degraded, reason);
  else
    health_.report(instance, HealthState::failed, reason.empty() ? std::string(state) : reason);
  tell_agents();
}

Result<void> Host::start_plugins() {
  for (const auto& instance : config().plugins)
    if (instance.enabled) health_.declare(instance.id, instance.required);
  return plugins_->start(configuration_.deployment());
}

Result<void> Host::check_routes(const plugins::Deployment& next) {
  TN_TRY(auto routes, host_routes(*this));
  for (const auto& instance : next.instances) {
    auto planned = plugins::planned_routes(instance);
    std::move(planned.begin(), planned.end(), std::back_inserter(routes));
  }
  TN_CHECK(http::RouteTable::build(std::move(routes)));
  return {};
}

// The other instances' routes are as they are; those of this one would be the next version's.
Result<void> Host::allow_reload(const std::string& instance, const plugins::Manifest& next) {
  TN_TRY(auto routes, host_routes(*this));
  TN_TRY(auto of_plugins, plugins_->routes());
  const std::string owner = "plugin " + instance;
  for (auto& route : of_plugins)
    if (route.owner != owner) routes.push_back(std::move(route));
  plugins::PlannedInstance planned;
  planned.spec.id = instance;
  planned.candidate.manifest = next;
  auto of_next = plugins::planned_routes(planned);
  std::move(of_next.begin(), of_next.end(), std::back_inserter(routes));
  TN_CHECK(http::RouteTable::build(std::move(routes)));
  return {};
}

void Host::prepare_levels(const Levels& levels) {
  for (const auto& [name, level] : levels)
    if (!name.empty() && !plugins_->find(name).ok()) logging_->set_level(name, to_level(level));
}

void Host::set_levels(const Levels& levels) {
  for (const auto& [name, level] : levels) {
    if (name.empty())
      logging_->set_default_level(to_level(level));
    else
      logging_->set_level(name, to_level(level));
  }
}

void Host::settle(const config::HostConfig& next) {
  std::set<std::string> present;
  for (const auto& instance : next.plugins) {
    if (!instance.enabled) continue;
    health_.declare(instance.id, instance.required);
    present.insert(instance.id);
  }
  const auto readiness = health_.ready();
  for (const auto& part : readiness.body.at("parts").as_array()) {
    const std::string name(part.at("name").as_string());
    if (!present.count(name)) health_.remove(name);
  }
  tell_agents();  // also of who answers now
}

// Also while requests run: those keep the table that they began with.
Result<void> Host::install_routes() {
  const std::lock_guard lock(routes_mutex_);
  TN_TRY(auto routes, host_routes(*this));
  TN_TRY(auto of_plugins, plugins_->routes());
  std::move(of_plugins.begin(), of_plugins.end(), std::back_inserter(routes));
  TN_TRY(auto table, http::RouteTable::build(std::move(routes)));
  router_.replace(std::move(table));
  // Frees older tables once nobody uses them; whoever called this may be a request that does.
  keeper_->start("routes", 50ms, 0ms, [this] { (void)router_.drain(1s); });
  return {};
}

Result<std::shared_ptr<http::StaticFiles>> Host::files_of(const std::filesystem::path& folder) {
  struct stat found {};
  (void)::stat(folder.c_str(), &found);
  const std::lock_guard lock(files_mutex_);
  // Copies of pages come and go with the libraries that they belong to.
  std::erase_if(files_, [](const auto& one) {
    std::error_code ignored;
    return !std::filesystem::exists(one.first, ignored);
  });
  OpenFolder& opened = files_[folder];
  if (!opened.files || opened.device != found.st_dev || opened.inode != found.st_ino) {
    TN_TRY(opened.files, http::StaticFiles::open(folder));
    opened.device = found.st_dev;
    opened.inode = found.st_ino;
  }
  return opened.files;
}

void Host::on_crash(const crash::CrashReport& report) {
  const auto added = crashes_->add(report);
  const std::string line = crash::to_line(report);
  if (added.written.ok())
    log_->error("crash: {}; report: {}", line,
                (config().data / "crashes" / (added.id + ".json")).string());
  else
    log_->error("crash: {}; its report {} is only in memory: {}", line, added.id,
                added.written.error().message);
}

void Host::on_reload(const std::string& instance, std::string_view outcome,
                     const std::string& text) {
  const bool bad = outcome == "refused" || outcome == "rolled back" || outcome == "retiring";
  log_->log(bad ? spdlog::level::warn : spdlog::level::info, "reload of plugin {}, {}: {}",
            instance, outcome, text);
  tell_agents();
}

Result<void> Host::hold(const std::string& address, std::uint16_t port) {
  TN_TRY(held_, http::hold_address(address, port));
  return {};
}

Result<std::string> Host::listen(const std::string& address, std::uint16_t port) {
  TN_CHECK(install_routes());
  policy_ = std::make_unique<http::HostTokenPolicy>(token_);
  observer_ = std::make_unique<RouteObserver>(*request_log_);
  http::PipelineOptions options;
  options.max_body_bytes = config().http.max_body_bytes;
  options.origin.listen_address = address;
  options.origin.hosts = config().http.allowed_hosts;
  options.log = logging_->logger("http");
  pipeline_ = std::make_unique<http::Pipeline>(router_, *policy_, observer_.get(), options);
  http::ServerOptions server;
  server.address = address;
  server.port = std::to_string(port);
  server.workers = config().http.workers;
  server.request_timeout = config().http.request_timeout;
  server.keep_alive_timeout = config().http.keep_alive;
  server_ = http::make_civetweb_server(server, *pipeline_);
  TN_CHECK(server_->start());
  held_.reset();
  const std::string url = fmt::format("http://{}:{}", address, server_->port());
  TN_CHECK(data_dir_->record_address(url));
  log_->debug("listening on {}", url);  // `tenon run` prints it
  return url;
}

bool Host::stop() {
  if (std::exchange(stopped_, true)) return true;
  bool clean = true;
  if (mcp_) mcp_->stop();
  if (mcp_server_) mcp_server_->stop();
  if (server_) {
    const auto stopped = server_->stop(10s);
    if (!stopped.ok()) log_->warn("{}", stopped.error().message);
    clean = stopped.ok();
  }
  if (plugins_ && !plugins_->stop()) clean = false;
  if (log_) log_->info(clean ? "stopped" : "stopped, leaving behind what did not end");
  if (logging_) (void)logging_->flush();
  return clean;
}

Host::~Host() {
  (void)stop();
  server_.reset();
  router_.replace(http::RouteTable::build({}).value());  // lets go of the instances
  (void)router_.drain(1s);
  keeper_.reset();
  if (events_) events_->stop();
  plugins_.reset();
  workers_.reset();
  timers_.reset();
}

}  // namespace tenon::app
