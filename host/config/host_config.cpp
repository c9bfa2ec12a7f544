#include "host/config/host_config.hpp"

#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <stdexcept>

#include "host/config/host_schema.hpp"
#include "host/config/json_reader.hpp"
#include "host/config/listen_address.hpp"
#include "host/config/nearest.hpp"
#include "host/config/settings_reader.hpp"

namespace tenon::config {

namespace {

using Json = boost::json::value;
using JsonObject = boost::json::object;
using std::chrono::milliseconds;

bool fits(const Schema& schema, const std::string& section, const Json& value) {
  JsonObject alone;
  alone[section] = value;
  return schema.validate(Json(std::move(alone))).empty();
}

// What breaks the schema is dropped before defaults are filled in, so that the readers below only
// ever see what the schema allows, and one wrong key does not hide its neighbours.
Json without_wrong_values(const Json& json, const Schema& schema) {
  if (!json.is_object()) return JsonObject();
  if (schema.validate(json).empty()) return json;
  JsonObject out;
  for (const auto& [section, value] : json.get_object()) {
    if (fits(schema, section, value)) out[section] = value;
    if (out.contains(section) || !value.is_object()) continue;
    JsonObject kept;
    for (const auto& [key, member] : value.get_object()) {
      Json alone = JsonObject{{key, member}};
      if (fits(schema, section, alone)) kept[key] = member;
    }
    if (fits(schema, section, kept)) out[section] = std::move(kept);
  }
  return out;
}

LogLevel log_level(std::string_view name) {
  constexpr std::string_view names[] = {"trace", "debug", "info", "warn", "error", "off"};
  for (std::size_t i = 0; i < std::size(names); ++i)
    if (names[i] == name) return static_cast<LogLevel>(i);
  throw std::logic_error("the schema allows a log level that is not known");
}

Deadlines read_deadlines(const JsonReader& from) {
  return {from.duration("load"), from.duration("configure"), from.duration("start"),
          from.duration("stop")};
}

void override_deadlines(Deadlines& deadlines, const JsonReader& from) {
  if (from.find("load")) deadlines.load = from.duration("load");
  if (from.find("configure")) deadlines.configure = from.duration("configure");
  if (from.find("start")) deadlines.start = from.duration("start");
  if (from.find("stop")) deadlines.stop = from.duration("stop");
}

HttpConfig read_http(const JsonReader& from) {
  HttpConfig http;
  http.listen = from.text("listen");
  http.workers = from.count("workers");
  http.request_timeout = from.duration("request_timeout_ms");
  http.keep_alive = from.duration("keep_alive_ms");
  http.max_body_bytes = static_cast<std::uint64_t>(from.integer("max_body_bytes"));
  http.allowed_hosts = from.texts("allowed_hosts");
  return http;
}

StoreConfig read_store(const JsonReader& from, const std::filesystem::path& data) {
  StoreConfig store;
  store.driver = from.text("driver") == "postgres" ? StoreDriver::postgres : StoreDriver::sqlite;
  store.path = data / from.text("path");
  store.url = from.text("url");
  store.durability = from.text("durability") == "full" ? Durability::full : Durability::normal;
  store.readers = from.count("readers");
  return store;
}

EventsConfig read_events(const JsonReader& from) {
  EventsConfig events;
  events.threads = from.count("threads");
  events.live = from.count("live");
  events.durable = from.count("durable");
  events.durable_age = std::chrono::hours(from.integer("durable_hours"));
  events.deliver_timeout = from.duration("deliver_timeout_ms");
  return events;
}

McpConfig read_mcp(const JsonReader& from) {
  McpConfig mcp;
  mcp.enabled = from.flag("enabled");
  if (from.find("tools")) mcp.tools = from.texts("tools");
  mcp.sessions = from.count("sessions");
  mcp.idle = from.duration("idle_ms");
  mcp.calls = from.count("calls");
  mcp.call_timeout = from.duration("call_timeout_ms");
  return mcp;
}

class Parser {
 public:
  Parser(const Document& document, const Schema& schema, ParsedConfig& out)
      : directory_(document.directory), root_(document.root), schema_(schema), out_(out) {}

  void parse() {
    add(schema_.validate(root_));
    Result<Json> complete =
        schema_.apply_defaults(without_wrong_values(root_.to_json(Secrets::reveal), schema_));
    if (!complete) throw std::logic_error(complete.error().message);
    JsonReader reader(*complete);
    host_ = reader.at("host");
    read_host(reader.section("host"));
    check_host();
    read_log(reader.section("log"));
    out_.config.http = read_http(reader.section("http"));
    out_.config.store = read_store(reader.section("store"), out_.config.data);
    out_.config.events = read_events(reader.section("events"));
    out_.config.mcp = read_mcp(reader.section("mcp"));
    read_plugins();
    check_listen();
    check_store();
    check_log_levels();
    check_uses();
  }

