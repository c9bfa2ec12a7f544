// The host's configuration as typed values.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/config/instance_settings.hpp"
#include "host/config/loader.hpp"
#include "host/config/node.hpp"
#include "host/config/problem.hpp"
#include "host/config/schema.hpp"
#include "tenon/result.hpp"

namespace tenon::config {

enum class LogLevel { trace, debug, info, warn, error, off };
enum class LogFormat { text, json };
enum class StoreDriver { sqlite, postgres };
enum class Durability { normal, full };
enum class Runtime { in_process, isolated };  // where an instance does run
enum class LibraryCopies { memory, files };
enum class TrustMode { off, warn, require };

// A file with the public key of somebody who may sign libraries.
struct TrustedKeyFile {
  std::filesystem::path file;  // joined with the file's folder
  Mark mark;
  std::string path;  // host.trust.keys[0]
};

// Whose libraries are loaded.
struct TrustConfig {
  TrustMode mode{};
  std::vector<TrustedKeyFile> keys;
  std::vector<std::string> revoked;  // ids of keys
};

struct Deadlines {
  std::chrono::milliseconds load{};
  std::chrono::milliseconds configure{};
  std::chrono::milliseconds start{};
  std::chrono::milliseconds stop{};
};

struct LogConfig {
  LogLevel level{};
  LogFormat format{};
  std::filesystem::path file;  // absolute or relative to the process; empty: standard error
};

struct HttpConfig {
  std::string listen;      // as written
  std::string address;     // an IPv4 address
  std::uint16_t port = 0;  // 0: the system chooses
  unsigned workers = 0;
  std::chrono::milliseconds request_timeout{};
  std::chrono::milliseconds keep_alive{};
  std::uint64_t max_body_bytes = 0;
  std::vector<std::string> allowed_hosts;
};

struct StoreConfig {
  StoreDriver driver{};
  std::filesystem::path path;  // joined with the data directory
  std::string url;             // secret
  Durability durability{};
  unsigned readers = 0;
};

struct EventsConfig {
  unsigned threads = 0;
  std::uint64_t live = 0;     // events that wait, of a subscription
  std::uint64_t durable = 0;  // likewise
  std::chrono::hours durable_age{};
  std::chrono::milliseconds deliver_timeout{};
  bool operator==(const EventsConfig&) const = default;
};

// What agents may do.
struct McpConfig {
  bool enabled = true;
  std::optional<std::vector<std::string>> tools;  // patterns of names; none: those that only read
  unsigned sessions = 0;
  std::chrono::milliseconds idle{};
  unsigned calls = 0;
  std::chrono::milliseconds call_timeout{};
  bool operator==(const McpConfig&) const = default;
};

// A library wired by one entry of `plugins`.
struct InstanceSpec {
  std::string id;
  std::string library;
  bool enabled = true;
  bool required = false;
  Deadlines deadlines;  // the host's with this instance's overrides
  LogLevel log_level{};
  InstanceSettings settings;
  Node config;  // a map; where the file says nothing, an empty one
  Mark mark;    // of the instance's id
};

struct HostConfig {
  std::string name;
  std::filesystem::path data;  // relative ones are joined with the file's folder
  std::vector<std::filesystem::path> plugin_dirs;  // likewise
  LibraryCopies library_copies{};
  TrustConfig trust;
  Deadlines deadlines;
  RuntimeChoice runtime{};
  LogConfig log;
  HttpConfig http;
  StoreConfig store;
  EventsConfig events;
  McpConfig mcp;
  std::vector<InstanceSpec> plugins;  // in the order of the file, disabled ones too
};

struct ParsedConfig {
  // What could be read; where there are problems, defaults stand in for what is wrong. Run only a
  // configuration without problems; the rest is for finding more problems (in plugins' configs).
  HostConfig config;
  Problems problems;  // the document's and these, sorted
  Node document;      // with secrets marked, for printing

  bool ok() const { return problems.empty(); }
};

// `host_schema()` compiles the host's schema; it is part of the program and always compiles.
Schema host_schema();

ParsedConfig parse_host_config(const Document& document);

// What a plugin's schema says of its instance's config, located in the file. Paths begin with
// plugins.<id>.config.
Problems validate_instance_config(const InstanceSpec& instance, const Schema& schema);

// The configuration to hand to the plugin: JSON text with the schema's defaults, secrets revealed.
// For an instance that validates; an error where the defaults break the schema.
Result<std::string> instance_config_json(const InstanceSpec& instance, const Schema& schema);

// The document as JSON with the host's defaults and with secrets redacted, for `tenon config`.
// Values that a plugin's schema calls writeOnly are redacted when its schema was given to
// redact_instance before.
boost::json::value effective_json(const ParsedConfig& parsed);
void redact_instance(ParsedConfig& parsed, const std::string& id, const Schema& schema);

}  // namespace tenon::config
