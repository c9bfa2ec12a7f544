// All instances of a deployment: starts them in order, calls them, stops them in reverse.
#pragma once

#include <boost/describe.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/http/route.hpp"
#include "host/plugins/control_thread.hpp"
#include "host/plugins/deployment.hpp"
#include "host/plugins/deployment_diff.hpp"
#include "host/plugins/instance.hpp"
#include "host/plugins/served.hpp"
#include "tenon/json.hpp"

namespace tenon::plugins {

class PluginHost {
 public:
  // `services` must outlive this. The folder of `copies` is emptied here, so it must belong to this
  // host alone.
  PluginHost(HostServices& services, LibraryCopies copies);
  // Stops what runs.
  ~PluginHost();
  PluginHost(const PluginHost&) = delete;
  PluginHost& operator=(const PluginHost&) = delete;

  // Starts everything that can, each instance after those it requires, several at a time. One that
  // fails is reported in list() and does not stop the others, unless the configuration requires it:
  // then all are stopped again and the error says why. [one thread]
  Result<void> start(const Deployment& deployment);
  // Makes what runs what `next` says: all of it, or nothing, and then the error says why. Whatever
  // is new is up before anything is exchanged; instances that are new offer their interfaces from
  // then on, because those after them may need them to start. `next` has no problems, and its
  // routes clash with nobody's. [any-thread] One after the other.
  Result<DeploymentDiff> apply(const Deployment& next);
  // False when something of a plugin never came back: then the process should end without
  // destroying what it may still touch.
  bool stop();

  struct ReloadInfo {
    std::string at;  // RFC 3339
    uint64_t from = 0;
    uint64_t to = 0;
    std::string from_version;
    std::string to_version;
    std::string outcome;
    std::string reason;
    uint64_t swap_us = 0;

    static constexpr Field fields[] = {
        {.name = "at", .example = "2026-01-31T12:00:00Z"},
        {.name = "from", .description = "The generation before"},
        {.name = "to", .description = "The generation after", .example = "2"},
        {.name = "from_version", .example = "1.0.0"},
        {.name = "to_version", .example = "1.1.0"},
        {.name = "outcome", .description = "What became of it", .example = "done"},
        {.name = "reason", .description = "Why, where it was refused or taken back", .example = ""},
        {.name = "swap_us", .description = "The host's part of the exchange, in microseconds"}};
    BOOST_DESCRIBE_CLASS(ReloadInfo, (),
                         (at, from, to, from_version, to_version, outcome, reason, swap_us), (), ())
  };
  struct InstanceInfo {
    std::string id;
    std::string library;
    std::string version;
    std::string file;
    std::string state;
    std::string reason;
    std::string since;  // RFC 3339
    std::string runtime;
    uint64_t generation = 1;
    uint64_t trial = 0;                    // the generation on trial; 0: none
    uint64_t restarts = 0;                 // after crashes
    int64_t pid = 0;                       // of its worker; 0: it has none
    std::vector<sandbox::Layer> sandbox;   // of its worker
    std::vector<sandbox::Denied> denials;  // what its workers were refused
    std::string earlier;                   // the version that a rollback goes to; empty: none
    uint64_t left_mapped = 0;              // generations that could not be unloaded
    uint64_t calls = 0;
    uint64_t errors = 0;
    uint64_t running = 0;
    std::vector<std::string> provides;
    std::vector<std::string> routes;
    std::vector<ReloadInfo> reloads;  // the latest last
    bool required = false;
    std::optional<signing::Verdict> signature;  // none: nobody looks at signatures
  };
  static ReloadInfo info_of(const ReloadRecord& record);
  // By id. [any-thread]
  std::vector<InstanceInfo> list() const;
  // Code::not_found names those that there are. [any-thread]
  Result<std::shared_ptr<Instance>> find(std::string_view id) const;

  // Routes of every instance that is ready.
  Result<std::vector<http::Route>> routes() const;
  // Pages of every instance that is ready, with the instance they belong to.
  struct PageInfo {
    std::string instance;
    std::filesystem::path folder;  // where its files are
    PageSpec page;
  };
  std::vector<PageInfo> pages() const;

  // In the order of starting. [any-thread]
  std::vector<Served> served() const;
  // What a deployment will serve once all of it is started.
  static std::vector<Served> served(const Deployment& deployment);

  // A message method, of that instance; where that is empty, of the provider that answers.
  struct Callee {
    std::string_view interface_id;
    std::string_view method;
    std::string_view instance = {};
  };
  // Calls it from outside the plugins; `input` is checked against the method's schema. `listener`,
  // where there is one, hears of it until it returns, or shortly after. [any-thread]
  Result<std::string> call(const tn_call* call, const Callee& callee, std::string_view input,
                           std::shared_ptr<const CallListener> listener = nullptr);
  // A method that the manifests offer on the command line.
  struct Command {
    std::string words;  // "catalog relate"
    std::string interface_id;
    std::string method;
    std::string summary;
    boost::json::value input_schema;
    BOOST_DESCRIBE_CLASS(Command, (), (words, interface_id, method, summary, input_schema), (), ())
  };
  static std::vector<Command> commands(const Deployment& deployment);
  // Of the instances that are ready. [any-thread]
  std::vector<Command> commands() const;

 private:
  struct Entry {
    std::shared_ptr<Instance> instance;
    std::shared_ptr<const PlannedInstance> planned;
  };
  class Starter;
  class Applier;
  void configure(const PlannedInstance& planned);
  std::vector<Entry> entries() const;
  std::optional<boost::json::value> input_schema(const Callee& callee) const;

  HostServices& services_;
  const LibraryCopies copies_;
  ControlThread control_;

  std::mutex applying_;  // held by whoever changes the deployment
  // Those that were removed, by id, to be used again: callers may still look into their providers.
  std::map<std::string, std::shared_ptr<Instance>> removed_;  // guarded by applying_

  mutable std::mutex mutex_;    // guards entries_
  std::vector<Entry> entries_;  // providers before those that need them
};

}  // namespace tenon::plugins