 private:
  void add(Problems problems) {
    for (Problem& problem : problems) out_.problems.push_back(std::move(problem));
  }

  // The value at section.key, null where the file does not say.
  const Node* written(const char* section, const char* key) const {
    const Node* found = root_.find(section);
    return found ? found->find(key) : nullptr;
  }

  // Problems of a value that may stand in the file or come from a default.
  Mark mark_of(const char* section, const char* key) const {
    const Node* node = written(section, key);
    if (!node) node = root_.find(section);
    return node ? node->mark : root_.mark;
  }

  void read_host(const JsonReader& from) {
    out_.config.name = from.text("name");
    out_.config.data = (directory_ / from.text("data")).lexically_normal();
    for (const std::string& dir : from.texts("plugin_dirs"))
      out_.config.plugin_dirs.push_back((directory_ / dir).lexically_normal());
    out_.config.library_copies =
        from.text("library_copies") == "files" ? LibraryCopies::files : LibraryCopies::memory;
    out_.config.deadlines = read_deadlines(from.section("deadlines_ms"));
    out_.config.runtime = runtime_choice(from.text("runtime"));
    read_trust(from.section("trust"));
  }

  void read_trust(const JsonReader& from) {
    TrustConfig& trust = out_.config.trust;
    const std::string mode = from.text("mode");
    trust.mode = mode == "require" ? TrustMode::require
                 : mode == "warn"  ? TrustMode::warn
                                   : TrustMode::off;
    trust.revoked = from.texts("revoked");
    const Node* section = written("host", "trust");
    const Node* keys = section ? section->find("keys") : nullptr;
    std::size_t at = 0;
    for (const std::string& file : from.texts("keys"))
      trust.keys.push_back({(directory_ / file).lexically_normal(), (*keys->list())[at].mark,
                            child_path("host.trust.keys", at++)});
    const bool none = !keys || (keys->list() && keys->list()->empty());
    if (trust.mode == TrustMode::require && none)
      add({{section ? section->mark : root_.mark, "host.trust.keys",
            "found no key file, expected at least one because the mode is require: no library "
            "could be loaded",
            ""}});
  }

  void check_host() {
    Problems problems;
    check_host_settings(host_, root_.find("host"), problems);
    add(std::move(problems));
  }

  void read_log(const JsonReader& from) {
    out_.config.log.level = log_level(from.text("level"));
    out_.config.log.format = from.text("format") == "json" ? LogFormat::json : LogFormat::text;
    std::string file = from.text("file");
    if (!file.empty()) out_.config.log.file = (directory_ / file).lexically_normal();
  }

  void read_plugins() {
    const Node* plugins = root_.find("plugins");
    if (!plugins || !plugins->map()) return;
    for (const MapEntry& entry : *plugins->map()) {
      if (entry.value.broken) continue;
      // Each instance apart: one that breaks the schema must not hide the others.
      JsonObject instances;
      instances[entry.key] =
          entry.value.is_null() ? Json(JsonObject()) : entry.value.to_json(Secrets::reveal);
      Json document = JsonObject{{"plugins", std::move(instances)}};
      if (!schema_.validate(document).empty()) continue;
      Result<Json> complete = schema_.apply_defaults(std::move(document));
      if (!complete) throw std::logic_error(complete.error().message);
      read_instance(entry, JsonReader(complete->at("plugins").at(entry.key)));
    }
  }

  void read_instance(const MapEntry& entry, const JsonReader& from) {
    InstanceSpec instance;
    instance.id = entry.key;
    instance.mark = entry.key_mark;
    instance.library = from.find("library") ? from.text("library") : entry.key;
    instance.enabled = from.flag("enabled");
    instance.required = from.flag("required");
    instance.deadlines = out_.config.deadlines;
    override_deadlines(instance.deadlines, from.section("deadlines_ms"));
    instance.log_level = level_of(instance.id, from);
    Problems problems;
    instance.settings = read_settings(host_, from, entry, problems);
    add(std::move(problems));
    const Node* config = entry.value.find("config");
    if (config) instance.config = *config;
    if (!instance.config.map() && !instance.config.broken) instance.config.value = Node::Map();
    if (!instance.config.mark.known()) instance.config.mark = entry.key_mark;
    out_.config.plugins.push_back(std::move(instance));
  }

  LogLevel level_of(const std::string& id, const JsonReader& from) const {
    if (from.find("log_level")) return log_level(from.text("log_level"));
    const Node* levels = written("log", "levels");
    const Node* level = levels ? levels->find(id) : nullptr;
    bool valid = level && level->string() &&
                 schema_.validate(Json{{"log", {{"level", *level->string()}}}}).empty();
    return valid ? log_level(*level->string()) : out_.config.log.level;
  }

  void check_listen() {
    HttpConfig& http = out_.config.http;
    Result<ListenAddress> listen = parse_listen_address(http.listen);
    if (!listen) {
      const Node* node = written("http", "listen");
      bool hide = node && node->secret;
      std::string found = hide ? "found a secret string" : "found " + in_quotes(http.listen);
      add({{mark_of("http", "listen"), "http.listen", found + ", " + listen.error().message, ""}});
      return;
    }
    http.address = listen->address;
    http.port = listen->port;
  }

  void check_store() {
    if (out_.config.store.driver != StoreDriver::postgres || !out_.config.store.url.empty()) return;
    const Node* url = written("store", "url");
    if (url && url->broken) return;
    add({{mark_of("store", "driver"), "store.url",
          "found no connection URL, expected one such as postgresql://user@host/database because "
          "the driver is postgres",
          ""}});
  }

  void check_log_levels() {
    const Node* levels = written("log", "levels");
    const Node* plugins = root_.find("plugins");
    if (!levels || !levels->map()) return;
    std::vector<std::string_view> ids;
    if (plugins && plugins->map())
      for (const MapEntry& entry : *plugins->map()) ids.push_back(entry.key);
    for (const MapEntry& entry : *levels->map())
      if (!plugins || !plugins->find(entry.key))
        add({{entry.key_mark, child_path("log.levels", entry.key),
              "no plugin instance has this id, expected one of those under plugins",
              nearest(entry.key, ids)}});
  }

  // An instance that another is to use must be there.
  void check_uses() {
    const Node* plugins = root_.find("plugins");
    std::vector<std::string_view> ids;
    for (const InstanceSpec& instance : out_.config.plugins) ids.push_back(instance.id);
    for (const InstanceSpec& instance : out_.config.plugins) {
      const Node* use = plugins->find(instance.id)->find("use");
      for (const auto& [interface_id, choice] : instance.settings.use) {
        if (choice.instance.empty() || plugins->find(choice.instance)) continue;
        const Node* written = use->find(interface_id)->find("instance");
        const std::string path = child_path("plugins", instance.id) + ".use";
        add({{written->mark, child_path(path, interface_id) + ".instance",
              written->secret ? "found a secret string that names no plugin instance"
                              : "no plugin instance has the id " + in_quotes(choice.instance) +
                                    ", expected one of those under plugins",
              written->secret ? "" : nearest(choice.instance, ids)}});
      }
    }
  }

  const std::filesystem::path& directory_;
  const Node& root_;
  const Schema& schema_;
  ParsedConfig& out_;
  Json host_;  // the section with its defaults
};

}  // namespace

Schema host_schema() {
  static const Result<Schema> schema = Schema::compile(host_schema_text());
  if (!schema)
    throw std::logic_error("the host's schema: " + schema.error().path + ": " +
                           schema.error().message);
  return *schema;
}

ParsedConfig parse_host_config(const Document& document) {
  Schema schema = host_schema();
  ParsedConfig out;
  out.problems = document.problems;
  Document marked;
  marked.root = document.root;
  marked.directory = document.directory;
  schema.mark_secrets(marked.root);
  Parser(marked, schema, out).parse();
  out.document = std::move(marked.root);
  sort_problems(out.problems);
  return out;
}

Problems validate_instance_config(const InstanceSpec& instance, const Schema& schema) {
  Node config = instance.config;
  schema.mark_secrets(config);
  return schema.validate(config, child_path("plugins", instance.id) + ".config");
}

Result<std::string> instance_config_json(const InstanceSpec& instance, const Schema& schema) {
  TN_TRY(Json complete, schema.apply_defaults(instance.config.to_json(Secrets::reveal)));
  Problems problems = schema.validate(complete, "", {}, Secrets::redact);
  if (!problems.empty())
    return Error{Code::invalid,
                 "the configuration of " + instance.id +
                     " with the defaults of its schema does not fit that schema: " +
                     problems.front().to_string(),
                 child_path("plugins", instance.id) + ".config"};
  return boost::json::serialize(complete);
}

boost::json::value effective_json(const ParsedConfig& parsed) {
  Json json = parsed.document.to_json(Secrets::redact);
  if (!json.is_object()) return JsonObject();
  Result<Json> complete = host_schema().apply_defaults(json);
  return complete ? *std::move(complete) : json;
}

void redact_instance(ParsedConfig& parsed, const std::string& id, const Schema& schema) {
  Node* plugins = parsed.document.find("plugins");
  Node* instance = plugins ? plugins->find(id) : nullptr;
  Node* config = instance ? instance->find("config") : nullptr;
  if (config) schema.mark_secrets(*config);
}

}  // namespace tenon::config
